// What a frame of 50x200 costs in CPU (user + system), with our replacements in Ink and without, in one run.
// `node --expose-gc test/bench/inkFrame.mjs [frames]`; the two take turns, so that a busy machine slows both.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScene } from '../build/bundleScene.mjs';

const SCREEN = { columns: 200, rows: 50 };
const ROUNDS = 5;

/** CPU milliseconds per frame. */
async function cost(scene, motion, frames) {
  const before = process.cpuUsage();
  const written = await scene.play(motion, frames, SCREEN);
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000 / frames, bytes: written.join('').length / frames };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * @param {number} frames in each round
 * @returns rows of {what, stock, fast, ratio}: CPU milliseconds per frame, medians over the rounds
 */
export async function inkFrame(frames = 60) {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-bench-'));
  try {
    const scenes = { stock: await loadScene(folder, false), fast: await loadScene(folder, true) };
    const rows = [];
    for (const motion of ['full', 'select', 'scroll']) {
      const times = { stock: [], fast: [] };
      let bytes = 0;
      for (let round = -1; round < ROUNDS; round++) {
        for (const [name, scene] of Object.entries(scenes)) {
          globalThis.gc?.();
          const { ms, bytes: sent } = await cost(scene, motion, frames);
          bytes = sent;
          if (round >= 0) times[name].push(ms); // the first round warms up
        }
      }
      const stock = median(times.stock);
      const fast = median(times.fast);
      rows.push({ what: motion, stock, fast, ratio: fast / stock, bytes });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === new URL(process.argv[1], 'file:').href) {
  for (const { what, stock, fast, ratio, bytes } of await inkFrame(Number(process.argv[2] ?? 60))) {
    const numbers = `stock ${stock.toFixed(2)} ms  fast ${fast.toFixed(2)} ms  ratio ${ratio.toFixed(3)}`;
    console.log(`${what.padEnd(7)} ${numbers}  ${Math.round(bytes)} bytes`);
  }
}
