// How soon a screen stands: from the start of the program to its first rows, and to the whole table.
import xterm from '@xterm/headless';
import { USUAL, cpuOf, openProgram, sleep } from './openProgram.mjs';

const STARTS = 10;
/** Line 1 says so while not everybody was read. */
const UNFINISHED = /still to read/;
/** What happens between two reads of the screen is no fault of the program; a table of 200 is whole at once. */
const LOOK_AGAIN_MS = 5;

async function start(command, env) {
  const began = performance.now();
  const program = openProgram(command, env);
  const screen = new xterm.Terminal({ ...USUAL, allowProposedApi: true });
  let lastAt = began;
  program.onData((chunk, at) => {
    lastAt = at;
    screen.write(chunk);
  });
  await program.until((chunk) => chunk.includes('F1'));
  const first = { wall: performance.now() - began, cpuMs: cpuOf(program.pid) };
  const firstLine = () => screen.buffer.active.getLine(0)?.translateToString(true) ?? '';
  do await sleep(LOOK_AGAIN_MS);
  while (UNFINISHED.test(firstLine()));
  const whole = Math.max(first.wall, lastAt - began);
  await program.close();
  return { first: first.wall, cpuMs: first.cpuMs, whole };
}

/** Wall milliseconds of a program that ends by itself. */
async function run(command, env) {
  const began = performance.now();
  await openProgram(command, env).ended;
  return performance.now() - began;
}

/** @returns lists of wall milliseconds, and of CPU milliseconds until the first frame */
export async function firstFrame({ programs, env }) {
  const times = { first: [], whole: [], cpuMs: [], node: [] };
  for (let time = 0; time < STARTS; time++) {
    // In turns, so that a machine that slows down slows both.
    for (const [what, ms] of Object.entries(await start(programs.slotop, env))) times[what].push(ms);
    times.node.push(await run(['node', '-e', '0'], env));
  }
  return times;
}
