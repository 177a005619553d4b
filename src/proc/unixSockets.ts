// Unix sockets that wait for somebody: those that listen, and datagram sockets with a name.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Holder, Proc } from '../types.ts';
import { allHolders } from './allHolders.ts';
import { createNamespaces } from './namespaces.ts';
import { createDoubt } from './unixDoubt.ts';

export interface UnixSocket {
  readonly type: 'stream' | 'dgram' | 'seqpacket';
  /** The file, or `@name` for one that is in no file system (unix(7), abstract). */
  readonly path: string;
  readonly state: 'LISTEN' | 'UNCONN';
  readonly inode: number;
  readonly netns: number;
  readonly holders: readonly Holder[];
  readonly hidden: boolean;
  /** It may be nothing but a path with a line break in it that imitates a row: unixDoubt.ts. */
  readonly doubtful: boolean;
}

export interface UnixListing extends Pick<UnixSocket, 'type' | 'path' | 'state' | 'inode'> {
  /** The row would fit into the path of the row before it. */
  readonly mayBePath: boolean;
}

export interface UnixTable {
  readonly listings: readonly UnixListing[];
  /** Of all rows, connections too. */
  readonly inodes: readonly number[];
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** include/linux/net.h */
const TYPES: Readonly<Record<number, UnixSocket['type']>> = { 1: 'stream', 2: 'dgram', 5: 'seqpacket' };
const SO_ACCEPTCON = 0x0001_0000;

/** sun_path, in bytes (unix(7)): so long is what a row and the path before it that imitates one can be together. */
const LONGEST_PATH = 108;
/** `%pK: %08X %08X %08X %04X %02X %5lu` and a path, net/unix/af_unix.c, unix_seq_show. */
const ROW =
  /^(?:[0-9a-f]{8}|[0-9a-f]{16}): [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) [0-9A-F]{2} +(\d+)(?: (.+))?$/s;

/**
 * /proc/PID/net/unix: `Num: RefCount Protocol Flags Type St Inode Path` (proc_pid_net(5)). An accepted connection has the
 * path of its listener, and the far end of one has none: neither answers for the path.
 */
export function parseUnix(bytes: Uint8Array): UnixTable {
  const listings: UnixListing[] = [];
  const inodes: number[] = [];
  let pathBefore: string | undefined;
  for (const record of recordsIn(decoder.decode(bytes))) {
    const found = ROW.exec(record);
    if (found === null) continue;
    const [, flags = '', code = '', digits = '', path] = found;
    const mayBePath = pathBefore !== undefined && pathBefore.length + 1 + record.length <= LONGEST_PATH;
    pathBefore = path;
    const inode = Number(digits);
    inodes.push(inode);
    const type = TYPES[Number.parseInt(code, 16)];
    const listens = (Number.parseInt(flags, 16) & SO_ACCEPTCON) !== 0;
    if (path === undefined || type === undefined || (!listens && type !== 'dgram')) continue;
    listings.push({ type, path, state: listens ? 'LISTEN' : 'UNCONN', inode, mayBePath });
  }
  return { listings, inodes };
}

/** The kernel writes a path as it is: a line that does not begin as a record goes on with the path of the one before. */
function recordsIn(text: string): string[] {
  const records: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (records.length === 0 || ROW.test(line)) records.push(line);
    else records[records.length - 1] += `\n${line}`;
  }
  return records;
}

/** Every such socket of every network namespace, with all holders: one complete look. */
export function unixSockets(kernel: Kernel, procs: ReadonlyMap<number, Proc>): UnixSocket[] {
  const namespaces = createNamespaces(kernel);
  for (const pid of procs.keys()) namespaces.look(pid);
  const tables = [...namespaces.all()].flatMap((netns) => {
    const pid = namespaces.member(netns);
    const bytes = pid === undefined ? 'gone' : kernel.read(`${pid}/net/unix`);
    return isFailure(bytes) ? [] : { netns, ...parseUnix(bytes) };
  });
  const listings = tables.flatMap(({ netns, listings: own }) => own.map((row) => ({ ...row, netns })));
  const holders = allHolders(kernel, procs.values(), new Set(listings.map(({ inode }) => inode)));
  const isDoubtful = createDoubt(
    kernel,
    tables.flatMap(({ inodes }) => inodes),
    listings,
    holders,
  );
  return listings.map((listing) => {
    const { mayBePath, ...row } = listing;
    const found = holders.get(row.inode) ?? [];
    return { ...row, holders: found, hidden: found.length === 0, doubtful: isDoubtful(listing) };
  });
}
