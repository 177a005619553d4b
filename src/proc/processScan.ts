// One look into one process: where it lives, and which of the sought sockets it holds.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { beginScan, continueScan, scanThreads, type FdScan } from './fds.ts';
import { newStatLine, parseStat, PF_KTHREAD, STARTTIME, STAT_RECORD } from './stat.ts';

/** Threads may have descriptor tables of their own: `if-odd` reads those whose count says so, `all` every one. */
export type ThreadTables = 'none' | 'if-odd' | 'all';

export interface ProcessScan {
  readonly proc: Proc;
  /** Undefined where the descriptors can't be seen. */
  readonly fds: FdScan | undefined;
}

export interface ScanResult {
  /** Inode to descriptor; undefined when the process left, or its pid is somebody else's now. */
  readonly found: ReadonlyMap<number, number> | undefined;
  /** Undefined where they can't be seen. */
  readonly count: number | undefined;
}

export function startScan(kernel: Kernel, proc: Proc): ProcessScan {
  if ((proc.flags & PF_KTHREAD) !== 0) return { proc, fds: undefined };
  const fds = beginScan(kernel, `${proc.pid}/fd`);
  return { proc, fds: isFailure(fds) ? undefined : fds };
}

/** @returns undefined when the clock reached `until` first: call again with the same scan */
export function goOn(
  kernel: Kernel,
  { proc, fds }: ProcessScan,
  sought: ReadonlySet<number>,
  until: number,
  threads: ThreadTables,
): ScanResult | undefined {
  if (fds === undefined) return { found: new Map(), count: undefined };
  if (!continueScan(kernel, fds, sought, until)) return undefined;
  // A main thread that ended leaves a zombie, whose other threads keep the sockets.
  const hasEnded = proc.state === 'Z';
  if (proc.nlwp > 1 && (threads !== 'none' || hasEnded)) {
    scanThreads(kernel, proc.pid, sought, fds.names.length, threads === 'all', fds.found);
  }
  const isSame = fds.found.size === 0 || starttimeOf(kernel, proc.pid) === proc.starttime;
  return { found: isSame ? fds.found : undefined, count: fds.count };
}

const line = newStatLine();

/** Asked only of those with a sought socket: between the sample and the scan the pid may have got a new owner. */
function starttimeOf(kernel: Kernel, pid: number): number | undefined {
  const bytes = kernel.read(`${pid}/stat`, STAT_RECORD);
  return !isFailure(bytes) && parseStat(bytes, line) ? line.field[STARTTIME] : undefined;
}
