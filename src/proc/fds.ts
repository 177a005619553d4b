// The socket inodes of one process: the links of /proc/PID/fd that read `socket:[N]` (proc_pid_fd(5)).
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';
import { listNames, usualNames } from './fdNames.ts';

/** A folder of descriptors that is being read; a server with thousands of them is read in several ticks. */
export interface FdScan {
  readonly folder: string;
  names: readonly string[];
  /** The names are those that so many descriptors usually have: nobody has listed them. */
  isGuess: boolean;
  /** How many there are; undefined where they turn out to be closed to us. */
  count: number | undefined;
  /** How many of the names have been looked at. */
  done: number;
  /** Sought inodes and the lowest descriptor of each. */
  readonly found: Map<number, number>;
}

const SOCKET = 'socket:[';
/** Links between two looks at the clock: about 0.1 ms. */
const CLOCK_EVERY = 32;

/** The N of `socket:[N]`; undefined for any other link. */
export function socketInode(target: string): number | undefined {
  if (!target.startsWith(SOCKET) || !target.endsWith(']')) return undefined;
  const inode = Number(target.slice(SOCKET.length, -1));
  return Number.isSafeInteger(inode) ? inode : undefined;
}

/** @returns denied for another user's process, gone for one that has left */
export function beginScan(
  kernel: Kernel,
  folder: string,
  found = new Map<number, number>(),
): FdScan | Failure {
  const guess = usualNames(kernel, folder);
  const names = guess ?? listNames(kernel, folder);
  if (isFailure(names)) return names;
  return { folder, names, isGuess: guess !== undefined, count: names.length, done: 0, found };
}

/**
 * Goes on with a scan until it is over or the kernel door's clock reaches `until`.
 * @returns whether it is over
 */
export function continueScan(
  kernel: Kernel,
  scan: FdScan,
  sought: ReadonlySet<number>,
  until = Infinity,
): boolean {
  const { folder, found } = scan;
  while (scan.done < scan.names.length) {
    const name = scan.names[scan.done++] as string;
    const link = kernel.link(`${folder}/${name}`);
    if (isFailure(link) && scan.isGuess) {
      listAgain(kernel, scan);
      continue;
    }
    // A descriptor that was closed since the listing is no holder; the others still are.
    const inode = isFailure(link) ? undefined : socketInode(link.target);
    if (inode !== undefined && sought.has(inode)) {
      const fd = Number(name);
      const lowest = found.get(inode);
      if (lowest === undefined || fd < lowest) found.set(inode, fd);
    }
    if (until !== Infinity && scan.done % CLOCK_EVERY === 0 && kernel.now() >= until) break;
  }
  return scan.done >= scan.names.length;
}

/** From the start: what was found so far it will find again. */
function listAgain(kernel: Kernel, scan: FdScan): void {
  const names = listNames(kernel, scan.folder);
  scan.isGuess = false;
  scan.done = 0;
  scan.names = isFailure(names) ? [] : names;
  scan.count = isFailure(names) ? undefined : names.length;
}

/**
 * Adds what the threads of a process hold in descriptor tables of their own (unshare(2) CLONE_FILES), which
 * /proc/PID/fd doesn't show. It shows nothing at all when the main thread has ended and others go on.
 * @param leaderCount descriptors of /proc/PID/fd. Threads of one table have as many (st_size of the folder, Linux 6.2),
 *   so one of each count is read, unless `every` is set.
 */
export function scanThreads(
  kernel: Kernel,
  pid: number,
  sought: ReadonlySet<number>,
  leaderCount: number,
  every: boolean,
  found: Map<number, number>,
): void {
  const tids = kernel.list(`${pid}/task`);
  if (isFailure(tids)) return;
  const read = new Set([leaderCount]);
  for (const tid of tids) {
    if (Number(tid) === pid) continue;
    const folder = `${pid}/task/${tid}/fd`;
    if (!every) {
      const stat = kernel.stat(folder);
      if (isFailure(stat)) continue;
      // Kernels before 6.2 say 0 of every folder: then only a leader without any says that we must look.
      if (stat.size === 0 ? leaderCount > 0 : read.has(stat.size)) continue;
      read.add(stat.size);
    }
    const scan = beginScan(kernel, folder, found);
    if (!isFailure(scan)) continueScan(kernel, scan, sought);
  }
}
