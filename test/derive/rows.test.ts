import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchCell, cellOf } from '../../src/derive/cell.ts';
import { columnOf } from '../../src/derive/column.ts';
import { COLUMNS } from '../../src/derive/columns.ts';
import { parseFilter, type Filter } from '../../src/derive/match.ts';
import { keyOf, procsOfRow, type ProcessRow, type Row } from '../../src/derive/row.ts';
import { rowsOf } from '../../src/derive/rows.ts';
import { branchOf, familyOf } from '../../src/derive/tree.ts';
import type { Proc, Sample } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { aLimit, anOutlook, anyProcs, aSample, aSocket, procMap } from './aSample.ts';

const processRows = (...args: Parameters<typeof rowsOf>): ProcessRow[] =>
  rowsOf(...args).filter((row) => row.kind === 'process');
const pidsOf = (rows: readonly Row[]): number[] =>
  rows.flatMap((row) => (row.kind === 'process' ? [row.proc.pid] : []));
const sortedBy = (column: string, reverse = false): Pick<ReturnType<typeof anOutlook>, 'sort'> => ({
  sort: { ...anOutlook().sort, processes: { column, reverse } },
});
const filter = (text: string): Filter => parseFilter(text) as Filter;

describe('laws', () => {
  test('tree and list show the same processes, each once, sorted by whatever column', () => {
    fc.assert(
      fc.property(anyProcs, fc.constantFrom(...COLUMNS), fc.boolean(), (procs, { id }, reverse) => {
        const sample = aSample(procs);
        for (const tree of [true, false]) {
          const rows = rowsOf(sample, anOutlook({ tree, ...sortedBy(id, reverse) }), undefined);
          expect(pidsOf(rows).sort((a, b) => a - b)).toEqual([...sample.procs.keys()].sort((a, b) => a - b));
        }
      }),
    );
  });

  test('a list is in order, with the unknown at its end whichever way', () => {
    fc.assert(
      fc.property(anyProcs, fc.boolean(), (procs, reverse) => {
        const rows = processRows(
          aSample(procs),
          anOutlook({ tree: false, ...sortedBy('CPU%', reverse) }),
          undefined,
        );
        const shares = rows.map(({ proc }) => proc.cpu ?? (reverse ? Infinity : -Infinity));
        expect(shares).toEqual(shares.toSorted((a, b) => (reverse ? a - b : b - a)));
      }),
    );
  });

  test('siblings of a tree are in the order of what their branches use', () => {
    fc.assert(
      fc.property(anyProcs, (procs) => {
        const family = familyOf(procs, procMap(procs));
        const used = (proc: Proc): number => branchOf(proc, family).reduce((sum, { rss }) => sum + rss, 0);
        const rows = processRows(aSample(procs), anOutlook(sortedBy('RES')), undefined);
        for (const parent of new Set(rows.map(({ node }) => node?.parent))) {
          const sums = rows.filter(({ node }) => node?.parent === parent).map(({ proc }) => used(proc));
          expect(sums).toEqual(sums.toSorted((a, b) => b - a));
        }
      }),
    );
  });

  test('a collapsed branch hides its processes, stands for them, and shows their sums', () => {
    fc.assert(
      fc.property(anyProcs, fc.func(fc.boolean()), (procs, isCollapsed) => {
        const sample = aSample(procs);
        const collapsed = new Set(procs.filter(({ pid }) => isCollapsed(pid)).map(keyOf));
        const rows = processRows(sample, anOutlook({ collapsed }), undefined);
        const stoodFor = rows.flatMap((row) => [...procsOfRow(row, sample)]);
        expect(stoodFor.length).toBe(procs.length);
        expect(new Set(stoodFor)).toEqual(new Set(procs));
        for (const row of rows) {
          const branch = procsOfRow(row, sample);
          expect(row.cell.proc.nlwp).toBe(branch.reduce((sum, { nlwp }) => sum + nlwp, 0));
          const known = branch.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
          if (known.length === 0) expect(row.cell.proc.cpu).toBeUndefined();
          else
            expect(row.cell.proc.cpu).toBeCloseTo(
              known.reduce((sum, cpu) => sum + cpu, 0),
              3,
            );
        }
      }),
    );
  });

  test('every column that promises a sum has one', () => {
    const cell = (own: Partial<Proc>): Proc =>
      aProc({
        nlwp: 2,
        cpu: 3,
        rss: 5,
        vsize: 7,
        shr: 11,
        fds: 13,
        ioRead: 17,
        ioWrite: 19,
        utime: 23,
        stime: 29,
        ...own,
      });
    const branch = [cell({ pid: 5 }), cell({ pid: 6, ppid: 5 }), cell({ pid: 7, ppid: 5 })];
    const sample = aSample(branch);
    for (const column of COLUMNS) {
      const one = column.value(cellOf(branch[0] as Proc, sample), sample);
      const all = column.value(branchCell(branch, sample), sample);
      if (column.sums === true) expect(all, column.id).toBeCloseTo((one as number) * 3, 9);
      else expect(all, column.id).toEqual(one);
    }
  });

  test('while the order is held, no known row passes another', () => {
    fc.assert(
      fc.property(anyProcs, anyProcs, fc.boolean(), (before, now, tree) => {
        const outlook = anOutlook({ tree: false, ...sortedBy('CPU%') });
        const held = new Map(
          rowsOf(aSample(before), outlook, undefined).map(({ key }, place) => [key, place]),
        );
        const places = (rows: readonly Row[]): number[] =>
          rows.flatMap(({ key }) => (held.has(key) ? [held.get(key) as number] : []));
        if (!tree) {
          const list = places(rowsOf(aSample(now), outlook, held));
          expect(list).toEqual(list.toSorted((a, b) => a - b));
          return;
        }
        const rows = processRows(aSample(now), { ...outlook, tree }, held);
        for (const parent of new Set(rows.map(({ node }) => node?.parent))) {
          const siblings = places(rows.filter(({ node }) => node?.parent === parent));
          expect(siblings).toEqual(siblings.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('what is shown', () => {
  const procs = [
    aProc({ pid: 1, ppid: 0, starttime: 0, comm: 'init' }),
    aProc({ pid: 2, ppid: 0, starttime: 0, comm: 'kthreadd', flags: 0x0020_8040 }),
    aProc({ pid: 10, comm: 'java', uid: 1000 }),
    aProc({ pid: 11, ppid: 10, comm: 'sh', uid: 1000 }),
    aProc({ pid: 12, ppid: 11, comm: 'java', uid: 1000, starttime: 101 }),
  ];
  const socket = aSocket({ port: 80, holders: [{ pid: 12, starttime: 101, fd: 3 }] });
  const stale = aSocket({ port: 81, inode: 78, holders: [{ pid: 12, starttime: 7, fd: 3 }] });
  const hidden = aSocket({ port: 82, inode: 79, hidden: true });
  const sample = aSample(procs, {
    sockets: [socket, stale, hidden],
    socketsOf: new Map([[12, [socket]]]),
  });

  test('kernel threads only where wanted; pid 2 of a container is an ordinary process', () => {
    expect(pidsOf(rowsOf(sample, anOutlook({ kernelThreads: false }), undefined))).toEqual([1, 10, 11, 12]);
    const container = aSample([aProc({ pid: 2, comm: 'app' })]);
    expect(pidsOf(rowsOf(container, anOutlook({ kernelThreads: false }), undefined))).toEqual([2]);
  });

  test('a filter keeps what it can of the family', () => {
    const rows = processRows(sample, anOutlook({ filter: filter('java') }), undefined);
    expect(rows.map(({ proc, node }) => [proc.pid, node?.depth])).toEqual([
      [10, 0],
      [12, 1],
    ]);
  });

  test('one owner', () => {
    expect(pidsOf(rowsOf(sample, anOutlook({ uid: 1000 }), undefined))).toEqual([10, 11, 12]);
  });

  test('groups: members, sums, and ports of the processes of one name', () => {
    const rows = rowsOf(sample, anOutlook({ view: 'groups' }), undefined);
    const java = rows.find(({ key }) => key === 'group java') as Extract<Row, { kind: 'group' }>;
    expect(java.group).toMatchObject({ processes: 2, slots: 2, uids: [1000], ports: [80] });
    expect(procsOfRow(java, sample).map(({ pid }) => pid)).toEqual([10, 12]);
  });

  test('a socket stands for its holders, not for the next owner of their pid', () => {
    const rows = rowsOf(sample, anOutlook({ view: 'ports' }), undefined);
    expect(rows.map((row) => procsOfRow(row, sample).map(({ pid }) => pid))).toEqual([[12], [], []]);
  });

  test('a filter over sockets asks their holders', () => {
    const ports = (text: string): number[] =>
      rowsOf(sample, anOutlook({ view: 'ports', filter: filter(text) }), undefined).flatMap((row) =>
        row.kind === 'port' ? [row.socket.port] : [],
      );
    expect(ports('java')).toContain(80);
    expect(ports('nobody')).toEqual([]);
  });

  test('limits: the host first where it is the tightest', () => {
    const slots: Sample['slots'] = {
      ...sample.slots,
      tasks: { used: 30_000, limit: 32_768, limitedBy: 'pid_max' },
      users: [
        { uid: 1000, user: 'bob', tasks: 10, limit: 100, exempt: false },
        { uid: 0, user: 'root', tasks: 500, limit: 400, exempt: true },
      ],
      limits: [
        aLimit({ kind: 'user', name: 'bob', used: 10, limit: 100 }),
        aLimit({ kind: 'host', name: 'pid_max', used: 30_000, limit: 32_768 }),
      ],
    };
    const rows = rowsOf({ ...sample, slots }, anOutlook({ view: 'slots' }), undefined);
    expect(rows.map(({ key }) => key)).toEqual(['limit host pid_max', 'limit user bob', 'limit user root']);
  });
});

test('keys tell apart who had the same pid', () => {
  expect(keyOf({ pid: 5, starttime: 1 })).not.toBe(keyOf({ pid: 5, starttime: 2 }));
  expect(columnOf(COLUMNS, 'cpu')?.id).toBe('CPU%');
  expect(columnOf(COLUMNS, 'time')?.id).toBe('TIME+');
  expect(columnOf(COLUMNS, 'nothing')).toBeUndefined();
});

test('a port whose holder is hidden stays in the Ports view under a filter for it or its owner', () => {
  const hidden = aSocket({ port: 8080, uid: 33, holders: [], hidden: true });
  const sample = aSample([], { sockets: [hidden] });
  const shown = (text: string): number =>
    rowsOf(sample, anOutlook({ view: 'ports', filter: filter(text) }), undefined).length;
  expect(shown(':8080')).toBe(1);
  expect(shown('user:33')).toBe(1);
  expect(shown(':80')).toBe(0);
  expect(shown('user:0')).toBe(0);
  expect(shown('nginx')).toBe(0);
});
