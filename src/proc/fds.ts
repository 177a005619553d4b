// The socket inodes of one process: the links of /proc/PID/fd that read `socket:[N]` (proc_pid_fd(5)).
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';

/** A folder of descriptors that is being read; a server with thousands of them is read in several ticks. */
export interface FdScan {
  readonly folder: string;
  readonly names: readonly string[];
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
  const names = kernel.list(folder);
  return isFailure(names) ? names : { folder, names, done: 0, found };
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
  const { folder, names, found } = scan;
  while (scan.done < names.length) {
    const name = names[scan.done++] as string;
    const link = kernel.link(`${folder}/${name}`);
    // A descriptor that was closed since the listing is no holder; the others still are.
    const inode = isFailure(link) ? undefined : socketInode(link.target);
    if (inode !== undefined && sought.has(inode)) {
      const fd = Number(name);
      const lowest = found.get(inode);
      if (lowest === undefined || fd < lowest) found.set(inode, fd);
    }
    if (until !== Infinity && scan.done % CLOCK_EVERY === 0 && kernel.now() >= until) break;
  }
  return scan.done >= names.length;
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
