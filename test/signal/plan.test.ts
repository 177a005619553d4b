import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUntouchable, protectedSet } from '../../src/signal/guard.ts';
import { standingOf } from '../../src/signal/standing.ts';
import { makePlan, type PlanRequest } from '../../src/signal/plan.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import type { Plan, Proc } from '../../src/types.ts';
import { aProc, PF_KTHREAD, sampleOf, tables, type Table } from './aTable.ts';

const matchesOf = (procs: readonly Proc[]): PlanRequest['matches'] =>
  procs.map((proc) => ({ proc, matched: 'comm' }));

function plan({ procs, self }: Table, matched: readonly Proc[], more: Partial<PlanRequest> = {}): Plan {
  return makePlan({
    action: 'signal',
    signal: signalNamed('KILL'),
    scope: 'selection',
    label: 'x',
    matches: matchesOf(matched),
    sample: sampleOf(procs, self),
    ...more,
  });
}

/** Ancestors written down a second time, as plainly as can be. */
function isAncestor(pid: number, { procs, self }: Table): boolean {
  let at = procs.find((proc) => proc.pid === self);
  for (let steps = 0; at !== undefined && steps <= procs.length; steps++) {
    const { ppid } = at;
    if (ppid === pid && pid !== self) return true;
    at = procs.find((proc) => proc.pid === ppid);
  }
  return false;
}

/** That pid is met on the way up from `proc`. */
function isAbove(pid: number, proc: Proc, procs: ReadonlyMap<number, Proc>): boolean {
  let at: Proc | undefined = proc;
  for (let steps = 0; at !== undefined && steps <= procs.size; steps++) {
    if (at.ppid === pid) return true;
    at = procs.get(at.ppid);
  }
  return false;
}

const cases = tables.chain((table) =>
  fc.record({
    table: fc.constant(table),
    matched: fc.array(fc.constantFrom(...table.procs), { maxLength: 30 }),
    tree: fc.boolean(),
    forced: fc.option(fc.constantFrom(...table.procs.map(({ pid }) => pid)), { nil: undefined }),
  }),
);

describe('laws of plans', () => {
  test('no plan ever hits pid 1, slotop, an ancestor, our group or session, or a kernel thread', () => {
    fc.assert(
      fc.property(cases, ({ table, matched, tree }) => {
        const own = table.procs.find(({ pid }) => pid === table.self) as Proc;
        for (const { pid } of plan(table, matched, { tree }).targets) {
          const proc = table.procs.find((one) => one.pid === pid) as Proc;
          expect(pid).toBeGreaterThan(1);
          expect(pid).not.toBe(table.self);
          expect(isAncestor(pid, table)).toBe(false);
          expect(proc.pgrp > 0 && proc.pgrp === own.pgrp).toBe(false);
          expect(proc.session > 0 && proc.session === own.session).toBe(false);
          expect(proc.flags & PF_KTHREAD).toBe(0);
        }
      }),
    );
  });

  test('force lifts one protected process that stands alone, and never pid 1, a kernel thread or slotop', () => {
    fc.assert(
      fc.property(cases, ({ table, matched, tree, forced }) => {
        const { targets, refused } = plan(table, matched, { tree, forced });
        const shielded = protectedSet(sampleOf(table.procs, table.self));
        for (const { pid } of targets) {
          if (!shielded.has(pid)) continue;
          expect(pid).toBe(forced);
          expect(targets.length + refused.length).toBe(1);
          expect(pid).toBeGreaterThan(1);
          expect(pid).not.toBe(table.self);
          expect((table.procs.find((one) => one.pid === pid) as Proc).flags & PF_KTHREAD).toBe(0);
        }
      }),
    );
  });

  test('every match is once in targets or refused, with its identity; nothing else without --tree', () => {
    fc.assert(
      fc.property(cases, ({ table, matched, tree }) => {
        const { targets, refused } = plan(table, matched, { tree });
        const pids = [...targets, ...refused].map(({ pid }) => pid);
        expect(new Set(pids).size).toBe(pids.length);
        for (const { pid } of matched) expect(pids).toContain(pid);
        if (!tree) expect(pids.length).toBe(new Set(matched).size);
        for (const { pid, starttime } of [...targets, ...refused]) expect(starttime).toBe(1000 + pid);
      }),
    );
  });

  test('with --tree children stand before their parents', () => {
    fc.assert(
      fc.property(cases, ({ table, matched }) => {
        const { procs } = sampleOf(table.procs, table.self);
        const order = plan(table, matched, { tree: true }).targets.map(({ pid }) => procs.get(pid) as Proc);
        for (const [at, proc] of order.entries()) {
          const child = order.slice(at + 1).find(({ ppid }) => ppid === proc.pid);
          // In a ring of parents each is a child of each.
          if (child !== undefined) expect(isAbove(child.pid, proc, procs)).toBe(true);
        }
      }),
    );
  });
});

