// From a sample and the way it is looked at to the lines of the table. Pure.
import type { Group, Proc, ProcId, Sample, SlotLimit, Socket } from '../types.ts';
import { columnOf, compareBy, type Column } from './column.ts';
import { COLUMNS, type Cell } from './columns.ts';
import { groupsOf } from './groups.ts';
import type { Filter } from './match.ts';
import { nameOf } from './name.ts';
import { GROUP_COLUMNS, PORT_COLUMNS, SLOT_COLUMNS, limitsOf } from './otherColumns.ts';
import { branchOf, familyOf, forestLines, type Family, type Node } from './tree.ts';

export type ViewName = 'processes' | 'groups' | 'ports' | 'slots';

interface Line {
  /** Who this line stands for: the same from look to look, and never another's. */
  readonly key: string;
}

export interface ProcessRow extends Line {
  readonly kind: 'process';
  readonly proc: Proc;
  /** What the columns show: the process, or the sums of a collapsed branch. */
  readonly cell: Cell;
  /** Its place in the tree; undefined in the list. */
  readonly node: Node | undefined;
}

export interface GroupRow extends Line {
  readonly kind: 'group';
  readonly group: Group;
}

export interface PortRow extends Line {
  readonly kind: 'port';
  readonly socket: Socket;
}

export interface LimitRow extends Line {
  readonly kind: 'limit';
  readonly limit: SlotLimit;
}

export type Row = ProcessRow | GroupRow | PortRow | LimitRow;

export interface SortOrder {
  readonly column: string;
  readonly reverse: boolean;
}

/** How the sample is looked at. */
export interface Outlook {
  readonly view: ViewName;
  readonly tree: boolean;
  readonly sort: Readonly<Record<ViewName, SortOrder>>;
  readonly filter: Filter | undefined;
  readonly uid: number | undefined;
  readonly kernelThreads: boolean;
  readonly collapsed: ReadonlySet<string>;
}

/** Places by key that the lines had before: held while keys come in, so that nothing moves under a finger. */
export type HeldOrder = ReadonlyMap<string, number> | undefined;

/** proc_pid_stat(5) field 9, PF_KTHREAD. */
const PF_KTHREAD = 0x0020_0000;

export function isKernelThread(proc: Proc): boolean {
  return proc.pid === 2 || proc.ppid === 2 || (proc.flags & PF_KTHREAD) !== 0;
}

export function keyOf({ pid, starttime }: ProcId): string {
  return `${pid}@${starttime}`;
}

const noSockets: readonly Socket[] = [];

export function cellOf(proc: Proc, sample: Sample): Cell {
  return { proc, sockets: sample.socketsOf.get(proc.pid) ?? noSockets };
}

/** A branch as one cell: what adds up is added up over all its processes, the rest is the root's. */
export function branchCell(branch: readonly Proc[], sample: Sample): Cell {
  const [root] = branch;
  const sum = { ...(root as Proc) };
  const sockets = [...cellOf(root as Proc, sample).sockets];
  const plus = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined ? b : b === undefined ? a : a + b;
  for (const proc of branch.slice(1)) {
    sum.nlwp += proc.nlwp;
    sum.rss += proc.rss;
    sum.vsize += proc.vsize;
    sum.utime += proc.utime;
    sum.stime += proc.stime;
    sum.cpu = plus(sum.cpu, proc.cpu);
    sum.shr = plus(sum.shr, proc.shr);
    sum.fds = plus(sum.fds, proc.fds);
    sum.ioRead = plus(sum.ioRead, proc.ioRead);
    sum.ioWrite = plus(sum.ioWrite, proc.ioWrite);
    sockets.push(...cellOf(proc, sample).sockets);
  }
  return { proc: sum, sockets };
}

/** The processes that the filters let through. */
export function shownProcs(sample: Sample, outlook: Outlook): Proc[] {
  const { filter, uid, kernelThreads } = outlook;
  const shown: Proc[] = [];
  for (const proc of sample.procs.values()) {
    if (!kernelThreads && isKernelThread(proc)) continue;
    if (uid !== undefined && proc.uid !== uid) continue;
    if (filter !== undefined && filter.match(proc, sample) === undefined) continue;
    shown.push(proc);
  }
  return shown;
}

function held<Item>(
  compare: (a: Item, b: Item) => number,
  order: HeldOrder,
  key: (item: Item) => string,
): (a: Item, b: Item) => number {
  if (order === undefined) return compare;
  return (a, b) => {
    const x = order.get(key(a));
    const y = order.get(key(b));
    if (x !== undefined && y !== undefined) return x - y;
    return x !== undefined ? -1 : y !== undefined ? 1 : compare(a, b);
  };
}

const byPid = (a: Cell, b: Cell): number => a.proc.pid - b.proc.pid;

/** Siblings of the tree are ordered by what their whole branch uses, so that a busy leaf pulls its branch up. */
function siblingOrder(
  column: Column<Cell>,
  reverse: boolean,
  sample: Sample,
  family: Family,
): (a: Proc, b: Proc) => number {
  if (column.sums !== true) {
    const compare = compareBy(column, reverse, sample, byPid);
    return (a, b) => compare(cellOf(a, sample), cellOf(b, sample));
  }
  const total = branchTotals(column, sample, family);
  const way = (column.descending === true) === reverse ? 1 : -1;
  return (a, b) => way * ((total.get(a) ?? 0) - (total.get(b) ?? 0)) || a.pid - b.pid;
}

