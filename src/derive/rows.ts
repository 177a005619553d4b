// From a sample and the way it is looked at to the lines of the table. Pure.
import type { Proc, Sample, Socket } from '../types.ts';
import { branchCell, cellOf, type Cell } from './cell.ts';
import { columnOf, type Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import { groupsOf } from './groups.ts';
import { inOrder, isDescending, type HeldOrder, type SortOrder } from './order.ts';
import { GROUP_COLUMNS, PORT_COLUMNS } from './otherColumns.ts';
import { matchingProcs, shownProcs, type Outlook } from './outlook.ts';
import { keyOf, socketKey, type ProcessRow, type Row } from './row.ts';
import { forestSteps } from './forest.ts';
import { SLOT_COLUMNS } from './slotColumns.ts';
import { slotItems } from './slotItems.ts';
import { atOnce, mapSteps, STRIDE, type Steps } from './steps.ts';
import { stillSteps } from './stillRows.ts';
import { letsUnseenThrough } from './unseen.ts';
import { familySteps, totalSteps } from './tree.ts';

/** The lines of the table, every one of them; only those on the screen become components. */
export function rowsOf(sample: Sample, outlook: Outlook, held: HeldOrder): readonly Row[] {
  return atOnce(rowSteps(sample, outlook, held));
}

/** The same with rests, for many processes. */
export function* rowSteps(sample: Sample, outlook: Outlook, held: HeldOrder): Steps<readonly Row[]> {
  const { view, sort } = outlook;
  switch (view) {
    case 'processes':
      return yield* stillSteps(sample, outlook, held, outlook.tree ? treeSteps : listSteps);
    case 'groups': {
      const rows = groupsOf(shownProcs(sample, outlook), sample).map((group) => ({
        kind: 'group' as const,
        key: `group ${group.name}`,
        group,
      }));
      return sorted(rows, ({ group }) => group, GROUP_COLUMNS, sort.groups, sample, held);
    }
    case 'ports': {
      const rows = shownSockets(sample, outlook).map((socket) => ({
        kind: 'port' as const,
        key: `port ${socketKey(socket)}`,
        socket,
      }));
      return sorted(rows, ({ socket }) => socket, PORT_COLUMNS, sort.ports, sample, held);
    }
    case 'slots': {
      const rows = slotItems(sample, outlook.spawning).map((limit) => ({
        kind: 'limit' as const,
        key: `limit ${limit.kind} ${limit.name}`,
        limit,
      }));
      return sorted(rows, ({ limit }) => limit, SLOT_COLUMNS, sort.slots, sample, held);
    }
  }
}

const byPid = (a: Proc, b: Proc): number => a.pid - b.pid;

function* listSteps(sample: Sample, outlook: Outlook, held: HeldOrder): Steps<ProcessRow[]> {
  const column = columnOf(COLUMNS, outlook.sort.processes.column) as Column<Cell>;
  const procs = shownProcs(sample, outlook);
  if (procs.length > STRIDE) yield;
  const ordered = inOrder(procs, {
    value: (proc) => column.value(cellOf(proc, sample), sample),
    descending: isDescending(column, outlook.sort.processes),
    tie: byPid,
    held,
    key: keyOf,
  });
  return yield* mapSteps(ordered, (proc) => ({
    kind: 'process',
    key: keyOf(proc),
    proc,
    cell: cellOf(proc, sample),
    node: undefined,
  }));
}

/** Where a column adds up, siblings are ordered by what their whole branch uses: a busy leaf pulls its branch up. */
function* treeSteps(sample: Sample, outlook: Outlook, held: HeldOrder): Steps<ProcessRow[]> {
  const column = columnOf(COLUMNS, outlook.sort.processes.column) as Column<Cell>;
  const procs = shownProcs(sample, outlook);
  const ownValue = (proc: Proc): ReturnType<typeof column.value> =>
    column.value(cellOf(proc, sample), sample);
  if (procs.length > STRIDE) yield;
  const family = yield* familySteps(procs, sample.procs);
  const totals =
    column.sums === true
      ? yield* totalSteps(family, ownValue as (proc: Proc) => number | undefined)
      : undefined;
  const ordering = {
    value: totals === undefined ? ownValue : ({ pid }: Proc) => totals.get(pid),
    descending: isDescending(column, outlook.sort.processes),
    tie: byPid,
    held,
    key: keyOf,
  };
  const { collapsed } = outlook;
  const lines = yield* forestSteps(
    family,
    (siblings) => (siblings.length > 1 ? inOrder(siblings, ordering) : siblings),
    (proc) => collapsed.size > 0 && collapsed.has(keyOf(proc)),
  );
  return yield* mapSteps(lines, (node) => ({
    kind: 'process',
    key: keyOf(node.proc),
    proc: node.proc,
    cell: node.branch === undefined ? cellOf(node.proc, sample) : branchCell(node.branch, sample),
    node,
  }));
}

/** Sockets with a holder that the filters let through. */
function shownSockets(sample: Sample, outlook: Outlook): readonly Socket[] {
  if (outlook.filter === undefined && outlook.uid === undefined) return sample.sockets;
  const holders = new Set(matchingProcs(sample, outlook).map(({ pid }) => pid));
  return sample.sockets.filter((socket) =>
    socket.holders.length === 0
      ? letsUnseenThrough(socket, sample, outlook)
      : socket.holders.some(({ pid }) => holders.has(pid)),
  );
}

function sorted<Line extends Row, Item>(
  rows: readonly Line[],
  itemOf: (row: Line) => Item,
  columns: readonly Column<Item>[],
  sort: SortOrder,
  sample: Sample,
  held: HeldOrder,
): Line[] {
  const column = columnOf(columns, sort.column) as Column<Item>;
  return inOrder(rows, {
    value: (row) => column.value(itemOf(row), sample),
    descending: isDescending(column, sort),
    tie: (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    held,
    key: ({ key }) => key,
  });
}
