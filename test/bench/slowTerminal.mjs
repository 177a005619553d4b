// A terminal that reads slowly, or not at all for a while: what slotop keeps in memory for it, and how long after the
// last key the screen shows where the cursor is.
import { readSync } from 'node:fs';
import { LARGE, openProgram, rssOf, sleep } from './openProgram.mjs';

const STALL_MS = 5_000;
const SLOW_MS = 15_000;
const BYTES_A_SECOND = 2_000;
const READ_EVERY_MS = 100;
const KEY_EVERY_MS = 33;
const KEYS_ONE_WAY = 20;
/** So long without output, and all that was due has come. */
const SILENT_MS = 250;
const [DOWN, UP] = ['\x1b[B', '\x1b[A'];

/** Holds an arrow key down. @returns how to let it go */
function holdKey(program) {
  let key = 0;
  const timer = setInterval(
    () => program.pty.write(key++ % (2 * KEYS_ONE_WAY) < KEYS_ONE_WAY ? DOWN : UP),
    KEY_EVERY_MS,
  );
  return () => clearInterval(timer);
}

/** Reads what is there, but no more than so many bytes. @returns how many came */
function readSome(program, most) {
  const chunk = Buffer.alloc(most);
  try {
    const count = readSync(program.pty.fd, chunk);
    program.take(chunk.subarray(0, count));
    return count;
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
    return 0;
  }
}

/** @returns when the screen was up to date, and how much came until then */
async function catchUp(program) {
  const [began, bytes] = [performance.now(), program.bytes];
  let lastAt = began;
  const stop = program.onData((chunk, at) => (lastAt = at));
  program.pty.resume();
  // A refresh of the screen may come in between; it comes once in 1.5 s.
  do await sleep(50);
  while (performance.now() - lastAt < SILENT_MS);
  stop();
  return { ms: lastAt - began, bytes: program.bytes - bytes };
}

/** @returns for a reader that stalls, and for one that is slow: what catching up took, and the memory that came on top, in bytes */
export async function slowTerminal({ programs, env }) {
  const program = openProgram(programs.slotop, env, LARGE);
  await program.until((chunk) => chunk.includes('F1'));
  const release = holdKey(program);
  await sleep(STALL_MS);
  release();
  await sleep(SILENT_MS);

  async function withReader(ms, read) {
    const before = rssOf(program.pid);
    program.pty.pause();
    const letGo = holdKey(program);
    const until = performance.now() + ms;
    let taken = 0;
    while (performance.now() < until) {
      taken += read();
      await sleep(READ_EVERY_MS);
    }
    letGo();
    const grown = rssOf(program.pid) - before;
    return { taken, grown, ...(await catchUp(program)) };
  }

  const stalled = await withReader(STALL_MS, () => 0);
  await sleep(STALL_MS);
  const slow = await withReader(SLOW_MS, () => readSome(program, (BYTES_A_SECOND * READ_EVERY_MS) / 1000));
  await program.close();
  return { stalled, slow };
}