describe('plans', () => {
  const shell = aProc({ pid: 50, ppid: 1, comm: 'bash', session: 50 });
  const self = aProc({ pid: 60, ppid: 50, pgrp: 60, session: 50, comm: 'node' });
  const job = aProc({ pid: 61, ppid: 50, pgrp: 61, session: 50, comm: 'job' });
  const server = aProc({ pid: 70, ppid: 1, comm: 'server', nlwp: 4, uid: 33 });
  const worker = aProc({ pid: 71, ppid: 70, comm: 'worker' });
  const leaf = aProc({ pid: 72, ppid: 71, comm: 'leaf' });
  const thread = aProc({ pid: 3, ppid: 2, flags: PF_KTHREAD, comm: 'kworker/0:1' });
  // In a container pid 2 is an ordinary process.
  const second = aProc({ pid: 2, ppid: 1, comm: 'sh' });
  const table: Table = {
    procs: [aProc({ pid: 1, ppid: 0 }), second, thread, shell, self, job, server, worker, leaf],
    self: 60,
  };

  test('each refusal has its reason', () => {
    const { targets, refused } = plan(table, table.procs);
    const reasons = Object.fromEntries(refused.map(({ pid, reason }) => [pid, reason]));
    expect(reasons).toEqual({
      1: 'init',
      3: 'kernel thread',
      50: 'ancestor of slotop: bash',
      60: 'slotop itself',
      61: 'in the session of slotop (setsid slotop reaches it)',
    });
    expect(targets.map(({ pid }) => pid).sort((a, b) => a - b)).toEqual([2, 70, 71, 72]);
  });

  test('a tree is taken whole, deepest first, and what --exclude names is left out', () => {
    expect(plan(table, [server], { tree: true }).targets.map(({ pid }) => pid)).toEqual([72, 71, 70]);
    const spared = plan(table, [server], { tree: true, exclude: ({ comm }) => comm === 'worker' });
    expect(spared.targets.map(({ pid }) => pid)).toEqual([72, 70]);
  });

  test('the tree of a protected process is not taken: below init it would be the whole machine', () => {
    const { targets, refused } = plan(table, [table.procs[0] as Proc], { tree: true });
    expect(targets).toEqual([]);
    expect(refused.map(({ reason }) => reason)).toEqual(['init; its tree is left alone']);
  });

  test('a process that answers to several targets says the first field that matched', () => {
    const matches = ['pid', 'comm'].map((matched) => ({ proc: server, matched }));
    expect(plan(table, [], { matches, tree: true }).targets.at(-1)).toMatchObject({
      pid: 70,
      matched: 'pid',
    });
  });

  test('force hits a protected process alone', () => {
    expect(plan(table, [shell], { forced: 50 }).targets.map(({ pid }) => pid)).toEqual([50]);
    expect(plan(table, [shell, server], { forced: 50 }).targets.map(({ pid }) => pid)).toEqual([70]);
    expect(plan(table, [self], { forced: 60 }).targets).toEqual([]);
    expect(isUntouchable(thread, standingOf(sampleOf(table.procs, 60)))).toBe(true);
  });

  test('a target says what the screen needs', () => {
    expect(plan(table, [server]).targets).toEqual([
      {
        pid: 70,
        starttime: 1070,
        ppid: 1,
        comm: 'server',
        name: 'server',
        uid: 33,
        user: 'user33',
        state: 'S',
        nlwp: 4,
        ports: [],
        matched: 'comm',
      },
    ]);
  });

  test('a chain of 30,000 parents is no trouble', () => {
    const chain = Array.from({ length: 30_000 }, (_, i) =>
      aProc({ pid: 100 + i, ppid: i === 0 ? 1 : 99 + i }),
    );
    const deep: Table = { procs: [...table.procs, ...chain], self: 60 };
    const { targets } = plan(deep, [chain[0] as Proc], { tree: true });
    expect(targets).toHaveLength(30_000);
    expect(targets[0]?.pid).toBe(30_099);
  });
});
