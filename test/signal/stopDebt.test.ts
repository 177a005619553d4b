import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { deliver } from '../../src/signal/deliver.ts';
import { makePlan } from '../../src/signal/plan.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import {
  indebted,
  owed,
  stillStopped,
  thaw,
  thawCommand,
  thawPlan,
  type StopDebt,
} from '../../src/signal/stopDebt.ts';
import { createSampler } from '../../src/proc/sample.ts';
import type { Plan, ProcId, Report, Sample } from '../../src/types.ts';
import { createFakeKernel, type FakeKernel } from '../support/fakeKernel.ts';
import { sameProcess, waitUntil } from '../support/identity.ts';
import { spawnGroup, spawnIdle } from '../support/procs.ts';
import { aProc, sampleOf } from './aTable.ts';

function planOf(signal: string, ids: readonly ProcId[]): Plan {
  const procs = ids.map(({ pid, starttime }) => aProc({ pid, starttime }));
  return makePlan({
    action: 'signal',
    signal: signalNamed(signal),
    scope: 'selection',
    label: 'x',
    matches: procs.map((proc) => ({ proc, matched: 'pid' })),
    sample: sampleOf(procs, 0),
  });
}

describe('real processes', () => {
  const kernel = openKernel();
  const send = (signal: string, ids: readonly ProcId[]): Report => deliver(kernel, planOf(signal, ids));
  const states = (ids: readonly ProcId[]): (string | undefined)[] => ids.map((id) => sameProcess(id)?.state);
  /** Looks as the UI does: kept rows, read again. */
  const sampler = createSampler(kernel);
  const look = (): Sample => sampler.look({ all: [], shown: [], visible: [], portBudgetMs: 0 });
  const stop = (ids: readonly ProcId[], debt: StopDebt = []): StopDebt =>
    indebted(debt, send('STOP', ids), kernel.now());

  test('what is stopped is owed until somebody continues it, or it dies', async () => {
    const [one, two, three] = await spawnGroup('owed', 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('no group');
    const before = look();
    let debt = stop([two, three], stop([one]));
    expect(debt.map(({ pid }) => pid)).toEqual([one.pid, two.pid, three.pid]);
    expect(owed(debt, before)).toBe(debt); // a look from before says nothing
    expect(owed(debt, look())).toBe(debt);

    process.kill(one.pid, 'SIGCONT'); // not by us
    await two.stop();
    debt = await waitUntil(() => {
      const left = owed(debt, look());
      return left.length === 1 && left;
    }, 'two of them are settled');
    expect(debt[0]?.pid).toBe(three.pid);
  });

  test('the plan that thaws continues all that is owed, and settles it', async () => {
    const group = await spawnGroup('thawed', 3);
    const debt = stop(group);
    expect(states(group)).toEqual(['T', 'T', 'T']);
    const report = deliver(kernel, thawPlan(debt));
    expect(report.counts).toMatchObject({ matched: 3, signalled: 3 });
    await waitUntil(() => owed(debt, look()).length === 0, 'settled');
    expect(states(group)).toEqual(['S', 'S', 'S']);
  });

  test('thaw at the last moment, and the command for a shell, continue them', async () => {
    const [first, second] = [await spawnIdle(), await spawnIdle()];
    const debt = stop([first, second]);
    expect(stillStopped(kernel, debt)).toEqual(debt);
    expect(thaw(kernel, debt)).toEqual([]);
    await waitUntil(() => states([first, second]).join('') === 'SS', 'both run');
    expect(stillStopped(kernel, debt)).toEqual([]);

    const again = stop([first, second]);
    const { spawnSync } = await import('node:child_process');
    expect(spawnSync('/bin/sh', ['-c', thawCommand(again)]).status).toBe(0);
    await waitUntil(() => states([first, second]).join('') === 'SS', 'both run');
  });
});

describe('scripted', () => {
  const fake = (...processes: Parameters<FakeKernel['fork']>[0][]): FakeKernel =>
    createFakeKernel({ processes });
  const stopAll = (kernel: FakeKernel, ...pids: number[]): StopDebt =>
    indebted(
      [],
      deliver(
        kernel,
        planOf(
          'STOP',
          pids.map((pid) => kernel.get(pid)),
        ),
      ),
      kernel.now(),
    );

  test('a number that is somebody else now is not continued', () => {
    const kernel = fake({ pid: 100 }, { pid: 101 });
    const debt = stopAll(kernel, 100, 101);
    kernel.replace(100, { comm: 'innocent', state: 'T' });
    expect(stillStopped(kernel, debt).map(({ pid }) => pid)).toEqual([101]);
    thaw(kernel, debt);
    expect(kernel.kills.filter(({ signal }) => signal === 18).map(({ pid }) => pid)).toEqual([101]);
  });

  test('what cannot be reached any more is handed back, with its command', () => {
    const kernel = fake({ pid: 100 }, { pid: 101 }, { pid: 102 });
    const debt = stopAll(kernel, 100, 101, 102);
    kernel.get(101).denied = true;
    kernel.exit(102);
    const left = thaw(kernel, debt);
    expect(thawCommand(left)).toBe('kill -CONT 101');
    expect(thawCommand([])).toBe('');
    expect(thaw({ ...kernel, canSignal: false }, debt)).toHaveLength(2);
  });

  test('a STOP that waits for the end of state D is owed too, until it is seen asleep', () => {
    const kernel = fake({ pid: 100, state: 'D' });
    const debt = stopAll(kernel, 100);
    expect(debt).toHaveLength(1);
    const at = kernel.now() + 1;
    const seen = (state: string): number =>
      owed(debt, { at, procs: new Map([[100, aProc({ ...debt[0], pid: 100, state, readAt: at })]]) }).length;
    expect(['D', 'R', 'T', 't', 'S', 'Z'].map(seen)).toEqual([1, 1, 1, 1, 0, 0]);
  });

  test('one that is not in a look is settled, unless the look is from before', () => {
    const kernel = fake({ pid: 100 });
    const debt = stopAll(kernel, 100);
    const { since } = debt[0] as StopDebt[number];
    const missing = (at: number): number => owed(debt, { at, procs: new Map() }).length;
    const replaced = new Map([[100, aProc({ pid: 100, starttime: 9, state: 'T', readAt: since + 1 })]]);
    expect([missing(since - 1), missing(since), missing(since + 1)]).toEqual([1, 0, 0]);
    expect(owed(debt, { at: since + 1, procs: replaced })).toEqual([]);
  });

  test('refused, denied, gone and undone STOPs are no debt; neither are other signals', () => {
    const kernel = fake({ pid: 100, denied: true }, { pid: 101, ignores: [19] }, { pid: 102 });
    expect(stopAll(kernel, 100, 101)).toEqual([]);
    expect(indebted([], deliver(kernel, planOf('TERM', [kernel.get(102)])), kernel.now())).toEqual([]);
  });

  test('law: one entry for a pid; looking never adds, and settles all that runs', () => {
    const steps = fc.array(
      fc.record({ pid: fc.integer({ min: 100, max: 105 }), signal: fc.constantFrom('STOP', 'CONT', 'KILL') }),
    );
    fc.assert(
      fc.property(steps, (list) => {
        const kernel = fake(...[100, 101, 102, 103, 104, 105].map((pid) => ({ pid })));
        let debt: StopDebt = [];
        for (const { pid, signal } of list) {
          const process = kernel.processes.get(pid);
          if (process === undefined) continue;
          debt = indebted(debt, deliver(kernel, planOf(signal, [process])), kernel.now());
          kernel.advance(1);
          const at = kernel.now();
          const procs = [...kernel.processes.values()].map(({ pid: id, starttime, state }) =>
            aProc({ pid: id, starttime, state, readAt: at }),
          );
          const left = owed(debt, { at, procs: new Map(procs.map((proc) => [proc.pid, proc])) });
          for (const one of left) expect(debt).toContain(one);
          debt = left;
          const stopped = procs.filter(({ state }) => state === 'T').map((proc) => proc.pid);
          expect(debt.map((one) => one.pid).sort()).toEqual(stopped.sort());
        }
      }),
    );
  });
});
