// An arrow key held down: what a key costs, and how long it takes from the key to the bytes that show the cursor on its
// new row. Told by the screen, since bytes also come for other reasons while a key waits.
import xterm from '@xterm/headless';
import { LARGE, cpuOf, openProgram, sleep } from './openProgram.mjs';

const KEYS_A_SECOND = 30;
/** Then it turns round, so that it does not rest on the last row of a small farm. */
const KEYS_ONE_WAY = 120;
const DOWN = '\x1b[B';
const UP = '\x1b[A';
/** Longer than from one redraw of the whole screen to the next would be unfair; both stretches are of one length. */
const STRETCH_MS = 6_500;
const WARM_UP_MS = 12_000;
/** "While it reads": from the first frame on. */
const FIRST_MS = 5_000;
/** Pause and go on: the end of a pause makes the next look a whole one. */
const FRESH_LOOK = 'ZZ';
const FRESH_EVERY_MS = 3_000;

/** The row of the cursor: its pid and its line. */
function cursorOf(lines) {
  const line = lines.findIndex((text) => /^[>»] *\d+ /.test(text));
  return line < 0 ? undefined : { line, pid: pidOn(lines[line]) };
}

const pidOn = (text) => Number(/^. *(\d+) /.exec(text)?.[1]);

/**
 * Follows the cursor on the screen of a program.
 * @param moved is told by how many rows it moved down (undefined where its last row is out of sight), and when the bytes
 * came that show it
 */
function followCursor(program, moved) {
  const screen = new xterm.Terminal({ ...LARGE, allowProposedApi: true });
  let before;
  program.onData((chunk, at) =>
    screen.write(chunk, () => {
      const { active } = screen.buffer;
      const lines = Array.from(
        { length: LARGE.rows },
        (_, y) => active.getLine(y)?.translateToString(true) ?? '',
      );
      const now = cursorOf(lines);
      if (now === undefined || (now.pid === before?.pid && now.line === before.line)) return;
      const was = lines.findIndex((text) => pidOn(text) === before?.pid);
      if (before !== undefined && now.pid !== before.pid) moved(was < 0 ? undefined : now.line - was, at);
      before = now;
    }),
  );
}

/**
 * What the machine itself takes at the same time: a program that does nothing but send back what it gets. Where this is
 * late, the times above it say little.
 */
function openEcho(env) {
  const echo = openProgram(['sh', '-c', 'stty raw -echo; exec cat'], env);
  const latencies = [];
  let sentAt;
  echo.onData((chunk, at) => {
    if (sentAt !== undefined) latencies.push(at - sentAt);
    sentAt = undefined;
  });
  return {
    ping() {
      sentAt ??= performance.now();
      echo.pty.write('x');
    },
    latencies: () => latencies.splice(0),
    close: () => echo.close(),
  };
}

/** Holds the key for so long. @returns milliseconds from each key to the bytes that show it; what never came counts until the end */
async function hold(program, waiting, ms) {
  const latencies = [];
  waiting.answered = (latency) => latencies.push(latency);
  const began = performance.now();
  for (let key = 0; performance.now() - began < ms; key++) {
    waiting.echo.ping();
    const isDown = waiting.held++ % (2 * KEYS_ONE_WAY) < KEYS_ONE_WAY;
    waiting.goal += isDown ? 1 : -1;
    waiting.keys.push({ sent: performance.now(), goal: waiting.goal });
    program.pty.write(isDown ? DOWN : UP);
    // By the clock: a timer that is late must not make the rate smaller.
    await sleep(Math.max(0, began + ((key + 1) * 1000) / KEYS_A_SECOND - performance.now()));
  }
  await sleep(500);
  for (const { sent } of waiting.keys.splice(0)) latencies.push(performance.now() - sent);
  return latencies;
}

/** @param {string[]} command of slotop */
export async function heldKey({ programs, env }) {
  const program = openProgram(programs.slotop, env, LARGE);
  const waiting = { echo: openEcho(env), held: 0, goal: 0, keys: [], answered: () => undefined };
  let place = 0;
  // By the row that a key leads to: a frame that shows three rows down and two up again answers five keys, not one.
  followCursor(program, (rows, at) => {
    place = rows === undefined ? waiting.goal : place + rows;
    const last = waiting.keys.findIndex(({ goal }) => goal === place);
    for (const { sent } of waiting.keys.splice(0, last + 1)) waiting.answered(at - sent);
  });
  await program.until((chunk) => chunk.includes('F1'));
  const first = await hold(program, waiting, FIRST_MS);
  await sleep(WARM_UP_MS - FIRST_MS);
  await hold(program, waiting, FIRST_MS); // the compiler's warm-up for keys

  const still = await program.during(STRETCH_MS);
  const cpu = cpuOf(program.pid);
  waiting.echo.latencies();
  const quiet = await hold(program, waiting, STRETCH_MS - 500);
  const cpuWithKeys = cpuOf(program.pid) - cpu;
  const echo = waiting.echo.latencies();
  const again = setInterval(() => program.pty.write(FRESH_LOOK), FRESH_EVERY_MS);
  const fresh = await hold(program, waiting, STRETCH_MS);
  clearInterval(again);
  await program.close();
  await waiting.echo.close();
  return {
    cpuMsPerKey: (cpuWithKeys - still.cpuMs) / quiet.length,
    latencies: { first, quiet, fresh, echo },
  };
}
