// The rows that are kept from look to look are the ones that would be made anew.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../../src/derive/order.ts';
import { keyOf, type Row } from '../../src/derive/row.ts';
import { rowsOf, rowSteps } from '../../src/derive/rows.ts';
import type { Outlook } from '../../src/derive/outlook.ts';
import { atOnce, STRIDE } from '../../src/derive/steps.ts';
import type { Proc, Sample } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { anOutlook, anyProcs, aSample, aSocket, procMap } from './aSample.ts';

/** One table that lives on, as the sampler's does. */
function aTable(procs: readonly Proc[]): { sample(own: Partial<Sample>): Sample; procs: Map<number, Proc> } {
  const table = procMap(procs);
  return { procs: table, sample: (own) => ({ ...aSample([...table.values()], own), procs: table }) };
}

function folded(collapsed: ReadonlySet<string>, proc: Proc | undefined): ReadonlySet<string> {
  return proc === undefined ? new Set() : new Set(collapsed).add(keyOf(proc));
}

function byCpu(own: Partial<Outlook> = {}): Outlook {
  const { sort } = anOutlook();
  return anOutlook({ sort: { ...sort, processes: { column: 'CPU%', reverse: false } }, ...own });
}

const keysOf = (rows: readonly Row[]): string[] => rows.map(({ key }) => key);

const pid = fc.integer({ min: 1, max: 60 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('born' as const),
    pid,
    ppid: fc.nat(60),
    starttime: fc.integer({ min: 5, max: 8 }),
  }),
  fc.record({ kind: fc.constant('dies' as const), pid }),
  fc.record({ kind: fc.constant('works' as const), pid, ticks: fc.nat(3) }),
  fc.record({ kind: fc.constant('moves' as const), pid, ppid: fc.nat(60) }),
  fc.record({ kind: fc.constant('listens' as const), pid }),
  fc.record({
    kind: fc.constant('sorts' as const),
    column: fc.constantFrom('PID', 'CPU%', 'S', 'PORT'),
    reverse: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('folds' as const), pid }),
  fc.record({ kind: fc.constantFrom('tree' as const, 'kernelThreads' as const) }),
);

/** In what order the hidden ones of a folded branch are named is left open. */
function withBranchesByPid(rows: readonly Row[]): unknown {
  const byPid = (branch: readonly Proc[] | undefined): unknown => branch?.toSorted((a, b) => a.pid - b.pid);
  return rows.map((row) => {
    if (row.kind !== 'process' || row.node === undefined) return row;
    const { parent, branch, ...node } = row.node;
    const cell = { ...row.cell, branch: byPid(row.cell.branch) };
    return { ...row, cell, node: { ...node, parent: parent?.proc, branch: byPid(branch) } };
  });
}

