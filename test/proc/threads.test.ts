// Threads of a real process, by tid and starttime.
import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { createSampler } from '../../src/proc/sample.ts';
import { createThreadReader } from '../../src/proc/threads.ts';
import { withThreads } from '../../src/derive/threadRows.ts';
import { rowsOf } from '../../src/derive/rows.ts';
import { anOutlook } from '../derive/aSample.ts';
import { waitUntil } from '../support/identity.ts';
import { python, spawnThreads } from '../support/procs.ts';
import type { Proc } from '../../src/types.ts';

const LOOK = { all: [], shown: [], visible: [], portBudgetMs: 0 };

test.skipIf(python === undefined)('each but the first, while the process lives', async () => {
  const kernel = openKernel();
  const sampler = createSampler(kernel);
  const actor = await spawnThreads(5);
  const sample = sampler.look(LOOK);
  const owner = sample.procs.get(actor.pid) as Proc;
  const reader = createThreadReader(kernel);
  const threads = reader.read([owner], sample).get(owner) ?? [];
  expect(threads).toHaveLength(4);
  expect(threads.every(({ pid, nlwp, starttime }) => pid !== actor.pid && nlwp === 1 && starttime > 0)).toBe(
    true,
  );
  expect(threads.map(({ pid }) => pid)).toEqual(kernelTids(kernel.list(`${actor.pid}/task`), actor.pid));

  // As rows they stand below their process, and are told apart.
  const rows = withThreads(rowsOf(sample, anOutlook(), undefined), new Map([[owner, threads]]));
  const at = rows.findIndex((row) => row.kind === 'process' && row.proc === owner);
  expect(rows.slice(at + 1, at + 5).map(({ kind }) => kind)).toEqual(Array(4).fill('thread'));
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);

  // Not asked for again, they stay; another process under that number has none of them.
  expect(reader.read([], sample).get(owner)).toHaveLength(4);
  const stranger = { ...owner, starttime: owner.starttime + 1 };
  const procs = new Map([[owner.pid, stranger]]);
  expect(reader.read([stranger], { ...sample, procs }).get(stranger)).toEqual([]);

  await actor.stop();
  await waitUntil(() => !sampler.look(LOOK).procs.has(actor.pid), 'it has gone');
  expect(reader.read([owner], sampler.look(LOOK)).size).toBe(0);
});

function kernelTids(names: readonly string[] | string, pid: number): number[] {
  return [...names]
    .map(Number)
    .filter((tid) => tid !== pid)
    .sort((a, b) => a - b);
}
