// What a command line costs when its process has no time. Reading it takes the process's mmap_lock, which a fork holds
// while it copies the memory, and one that waits for a CPU inside of fork keeps it: among a thousand that fork all the
// time, reading a single cmdline was seen to take up to 7 s at the highest priority. Stat, exe, status and fd need no
// such lock (fs/proc/base.c, get_mm_cmdline; kernel/fork.c, dup_mmap).
import { availableParallelism } from 'node:os';
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { readText } from './text.ts';

/** proc_pid_stat(5) field 9, PF_FORKNOEXEC: forked, and not yet a program of its own. */
const PF_FORKNOEXEC = 0x40;
/** Runnable tasks for each core from which on one that runs may have been waiting for long. */
const CROWD = 16;
/** A reading takes some 20 us; one that took so long (ms) had to wait for the lock. */
const SLOW_MS = 20;
/** Command lines that are kept, by image. */
const MOST = 256;

/** Copies that did not exec have their place on the stack in common, and nearly always the command line too. */
function imageOf({ startstack, comm }: Proc): string | undefined {
  return startstack === 0 ? undefined : `${startstack} ${comm}`;
}

function isCopy({ flags }: Proc): boolean {
  return (flags & PF_FORKNOEXEC) !== 0;
}

/** The fourth field of proc_loadavg(5): runnable tasks of the whole machine, and all. */
function isCrowded(kernel: Kernel): boolean {
  const runnable = /^\S+ \S+ \S+ (\d+)\//.exec(readText(kernel, 'loadavg') ?? '')?.[1];
  return Number(runnable ?? 0) > CROWD * availableParallelism();
}

/**
 * Reads a command line where it can be had in a moment. In a crowd nobody is asked who may be forking: a copy is given
 * what its image is known to have, others stay unknown until the next look. Who sleeps holds no lock.
 */
export function unlocked(read: (kernel: Kernel, proc: Proc) => void): (kernel: Kernel, proc: Proc) => void {
  const images = new Map<string, readonly string[]>();
  const slow = new Set<string>();
  return (kernel, proc) => {
    const image = imageOf(proc);
    const known = image !== undefined && isCopy(proc) ? images.get(image) : undefined;
    const mayFork = proc.state === 'R' || proc.state === 'D';
    if ((known !== undefined && slow.has(image as string)) || (mayFork && isCrowded(kernel))) {
      if (known !== undefined) proc.cmdline = known;
      return;
    }
    const from = kernel.now();
    read(kernel, proc);
    if (image === undefined || proc.cmdline === undefined) return;
    if (images.size >= MOST) {
      images.clear();
      slow.clear();
    }
    images.set(image, proc.cmdline);
    if (kernel.now() - from > SLOW_MS) slow.add(image);
  };
}