describe('rows kept from look to look', () => {
  test('are those made anew, whatever comes, goes, works and is looked at otherwise', () => {
    fc.assert(
      fc.property(anyProcs, fc.array(step, { maxLength: 30 }), (procs, steps) => {
        const { procs: table, sample } = aTable(procs);
        let outlook = anOutlook();
        let shape = 1;
        let socketsOf = new Map([[1, [aSocket()]]]);
        for (const one of steps) {
          const known = 'pid' in one ? table.get(one.pid) : undefined;
          switch (one.kind) {
            case 'born':
              table.set(one.pid, aProc({ ...one, flags: one.pid % 7 === 0 ? 0x0020_0000 : 0 }));
              break;
            case 'dies':
              table.delete(one.pid);
              break;
            case 'works':
              if (known !== undefined)
                Object.assign(known, { cpu: (known.cpu ?? 0) + one.ticks, state: 'RSD'[one.ticks % 3] });
              break;
            case 'moves':
              if (known !== undefined) known.ppid = one.ppid;
              break;
            case 'listens':
              socketsOf = new Map(socketsOf).set(one.pid, [aSocket({ port: one.pid + 1000 })]);
              break;
            case 'sorts':
              outlook = { ...outlook, sort: { ...outlook.sort, processes: one } };
              break;
            case 'folds':
              outlook = { ...outlook, collapsed: folded(outlook.collapsed, known) };
              break;
            default:
              outlook = { ...outlook, [one.kind]: !outlook[one.kind] };
          }
          if (['born', 'dies', 'moves'].includes(one.kind)) shape++;
          const rows = rowsOf(sample({ shape, socketsOf }), outlook, undefined);
          // Without a shape nothing is kept.
          const anew = rowsOf(sample({ socketsOf }), outlook, undefined);
          expect(withBranchesByPid(rows)).toEqual(withBranchesByPid(anew));
        }
      }),
    );
  });

  test.each([true, false])(
    'are the same array where no row is another, whatever the order (tree %s)',
    (tree) => {
      const { procs, sample } = aTable(
        [1, 2, 3, 4].map((pid) => aProc({ pid, ppid: pid - 1, cpu: 10 - pid })),
      );
      const { sort } = anOutlook();
      for (const column of ['PID', 'CPU%', 'S']) {
        const outlook = anOutlook({ tree, sort: { ...sort, processes: { column, reverse: false } } });
        const rows = rowsOf(sample({ shape: 1 }), outlook, undefined);
        Object.assign(procs.get(1) ?? {}, { cpu: 20 });
        expect(rowsOf(sample({ shape: 1 }), outlook, undefined)).toBe(rows);
      }
    },
  );

  test('stay what they are where only their place is another, or others come, leave and move', () => {
    const { procs, sample } = aTable([1, 2, 3, 4, 5].map((pid) => aProc({ pid, ppid: 0, cpu: 10 - pid })));
    const outlook = byCpu();
    const own = new Map(
      rowsOf(sample({ shape: 1 }), outlook, undefined).map((row) => [Number.parseInt(row.key, 10), row]),
    );
    const expectKept = (shape: number, kept: readonly number[], anew: readonly number[] = []): void => {
      const rows = rowsOf(sample({ shape }), outlook, undefined);
      const isKept = (row: Row): boolean => own.get(Number.parseInt(row.key, 10)) === row;
      const pids = (some: readonly Row[]): number[] => some.map(({ key }) => Number.parseInt(key, 10));
      expect(pids(rows.filter(isKept))).toEqual(kept);
      expect(pids(rows.filter((row) => !isKept(row)))).toEqual(anew);
    };
    Object.assign(procs.get(2) ?? {}, { cpu: 20 });
    expectKept(1, [2, 1, 3, 4, 5]);
    procs.delete(3);
    expectKept(2, [2, 1, 4, 5]);
    procs.set(6, aProc({ pid: 6, ppid: 1, cpu: 1 }));
    expectKept(3, [2, 4, 5], [1, 6]); // it has a child now
    Object.assign(procs.get(6) ?? {}, { ppid: 0, cpu: 7 });
    expectKept(4, [2, 4, 5], [1, 6]);
    procs.set(6, aProc({ pid: 6, starttime: 8, ppid: 0, cpu: 7 }));
    expectKept(5, [2, 4, 5], [1, 6]);
  });

  test('a branch that is folded, adds up and is unfolded', () => {
    const { procs, sample } = aTable([1, 2, 3].map((pid) => aProc({ pid, ppid: pid - 1, cpu: pid })));
    const unfolded = byCpu();
    const folded = byCpu({ collapsed: new Set([keyOf(procs.get(2) as Proc)]) });
    const still = { shape: 1, socketsOf: new Map() };
    const cpuOf = (outlook: Outlook): unknown[] =>
      rowsOf(sample(still), outlook, undefined).map((row) => row.kind === 'process' && row.cell.proc.cpu);
    expect(cpuOf(unfolded)).toEqual([1, 2, 3]);
    expect(cpuOf(folded)).toEqual([1, 5]);
    Object.assign(procs.get(3) ?? {}, { cpu: 10 });
    expect(cpuOf(folded)).toEqual([1, 12]);
    expect(cpuOf(unfolded)).toEqual([1, 2, 10]);
  });

  test('a look left off in the middle, and one in between, harm nobody', () => {
    const { procs, sample } = aTable(
      Array.from({ length: 5 * STRIDE }, (_, i) => aProc({ pid: i + 1, ppid: i >> 1, cpu: i % 11 })),
    );
    const outlook = byCpu();
    rowsOf(sample({ shape: 0 }), outlook, undefined);
    for (let rests = 1; rests < 30; rests += 3) {
      const change = (): void => {
        Object.assign(procs.get(rests * 100) ?? {}, { cpu: 50, ppid: 1 });
        procs.delete(procs.size);
      };
      change();
      const leftOff = rowSteps(sample({ shape: rests }), outlook, undefined);
      for (let i = 0; i < rests; i++) leftOff.next();
      change();
      const anew = keysOf(rowsOf(sample({}), outlook, undefined));
      expect(keysOf(rowsOf(sample({ shape: rests + 1 }), outlook, undefined))).toEqual(anew);
      atOnce(leftOff);
      expect(keysOf(rowsOf(sample({ shape: rests + 1 }), outlook, undefined))).toEqual(anew);
    }
  });

  test('an order that is held since they were made changes nothing; one that was held before does', () => {
    const { procs, sample } = aTable([5, 6, 7].map((pid) => aProc({ pid })));
    const outlook = anOutlook();
    const still = { shape: 1, socketsOf: new Map() };
    const rows = rowsOf(sample(still), outlook, undefined);
    expect(rowsOf(sample(still), outlook, placesOf(rows))).toBe(rows);
    const reversed = placesOf(rows.toReversed());
    expect(rowsOf(sample(still), outlook, reversed).map(({ key }) => key)).toEqual(
      rows.map(({ key }) => key).toReversed(),
    );
    const order = byCpu();
    const moving = rowsOf(sample(still), order, undefined);
    const places = placesOf(moving);
    Object.assign(procs.get(7) ?? {}, { cpu: 20 });
    expect(rowsOf(sample(still), order, places)).toBe(moving);
    expect(keysOf(rowsOf(sample(still), order, undefined))[0]).toBe(keyOf(procs.get(7) as Proc));
  });

  test('while a large machine is read for the first time those of the first look stand', () => {
    const { sample, procs } = aTable([aProc({ pid: 5 })]);
    const outlook = anOutlook();
    const rows = rowsOf(sample({ shape: 1, isPartial: true }), outlook, undefined);
    procs.set(6, aProc({ pid: 6 }));
    expect(rowsOf(sample({ shape: 2, isPartial: true }), outlook, undefined)).toBe(rows);
    expect(rowsOf(sample({ shape: 2, isPartial: true }), anOutlook({ tree: false }), undefined)).toHaveLength(
      2,
    );
    expect(rowsOf(sample({ shape: 2, isPartial: false }), outlook, undefined)).toHaveLength(2);
  });

  test('a port that comes, another way of looking, and a filter are seen at once', () => {
    const { sample } = aTable([aProc({ pid: 5 }), aProc({ pid: 6, ppid: 5 })]);
    const outlook = anOutlook();
    const before = rowsOf(sample({ shape: 1 }), outlook, undefined);
    const socketsOf = new Map([[5, [aSocket({ port: 80 })]]]);
    const [row] = rowsOf(sample({ shape: 1, socketsOf }), outlook, undefined);
    expect(row?.kind === 'process' && row.cell.sockets).toHaveLength(1);
    expect(rowsOf(sample({ shape: 1, socketsOf }), anOutlook({ uid: 4711 }), undefined)).toEqual([]);
    expect(
      rowsOf(
        sample({ shape: 1 }),
        anOutlook({ collapsed: new Set([`5@${before[0]?.key.split('@')[1]}`]) }),
        undefined,
      ),
    ).toHaveLength(1);
    expect(rowsOf(sample({ shape: 1 }), anOutlook({ tree: false }), undefined)).toHaveLength(2);
  });
});
