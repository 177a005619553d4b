// What stands on a port without listening there: connections that are open, half open, or only remembered by the kernel.
// None of them holds the port, and each is named as what it is.
import { isFailure, type Kernel } from '../kernel.ts';
import { ESTABLISHED, LISTEN, NET_RECORD, parseNet } from './net.ts';

/** Connections of one kind with their local end on a port. */
export interface Leftover {
  readonly proto: 'tcp' | 'udp';
  /** As ss(8) calls it: `TIME-WAIT`; `NOT-ACCEPTED` for one that no program has taken yet. */
  readonly state: string;
  readonly count: number;
  readonly meaning: string;
  /** Of those that some process has open; the kernel alone keeps the others. */
  readonly inodes: readonly number[];
}

interface Kind {
  readonly state: string;
  readonly meaning: string;
}

const CLOSING = 'closed on this side, waiting for the other; the kernel ends it';
const OPENING: Kind = { state: 'NOT-ACCEPTED', meaning: 'no program has accepted it' };

/** By the st column, include/net/tcp_states.h. */
const KINDS: Readonly<Record<number, Kind>> = {
  [ESTABLISHED]: {
    state: 'ESTABLISHED',
    meaning: 'accepted by a server on this port, or the near end of a client',
  },
  0x02: { state: 'SYN-SENT', meaning: 'a client that is just connecting from this number' },
  0x03: OPENING,
  0x04: { state: 'FIN-WAIT-1', meaning: CLOSING },
  0x05: { state: 'FIN-WAIT-2', meaning: CLOSING },
  0x06: { state: 'TIME-WAIT', meaning: 'over; the kernel remembers it for a minute' },
  0x08: { state: 'CLOSE-WAIT', meaning: 'closed by the other side, and still open here' },
  0x09: { state: 'LAST-ACK', meaning: CLOSING },
  0x0b: { state: 'CLOSING', meaning: CLOSING },
  0x0c: OPENING,
};
const UDP_CLIENT: Kind = {
  state: 'ESTABLISHED',
  meaning: 'connected to one peer: a client that sends from this number, or a server that took its first one',
};

/** Those whose place in the queue of a listener is all that they have: no file stands for them yet. */
const QUEUED = new Set([ESTABLISHED, 0x08]);

/**
 * Connections with that local port, counted by kind.
 * @param pids one member of each network namespace
 * Sources: proc_pid_net(5); a row of inode 0 has no file (net/ipv4/tcp_ipv4.c, sock_i_ino).
 */
export function connectionsOn(kernel: Kernel, port: number, pids: readonly number[]): Leftover[] {
  const inodes = new Map<Kind, number[]>();
  for (const pid of pids) {
    for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
      const bytes = kernel.read(`${pid}/net/${table}`, NET_RECORD);
      if (isFailure(bytes)) continue;
      const isUdp = table.startsWith('udp');
      const family = table.endsWith('6') ? 'ipv6' : 'ipv4';
      for (const row of parseNet(bytes, family, (state) =>
        isUdp ? state === ESTABLISHED : state !== LISTEN,
      )) {
        if (row.port !== port || (isUdp && row.remotePort === 0)) continue;
        const isQueued = row.inode === 0 && QUEUED.has(row.state);
        const kind = isUdp ? UDP_CLIENT : isQueued ? OPENING : KINDS[row.state];
        if (kind === undefined) continue;
        const all = inodes.get(kind);
        if (all === undefined) inodes.set(kind, [row.inode]);
        else all.push(row.inode); // there may be 100,000
      }
    }
  }
  return [...inodes].map(([kind, all]) => ({
    proto: kind === UDP_CLIENT ? 'udp' : 'tcp',
    state: kind.state,
    count: all.length,
    meaning: kind.meaning,
    inodes: all.filter((inode) => inode > 0),
  }));
}
