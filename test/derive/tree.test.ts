import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forestSteps, type Node } from '../../src/derive/forest.ts';
import { atOnce } from '../../src/derive/steps.ts';
import { branchOf, familyOf, totalSteps, wholeTree } from '../../src/derive/tree.ts';
import type { Proc } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { anyProcs, procMap } from './aSample.ts';

const asGiven = (siblings: readonly Proc[]): readonly Proc[] => siblings;
const never = (): boolean => false;
const linesOf = (procs: readonly Proc[], all = procMap(procs)): Node[] =>
  atOnce(forestSteps(familyOf(procs, all), asGiven, never));
const drawn = (lines: readonly Node[]): string[] =>
  lines.map(({ depth, proc }) => `${'-'.repeat(depth)}${proc.pid}`);
const procs = (...pairs: (readonly [pid: number, ppid: number, starttime?: number])[]): Proc[] =>
  pairs.map(([pid, ppid, starttime = 1]) => aProc({ pid, ppid, starttime }));

describe('laws of the forest', () => {
  test('every process once, whoever says to be whose parent', () => {
    fc.assert(
      fc.property(anyProcs, (all) => {
        const pids = linesOf(all).map(({ proc }) => proc.pid);
        expect(pids.toSorted((a, b) => a - b)).toEqual(all.map(({ pid }) => pid).sort((a, b) => a - b));
      }),
    );
  });

  test('every shown process once, and below the nearest shown ancestor', () => {
    fc.assert(
      fc.property(anyProcs, fc.func(fc.boolean()), (all, isShown) => {
        const shown = all.filter(({ pid }) => isShown(pid));
        const lines = linesOf(shown, procMap(all));
        expect(new Set(lines.map(({ proc }) => proc))).toEqual(new Set(shown));
        expect(lines.length).toBe(shown.length);
        for (const { proc, parent, depth } of lines) {
          expect(depth).toBe(parent === undefined ? 0 : parent.depth + 1);
          if (parent === undefined) continue;
          let above = procMap(all).get(proc.ppid);
          while (above !== parent.proc) {
            expect(shown).not.toContain(above);
            above = procMap(all).get(above?.ppid ?? 0);
          }
        }
      }),
    );
  });

  test('a parent never started after its child', () => {
    fc.assert(
      fc.property(anyProcs, (all) => {
        for (const { proc, parent } of linesOf(all)) {
          if (parent !== undefined) expect(parent.proc.starttime).toBeLessThanOrEqual(proc.starttime);
        }
      }),
    );
  });

  test('exactly the last of some siblings says so', () => {
    fc.assert(
      fc.property(anyProcs, (all) => {
        const lines = linesOf(all);
        for (const parent of new Set(lines.map((node) => node.parent))) {
          const siblings = lines.filter((node) => node.parent === parent);
          expect(siblings.map(({ isLast }) => isLast)).toEqual(
            siblings.map((_, i) => i === siblings.length - 1),
          );
        }
      }),
    );
  });

  test('the branches of the roots are all processes, and the totals of the roots are the sum of all', () => {
    fc.assert(
      fc.property(anyProcs, (all) => {
        const family = familyOf(all, procMap(all));
        const branches = family.roots.flatMap((root) => branchOf(root, family));
        expect(branches.length).toBe(all.length);
        expect(new Set(branches)).toEqual(new Set(all));
        const totals = atOnce(totalSteps(family, ({ nlwp }) => nlwp));
        for (const proc of all) {
          const sum = branchOf(proc, family).reduce((total, { nlwp }) => total + nlwp, 0);
          expect(totals.get(proc.pid)).toBe(sum);
        }
      }),
    );
  });
});

test('orphans, and a process that is its own parent, are roots', () => {
  expect(drawn(linesOf(procs([1, 0], [5, 1], [6, 5], [7, 99], [8, 8])))).toEqual([
    '1',
    '-5',
    '--6',
    '7',
    '8',
  ]);
});

test('the first process of a ring of parents, in the order given, stands for a root', () => {
  expect(drawn(linesOf(procs([1, 0], [5, 7], [6, 5], [7, 6], [8, 7])))).toEqual([
    '1',
    '5',
    '-6',
    '--7',
    '---8',
  ]);
});

test('a ring of hidden parents ends in nobody', () => {
  const all = procs([5, 6], [6, 5], [7, 6], [8, 7]);
  expect(drawn(linesOf(all.slice(2), procMap(all)))).toEqual(['7', '-8']);
});

test('a shown process whose hidden ancestors lead back to it is a root', () => {
  const all = procs([5, 6], [6, 5], [7, 6]);
  expect(drawn(linesOf([all[0] as Proc, all[2] as Proc], procMap(all)))).toEqual(['5', '-7']);
});

test('a pid that was given out again adopts nobody', () => {
  // 20 was the parent of 10; it was reaped, and its number is a stranger's now, who started later.
  const all = procs([10, 20, 100], [20, 1, 500], [30, 20, 600]);
  expect(drawn(linesOf(all))).toEqual(['10', '20', '-30']);
  expect(wholeTree(all[1] as Proc, { procs: procMap(all) }).map(({ pid }) => pid)).toEqual([20, 30]);
});

test('a total of nothing but unknown values is unknown', () => {
  const family = familyOf(
    procs([1, 0], [2, 1], [3, 0], [4, 3]),
    procMap(procs([1, 0], [2, 1], [3, 0], [4, 3])),
  );
  const totals = atOnce(totalSteps(family, ({ pid }) => (pid === 2 ? 5 : undefined)));
  expect([1, 2, 3, 4].map((pid) => totals.get(pid))).toEqual([5, 5, undefined, undefined]);
});

describe('sizes that an attack can have', () => {
  const chain = Array.from({ length: 30_000 }, (_, i) => aProc({ pid: i + 1, ppid: i, starttime: i }));

  test('a chain of 30,000', () => {
    const lines = linesOf(chain);
    expect(lines.length).toBe(30_000);
    expect(lines.at(-1)?.depth).toBe(29_999);
    const family = familyOf(chain, procMap(chain));
    expect(branchOf(chain[0] as Proc, family).length).toBe(30_000);
    expect(atOnce(totalSteps(family, () => 1)).get(1)).toBe(30_000);
  });

  test('15,000 processes below a chain of 15,000 hidden ones: climbed once, not once for each', () => {
    const hidden = chain.slice(0, 15_000);
    const below = Array.from({ length: 15_000 }, (_, i) =>
      aProc({ pid: 20_001 + i, ppid: 15_000, starttime: 1e6 }),
    );
    const all = procMap([...hidden, ...below]);
    const asked = new Map<number, number>();
    const get = all.get.bind(all);
    all.get = (pid) => {
      asked.set(pid, (asked.get(pid) ?? 0) + 1);
      return get(pid);
    };
    const root = hidden[0] as Proc;
    expect(familyOf([root, ...below], all).childrenOf(root).length).toBe(15_000);
    expect(asked.get(7_000)).toBeLessThan(5);
  });

  test('300,000 children of one', () => {
    const many = Array.from({ length: 300_000 }, (_, i) => aProc({ pid: i + 2, ppid: 1, starttime: 9 }));
    const init = aProc({ pid: 1, ppid: 0, starttime: 0 });
    const family = familyOf([init, ...many], procMap([init, ...many]));
    expect(branchOf(init, family).length).toBe(300_001);
  });
});
