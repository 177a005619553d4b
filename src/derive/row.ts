// The lines of the tables: what each stands for, and the key by which it is the same line from look to look.
import type { Group, Proc, ProcId, Sample, Socket } from '../types.ts';
import type { Cell } from './cell.ts';
import type { Node } from './forest.ts';
import type { SlotItem } from './slotItems.ts';

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

/** A thread of the process; what is done to the row is done to the process. */
export interface ThreadRow extends Line {
  readonly kind: 'thread';
  readonly proc: Proc;
  /** The thread as if it were a process: its tid stands for the pid. */
  readonly thread: Proc;
  readonly cell: Cell;
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
  readonly limit: SlotItem;
}

export type Row = ProcessRow | ThreadRow | GroupRow | PortRow | LimitRow;

/** An identity never changes, so neither does its key; making 28,000 of them at each look would cost as much as sorting. */
const keys = new WeakMap<ProcId, string>();

/** The key of a process: its identity in one word. */
export function keyOf(id: ProcId): string {
  let key = keys.get(id);
  if (key === undefined) {
    key = [id.pid, id.starttime].join('@'); // in one piece of 32 bytes; a template leaves the pieces too, 67
    keys.set(id, key);
  }
  return key;
}

export function socketKey({ proto, family, address, port, inode, netns }: Socket): string {
  return `${proto} ${family} ${address} ${port} ${inode} ${netns}`;
}

/** The processes that a line stands for: a collapsed branch with all its hidden ones, a group's members, a port's holders. */
export function procsOfRow(row: Row, sample: Sample): readonly Proc[] {
  switch (row.kind) {
    case 'process':
      return row.node?.branch ?? [row.proc];
    case 'thread':
      return [row.proc];
    case 'group':
      return row.group.members;
    case 'port':
      return row.socket.holders.flatMap(({ pid, starttime }) => {
        const proc = sample.procs.get(pid);
        return proc?.starttime === starttime ? [proc] : [];
      });
    case 'limit':
      return row.limit.members ?? [];
  }
}
