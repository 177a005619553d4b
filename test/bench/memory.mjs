// Memory over thousands of frames: whether it grows. Frames are driven by keys, about 60 a second through the whole
// table and all views, with a look every 0.1 s, so that 10,000 take minutes and not hours.
import { spawn } from 'node:child_process';
import { openProgram, rssOf, sleep } from './openProgram.mjs';

const SAMPLE_EVERY = 100;
const KEY_EVERY_MS = 16;
const LIMIT_MS = 600_000;
const BIRTHS_A_SECOND = 500;
/** Begin of a frame (synchronized output, mode 2026). */
const FRAME = Buffer.from('\x1b[?2026h');
const [DOWN, UP, PAGE_DOWN, PAGE_UP, END, HOME, TAB] = ['[B', '[A', '[6~', '[5~', '[F', '[H', '\t'].map(
  (key) => (key === '\t' ? key : `\x1b${key}`),
);
/** Mostly moving, as people do. */
const MOVES = [
  ...Array(40).fill(DOWN),
  ...[PAGE_DOWN, PAGE_DOWN, PAGE_UP, END, HOME],
  ...Array(20).fill(UP),
  ...Array(5).fill(PAGE_DOWN),
];
const BACKSPACE = '\x7f';
/** What is done between moves: once through all views, the tree and the list, orders and a filter. */
const DEEDS = [
  ...[[TAB], [TAB], [TAB], [TAB]],
  ...[['P'], ['M'], ['I'], ['T'], ['N'], ['t'], ['t']],
  ...[
    ['\\', ...'nginx', '\r'],
    ['\\', ...Array('nginx'.length).fill(BACKSPACE), '\r'],
  ],
];
const WALK = DEEDS.flatMap((deed) => [...MOVES, ...deed]);

/** The slope of the line that lies nearest to the points (least squares). */
export function slopeOf(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spreadOfX = mean((point) => (point[0] - x) ** 2);
  return mean((point) => (point[0] - x) * (point[1] - y)) / spreadOfX;
}

/** How often that stands in the bytes; one that is cut in two by a read is missed, which makes the count smaller. */
function countOf(needle, bytes) {
  let count = 0;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) count++;
  return count;
}

/** @returns `frames`, `seconds`, `most` and `last` (bytes), `slope` (bytes a frame, over the second half) */
export async function memory({ programs, env, tools, frames: wanted, isChurning }) {
  const churn = isChurning && spawn(tools.churn, [String(BIRTHS_A_SECOND), '900'], { stdio: 'ignore' });
  const program = openProgram([programs.slotop[0], '--delay', '0.1'], env);
  let frames = 0;
  program.onData((chunk) => (frames += countOf(FRAME, chunk)));
  await program.until((chunk) => chunk.includes('F1'));
  const began = performance.now();
  const seen = [];
  for (let key = 0; frames < wanted && performance.now() - began < LIMIT_MS; key++) {
    program.pty.write(WALK[key % WALK.length]);
    await sleep(KEY_EVERY_MS);
    if (frames >= (seen.length + 1) * SAMPLE_EVERY) seen.push([frames, rssOf(program.pid)]);
  }
  const seconds = (performance.now() - began) / 1000;
  await program.close();
  if (churn) churn.kill('SIGKILL');
  return {
    frames,
    seconds,
    most: Math.max(...seen.map(([, rss]) => rss)),
    last: seen.at(-1)?.[1],
    slope: slopeOf(seen.slice(seen.length >> 1)),
  };
}
