// A process that wakes and works: how soon it stands on top, and whether its share of CPU is the true one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { createSampler } from '../../src/proc/sample.ts';
import { waitUntil } from '../support/identity.ts';
import { findProgram, isRoot, startProcess, tempFolder } from '../support/liveProcess.ts';

const support = join(import.meta.dirname, '../support');
const gcc = findProgram('gcc');
const unshare = findProgram('unshare');
const top = findProgram('top');
let sleepers = '';

beforeAll(() => {
  if (gcc === undefined) return;
  sleepers = join(tempFolder(), 'sleepers');
  execFileSync(gcc, ['-O1', '-o', sleepers, join(support, 'sleepers.c')]);
});

test.skipIf(!isRoot || unshare === undefined || gcc === undefined)(
  'one of 1,000 that slept is on top within two looks, wherever it stands (needs root, unshare, gcc)',
  { timeout: 180_000 },
  async () => {
    const sampler = join(tempFolder(), 'sampler.mjs');
    await build({
      stdin: {
        contents: `export * from './src/proc/sample.ts'; export { openKernel } from './src/kernel.ts';`,
        resolveDir: join(import.meta.dirname, '../..'),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: sampler,
      logLevel: 'silent',
    });
    const namespace = await startProcess(unshare ?? '', [
      ...['--pid', '--fork', '--mount-proc', '--kill-child', '/bin/sh', '-c'],
      `sleep 170 | "$0" 1000 >/dev/null & "$1" "$2" "$3" 1000; kill -9 -1`,
      ...[sleepers, process.execPath, join(support, 'lookForSpinner.mjs'), sampler],
    ]);
    const looks = JSON.parse(await namespace.line()) as number[];
    expect(looks).toHaveLength(3);
    expect(Math.max(...looks), String(looks)).toBeLessThanOrEqual(2);
  },
);

/** Milliseconds that it ran, from the scheduler itself (Documentation/scheduler/sched-stats). */
function ranMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}

/** On a busy machine top counts over another while than it looks: it is asked until it has agreed so often. */
const ENOUGH = 3;
const ROUNDS = 40;

test.skipIf(gcc === undefined || top === undefined)(
  'CPU % is the true share, and that of top, within a point (needs gcc, top)',
  { timeout: 120_000 },
  async () => {
    const { pid: parent } = await startProcess(sleepers, ['1']);
    const kernel = openKernel();
    const sampler = createSampler(kernel);
    const look = () => sampler.look({ all: [], shown: [], visible: [], portBudgetMs: 0 }).procs;
    const childOf = () => [...look().values()].find(({ ppid }) => ppid === parent)?.pid ?? 0;
    await waitUntil(() => childOf() > 0, 'the sleeper');
    const pid = childOf();
    process.kill(pid, 'SIGUSR2');
    await waitUntil(() => ranMs(pid) > 200, 'it works');

    const peer = await startProcess(top ?? '', [
      '-b',
      '-n',
      String(ROUNDS + 1),
      '-d',
      '2.5',
      '-p',
      String(pid),
    ]);
    /** Waits for what top says of it next. */
    const nextOfTop = async (): Promise<number> => {
      for (;;) {
        const words = (await peer.line()).trim().split(/\s+/);
        if (words[0] === String(pid)) return Number(words[8]);
      }
    };
    await nextOfTop(); // its first is of the time since the machine started
    look();
    const off: { readonly truth: number; readonly top: number }[] = [];
    const agreed = (): number => off.filter((round) => round.top <= 1).length;
    while (agreed() < ENOUGH && off.length < ROUNDS) {
      const [ran, at] = [ranMs(pid), kernel.now()];
      const theirs = await nextOfTop();
      const ours = look().get(pid)?.cpu ?? NaN;
      const truth = ((ranMs(pid) - ran) / (kernel.now() - at)) * 100;
      off.push({ truth: Math.abs(ours - truth), top: Math.abs(ours - theirs) });
    }
    const truths = off.map(({ truth }) => truth).sort((a, b) => a - b);
    expect(truths[Math.floor(truths.length / 2)], JSON.stringify(off)).toBeLessThanOrEqual(1);
    expect(agreed(), JSON.stringify(off)).toBe(ENOUGH);
  },
);