function branchTotals(column: Column<Cell>, sample: Sample, family: Family): ReadonlyMap<Proc, number> {
  const total = new Map<Proc, number>();
  // Children come after their parent in this order, so adding from its end up counts each once.
  const order: { proc: Proc; parent: Proc | undefined }[] = family.roots.map((proc) => ({
    proc,
    parent: undefined,
  }));
  for (let i = 0; i < order.length; i++) {
    const { proc } = order[i] as (typeof order)[number];
    if (total.has(proc)) continue;
    const value = column.value(cellOf(proc, sample), sample);
    total.set(proc, typeof value === 'number' ? value : 0);
    for (const child of family.childrenOf(proc)) {
      if (!total.has(child)) order.push({ proc: child, parent: proc });
    }
  }
  for (let i = order.length - 1; i >= 0; i--) {
    const { proc, parent } = order[i] as (typeof order)[number];
    if (parent !== undefined) total.set(parent, (total.get(parent) ?? 0) + (total.get(proc) ?? 0));
  }
  return total;
}

function processRows(sample: Sample, outlook: Outlook, order: HeldOrder): ProcessRow[] {
  const { column: id, reverse } = outlook.sort.processes;
  const column = columnOf(COLUMNS, id) as Column<Cell>;
  const procs = shownProcs(sample, outlook);
  if (!outlook.tree) {
    const compare = held(compareBy(column, reverse, sample, byPid), order, (cell) => keyOf(cell.proc));
    const cells = procs.map((proc) => cellOf(proc, sample)).sort(compare);
    return cells.map((cell) => ({
      kind: 'process',
      key: keyOf(cell.proc),
      proc: cell.proc,
      cell,
      node: undefined,
    }));
  }
  const family = familyOf(procs, sample.procs);
  const compare = held(siblingOrder(column, reverse, sample, family), order, keyOf);
  const lines = forestLines(family, compare, (proc) => outlook.collapsed.has(keyOf(proc)));
  return lines.map((node) => ({
    kind: 'process',
    key: keyOf(node.proc),
    proc: node.proc,
    cell: node.branch === undefined ? cellOf(node.proc, sample) : branchCell(node.branch, sample),
    node,
  }));
}

function sorted<Item, Made extends Row>(
  items: Item[],
  columns: readonly Column<Item>[],
  { column: id, reverse }: SortOrder,
  sample: Sample,
  order: HeldOrder,
  row: (item: Item) => Made,
): Made[] {
  const keys = new Map(items.map((item) => [item, row(item)]));
  const key = (item: Item): string => (keys.get(item) as Made).key;
  const tie = (a: Item, b: Item): number => (key(a) < key(b) ? -1 : 1);
  const column = columnOf(columns, id) as Column<Item>;
  items.sort(held(compareBy(column, reverse, sample, tie), order, key));
  return items.map((item) => keys.get(item) as Made);
}

export function socketKey({ proto, family, address, port, inode, netns }: Socket): string {
  return `${proto} ${family} ${address} ${port} ${inode} ${netns}`;
}

/** The lines of the table, every one of them; only those on the screen become components. */
export function rowsOf(sample: Sample, outlook: Outlook, order: HeldOrder): readonly Row[] {
  const { view, sort } = outlook;
  switch (view) {
    case 'processes':
      return processRows(sample, outlook, order);
    case 'groups':
      return sorted(
        groupsOf(shownProcs(sample, outlook), sample),
        GROUP_COLUMNS,
        sort.groups,
        sample,
        order,
        (group) => ({
          kind: 'group',
          key: `group ${group.name}`,
          group,
        }),
      );
    case 'ports': {
      const shown = new Set(shownProcs(sample, { ...outlook, kernelThreads: true }).map(({ pid }) => pid));
      const everything = outlook.filter === undefined && outlook.uid === undefined;
      const sockets = sample.sockets.filter(
        (socket) => everything || socket.holders.some(({ pid }) => shown.has(pid)),
      );
      return sorted(sockets, PORT_COLUMNS, sort.ports, sample, order, (socket) => ({
        kind: 'port',
        key: `port ${socketKey(socket)}`,
        socket,
      }));
    }
    case 'slots':
      return sorted(limitsOf(sample), SLOT_COLUMNS, sort.slots, sample, order, (limit) => ({
        kind: 'limit',
        key: `limit ${limit.kind} ${limit.name}`,
        limit,
      }));
  }
}

/** The processes that a line stands for: a collapsed branch with all its hidden ones, a group's members, a port's holders. */
export function procsOfRow(row: Row, sample: Sample): readonly Proc[] {
  switch (row.kind) {
    case 'process':
      return row.node?.branch ?? [row.proc];
    case 'group':
      return row.group.members;
    case 'port':
      return row.socket.holders.flatMap(({ pid, starttime }) => {
        const proc = sample.procs.get(pid);
        return proc?.starttime === starttime ? [proc] : [];
      });
    case 'limit':
      return [];
  }
}

/** All processes called as this one is, whatever the filters show. */
export function groupMembers(proc: Proc, sample: Sample): readonly Proc[] {
  const name = nameOf(proc);
  return [...sample.procs.values()].filter((other) => nameOf(other) === name && !isKernelThread(other));
}

/** A process with all its descendants in the whole table. */
export function wholeTree(proc: Proc, sample: Sample): readonly Proc[] {
  return branchOf(proc, familyOf([...sample.procs.values()], sample.procs));
}
