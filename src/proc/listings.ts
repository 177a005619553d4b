// What a port list is made of: the rows of the socket tables that somebody may have to answer for.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure, Socket } from '../types.ts';
import { CLOSE, endsBehindListeners, ESTABLISHED, LISTEN, NET_RECORD, parseNet, type NetRow } from './net.ts';

/** A socket that somebody may answer for; who does is not in these tables. */
export type Listing = Omit<Socket, 'holders' | 'hidden'>;

/** The numbers of /proc/PID/net/sockstat and sockstat6 that move when a socket is bound or closed, by protocol. */
export type Counts = Readonly<Partial<Record<Table, number>>>;

export type Table = 'tcp' | 'udp' | 'tcp6' | 'udp6';
export const TABLES: readonly Table[] = ['tcp', 'udp', 'tcp6', 'udp6'];

/** `TCP: inuse 5 orphan 0 ...`. The other counts (memory, orphans) move all the time without a new socket. */
export function parseSockstat(text: string): Counts {
  const counts: Partial<Record<Table, number>> = {};
  for (const [, name = '', inuse] of text.matchAll(/^(TCP6?|UDP6?): inuse (\d+)/gm)) {
    counts[name.toLowerCase() as Table] = Number(inuse);
  }
  return counts;
}

const IS_LISTENING = (state: number): boolean => state === LISTEN;
const MAY_BE_BOUND = (state: number): boolean => state === CLOSE || state === ESTABLISHED;

/** A UDP socket with a remote end is a client that merely uses a port. */
function isHeld(row: NetRow): boolean {
  return row.state !== ESTABLISHED || (row.remotePort === 0 && /^[0:.]+$/.test(row.remoteAddress));
}

const STATE = { [LISTEN]: 'LISTEN', [CLOSE]: 'UNCONN', [ESTABLISHED]: 'ESTAB' } as const;

/** The rows of one table that count: listening TCP, and UDP that is bound without a remote end. */
export function listings(bytes: Uint8Array, table: Table, netns: number): Listing[] {
  const family = table.endsWith('6') ? 'ipv6' : 'ipv4';
  const proto = table.startsWith('tcp') ? 'tcp' : 'udp';
  const rows = parseNet(bytes, family, proto === 'tcp' ? IS_LISTENING : MAY_BE_BOUND);
  return rows.filter(isHeld).map(({ address, port, state, inode, uid }) => ({
    proto,
    family,
    address,
    port,
    state: STATE[state as keyof typeof STATE],
    inode,
    netns,
    uid,
  }));
}

/** @param netns the namespace of `pid`. @returns `gone` too where the kernel has no such table (no IPv6) */
export function readTable(kernel: Kernel, pid: number, table: Table, netns: number): Listing[] | Failure {
  const family = table.endsWith('6') ? 'ipv6' : 'ipv4';
  const bytes = table.startsWith('tcp')
    ? kernel.read(`${pid}/net/${table}`, NET_RECORD, (read) => endsBehindListeners(read, family))
    : kernel.read(`${pid}/net/${table}`, NET_RECORD);
  if (isFailure(bytes)) return bytes;
  // A table that changes while it is read may say a row twice.
  const rows = new Map<string, Listing>();
  for (const row of listings(bytes, table, netns)) rows.set(`${row.port} ${row.inode || rows.size}`, row);
  return [...rows.values()];
}

/** By port, protocol, family, address; never equal for two sockets. */
export function byPort(a: Listing, b: Listing): number {
  return (
    a.port - b.port ||
    compare(a.proto, b.proto) ||
    compare(a.family, b.family) ||
    compare(a.address, b.address) ||
    a.netns - b.netns ||
    a.inode - b.inode
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether a table says what it said before, row by row. */
export function areSame(before: readonly Listing[], now: readonly Listing[]): boolean {
  return (
    before.length === now.length &&
    now.every((row, i) => {
      const old = before[i] as Listing;
      return (
        old.inode === row.inode &&
        old.port === row.port &&
        old.address === row.address &&
        old.state === row.state &&
        old.uid === row.uid &&
        old.proto === row.proto
      );
    })
  );
}
