// Looks in turns at this very machine while processes come and go: what the kernel's counters promise must hold.
import { describe, expect, test } from 'vitest';
import { isFailure, openKernel } from '../../src/kernel.ts';
import { createSampler, type Sampler } from '../../src/proc/sample.ts';
import type { Sample } from '../../src/types.ts';
import { statOf, waitUntil } from '../support/identity.ts';
import { startProcess } from '../support/liveProcess.ts';
import { spawnBusy, spawnIdle } from '../support/procs.ts';

/** Bears about 200 processes a second, each of which lives for a second. */
const FORKER = 'while :; do for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1 & done; sleep 0.05; done';

const kernel = openKernel();

function inTurns(sampler: Sampler): Sample {
  return sampler.look({ all: [], shown: [], visible: [], portBudgetMs: 0, inTurnsMs: 1_500 });
}

/** A large or slow machine is not read at once. */
function begun(): Sampler {
  const sampler = createSampler(kernel);
  while (inTurns(sampler).isPartial === true) sampler.readOn(Infinity);
  return sampler;
}

/** Everybody who is there, by pid with its starttime. */
function everybody(): Map<number, number> {
  const names = kernel.list('.');
  if (isFailure(names)) throw new Error('no listing of /proc');
  const all = new Map<number, number>();
  for (const name of names) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat !== undefined) all.set(stat.pid, stat.starttime);
  }
  return all;
}

async function pass(ms: number): Promise<void> {
  const from = kernel.now();
  await waitUntil(() => kernel.now() - from >= ms, 'time');
}

describe('in a storm of births', () => {
  test('nobody who lives through a look is missing in it, and none is taken for another', async () => {
    await startProcess('sh', ['-c', FORKER]);
    const sampler = begun();
    let compared = 0;
    let born = 0;
    for (let look = 0; look < 6; look++) {
      await pass(200);
      const before = everybody();
      const { procs, births } = inTurns(sampler);
      const after = everybody();
      born += births.length;
      for (const [pid, starttime] of before) {
        if (after.get(pid) !== starttime) continue;
        expect(procs.get(pid)?.starttime, `${pid}`).toBe(starttime);
        compared++;
      }
    }
    expect(born).toBeGreaterThan(20);
    expect(compared).toBeGreaterThan(200);
  }, 120_000);
});

describe('one who leaves, and one who works', () => {
  test('are seen at the next looks', async () => {
    const idle = await spawnIdle();
    const sampler = begun();
    expect(inTurns(sampler).procs.has(idle.pid)).toBe(true);
    await idle.stop();
    await waitUntil(() => inTurns(sampler).procs.get(idle.pid)?.starttime !== idle.starttime, 'it is gone');

    const busy = await spawnBusy();
    await waitUntil(() => inTurns(sampler).procs.has(busy.pid), 'it is there');
    await waitUntil(() => (inTurns(sampler).procs.get(busy.pid)?.cpu ?? 0) > 1, 'it works');
  });
});
