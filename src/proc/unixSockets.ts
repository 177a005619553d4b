// Unix sockets that wait for somebody: those that listen, and datagram sockets with a name.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Holder, Proc } from '../types.ts';
import { allHolders } from './allHolders.ts';
import { createNamespaces } from './namespaces.ts';

export interface UnixSocket {
  readonly type: 'stream' | 'dgram' | 'seqpacket';
  /** The file, or `@name` for one that is in no file system (unix(7), abstract). */
  readonly path: string;
  readonly state: 'LISTEN' | 'UNCONN';
  readonly inode: number;
  readonly netns: number;
  readonly holders: readonly Holder[];
  readonly hidden: boolean;
}

export type UnixListing = Omit<UnixSocket, 'netns' | 'holders' | 'hidden'>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** include/linux/net.h */
const TYPES: Readonly<Record<number, UnixSocket['type']>> = { 1: 'stream', 2: 'dgram', 5: 'seqpacket' };
const SO_ACCEPTCON = 0x0001_0000;

/**
 * /proc/PID/net/unix: `Num: RefCount Protocol Flags Type St Inode Path` (proc_pid_net(5)). An accepted connection has the
 * path of its listener, and the far end of one has none: neither answers for the path.
 */
export function parseUnix(bytes: Uint8Array): UnixListing[] {
  const listings: UnixListing[] = [];
  for (const record of recordsIn(decoder.decode(bytes))) {
    const found = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) ([0-9A-F]+) [0-9A-F]+ +(\d+) (.+)$/s.exec(
      record,
    );
    if (found === null) continue;
    const [, flags = '', code = '', inode = '', path = ''] = found;
    const type = TYPES[Number.parseInt(code, 16)];
    const listens = (Number.parseInt(flags, 16) & SO_ACCEPTCON) !== 0;
    if (type === undefined || (!listens && type !== 'dgram')) continue;
    listings.push({ type, path, state: listens ? 'LISTEN' : 'UNCONN', inode: Number(inode) });
  }
  return listings;
}

/** The kernel writes a path as it is: a line that does not begin as a record goes on with the path of the one before. */
function recordsIn(text: string): string[] {
  const records: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (records.length === 0 || /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} /.test(line)) records.push(line);
    else records[records.length - 1] += `\n${line}`;
  }
  return records;
}

/** Every such socket of every network namespace, with all holders: one complete look. */
export function unixSockets(kernel: Kernel, procs: ReadonlyMap<number, Proc>): UnixSocket[] {
  const namespaces = createNamespaces(kernel);
  for (const pid of procs.keys()) namespaces.look(pid);
  const listings = [...namespaces.all()].flatMap((netns) => {
    const pid = namespaces.member(netns);
    const bytes = pid === undefined ? 'gone' : kernel.read(`${pid}/net/unix`);
    return isFailure(bytes) ? [] : parseUnix(bytes).map((listing) => ({ ...listing, netns }));
  });
  const sought = new Set(listings.map(({ inode }) => inode));
  const holders = allHolders(kernel, procs.values(), sought);
  return listings.map((listing) => {
    const found = holders.get(listing.inode) ?? [];
    return { ...listing, holders: found, hidden: found.length === 0 };
  });
}
