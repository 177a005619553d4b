// The rows that are kept from look to look are the ones that would be made anew.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../../src/derive/order.ts';
import { rowsOf } from '../../src/derive/rows.ts';
import type { Proc, Sample } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { anOutlook, anyProcs, aSample, aSocket, procMap } from './aSample.ts';

/** One table that lives on, as the sampler's does. */
function aTable(procs: readonly Proc[]): { sample(own: Partial<Sample>): Sample; procs: Map<number, Proc> } {
  const table = procMap(procs);
  return { procs: table, sample: (own) => ({ ...aSample([...table.values()], own), procs: table }) };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('born' as const), pid: fc.integer({ min: 1, max: 60 }), ppid: fc.nat(60) }),
  fc.record({ kind: fc.constant('dies' as const), pid: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('works' as const), pid: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('moves' as const), pid: fc.integer({ min: 1, max: 60 }), ppid: fc.nat(60) }),
);

describe('rows of a table in an order that stands', () => {
  test('are those made anew, whatever comes, goes and works; and the same array while nobody does', () => {
    fc.assert(
      fc.property(
        anyProcs,
        fc.array(step, { maxLength: 20 }),
        fc.boolean(),
        fc.constantFrom('PID', 'CPU%'),
        fc.array(fc.integer({ min: 1, max: 60 })),
        (procs, steps, tree, column, folded) => {
          const { procs: table, sample } = aTable(procs);
          const { sort } = anOutlook();
          const outlook = anOutlook({
            tree,
            sort: { ...sort, processes: { column, reverse: false } },
            collapsed: new Set(folded.map((pid) => `${pid}@7`)),
          });
          let shape = 1;
          const socketsOf = new Map([[1, [aSocket()]]]);
          for (const one of steps) {
            const known = table.get(one.pid);
            if (one.kind === 'born')
              table.set(one.pid, aProc({ pid: one.pid, ppid: one.ppid, starttime: 7 }));
            if (one.kind === 'dies') table.delete(one.pid);
            if (one.kind === 'works' && known !== undefined) known.cpu = (known.cpu ?? 0) + 1;
            if (one.kind === 'moves' && known !== undefined) known.ppid = one.ppid;
            if (one.kind !== 'works') shape++;
            const rows = rowsOf(sample({ shape, socketsOf }), outlook, undefined);
            // Without a shape nothing is kept.
            expect(rows).toEqual(rowsOf(sample({ socketsOf }), outlook, undefined));
            if (column === 'PID' && folded.length === 0)
              expect(rowsOf(sample({ shape, socketsOf }), outlook, undefined)).toBe(rows);
          }
        },
      ),
    );
  });

  test('an order that is held since they were made changes nothing; one that was held before does', () => {
    const { sample } = aTable([aProc({ pid: 5 }), aProc({ pid: 6 }), aProc({ pid: 7 })]);
    const outlook = anOutlook();
    const still = { shape: 1, socketsOf: new Map() };
    const rows = rowsOf(sample(still), outlook, undefined);
    expect(rowsOf(sample(still), outlook, placesOf(rows))).toBe(rows);
    const reversed = placesOf(rows.toReversed());
    expect(rowsOf(sample(still), outlook, reversed).map(({ key }) => key)).toEqual(
      rows.map(({ key }) => key).toReversed(),
    );
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
