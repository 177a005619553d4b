// Frames and processes come and go by the hundred, and what is kept in memory stays: the real UI, with a garbage
// collection on SIGURG (which ends nothing) and its heap written to a file. The long run is `npm run soak:memory`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtProgram } from '../support/builtProgram.ts';
import { waitUntil } from '../support/identity.ts';
import { tempFolder } from '../support/liveProcess.ts';
import { procDir } from '../support/procDir.ts';
import { openTerminal } from '../support/terminal.ts';

const SOURCE = join(import.meta.dirname, '../../src');
const COUNT = 300;
const FIRST = 1_000;
const WARM_UP_FRAMES = 150;
const FRAMES = 300;
/**
 * Compiled code and full caches are 1 MB of it (3,000 frames add 3 MB in all, the last thousand nothing). The rows of a
 * frame that stay behind are 60 KB, the text of one is 5 KB: 18 MB and 1.5 MB more.
 */
const MOST_GROWTH = 2_000_000;

const PROGRAM = `
import { writeFileSync } from 'node:fs';
import { openKernel } from '${SOURCE}/kernel.ts';
import { runUi } from '${SOURCE}/tui.tsx';
const [, , root, file] = process.argv;
let collections = 0;
process.on('SIGURG', () => {
  gc();
  gc();
  writeFileSync(file, ++collections + ' ' + process.memoryUsage().heapUsed);
});
await runUi({ kernel: openKernel(root), filter: undefined, readOnly: false, asked: { delay: 0.1 } });
process.exit(0);
`;

let program = '';

beforeAll(async () => {
  program = await builtProgram(PROGRAM);
});

test('what is kept in memory does not grow with frames, nor with processes that came and went', async () => {
  const machine = procDir({ processes: Array.from({ length: COUNT }, (_, at) => ({ pid: FIRST + at })) });
  const file = join(tempFolder(), 'heap');
  writeFileSync(file, '0 0');
  const terminal = openTerminal({
    command: process.execPath,
    args: ['--expose-gc', program, machine.root, file],
    cols: 120,
    rows: 35,
  });
  await terminal.waitFor(/^F1Help/m);

  let youngest = FIRST + COUNT;
  /** Each frame has a newcomer, and somebody who has left. */
  async function draw(count: number): Promise<void> {
    for (let drawn = 0; drawn < count; drawn++) {
      const before = terminal.bytes.count;
      machine.add({ pid: youngest, comm: `born${youngest}` });
      machine.remove(String(youngest - COUNT));
      youngest++;
      terminal.press(drawn % 100 < 50 ? 'Down' : 'Up');
      await waitUntil(() => terminal.bytes.count > before, 'a frame');
    }
  }
  let collections = 0;
  async function heap(): Promise<number> {
    collections++;
    process.kill(terminal.pid, 'SIGURG');
    const read = (): number[] => readFileSync(file, 'latin1').split(' ').map(Number);
    await waitUntil(() => read()[0] === collections && (read()[1] ?? 0) > 0, 'the heap');
    return read()[1] as number;
  }

  await draw(WARM_UP_FRAMES);
  const before = await heap();
  await draw(FRAMES);
  expect((await heap()) - before).toBeLessThan(MOST_GROWTH);
}, 120_000);
