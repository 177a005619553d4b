// What a command line costs when its process has no time. Reading it takes the process's mmap_lock, which a fork holds
// while it copies the memory, and one that waits for a CPU inside of fork keeps it: among a thousand that fork all the
// time, reading a single cmdline was seen to take up to 7 s at the highest priority. Stat, exe, status and fd need no
// such lock (fs/proc/base.c, get_mm_cmdline; kernel/fork.c, dup_mmap).
import { availableParallelism } from 'node:os';
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { PF_FORKNOEXEC } from './stat.ts';
import { readText } from './text.ts';

/** Runnable tasks for each core from which on one that runs may have been waiting for long. */
const CROWD = 16;
/** A reading takes some 20 us; one that took so long (ms) had to wait for the lock. */
const SLOW_MS = 20;
/** Images that are kept. */
const MOST = 256;
/** So many copies must have shown the same command line before another is taken to have it. */
const WITNESSES = 3;

/** Copies that did not exec and have their place on the stack in common. */
interface Image {
  /** What every copy had that was asked; undefined where two differ (nginx writes a title of its own into each worker). */
  line: readonly string[] | undefined;
  readonly asked: Set<number>;
  isSlow: boolean;
}

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

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at]);
}

/**
 * Reads a command line where it can be had in a moment. In a crowd nobody is asked who may be forking: a copy is given
 * what all copies of its image were seen to have, and where they differ it stays unknown until the next look: unknown is
 * no match, and somebody else's title would be. Who sleeps holds no lock.
 */
export function unlocked(read: (kernel: Kernel, proc: Proc) => void): (kernel: Kernel, proc: Proc) => void {
  const images = new Map<string, Image>();

  function heard(image: Image | undefined, key: string, { pid, cmdline }: Proc): Image {
    if (cmdline === undefined) return image ?? { line: undefined, asked: new Set(), isSlow: false };
    if (image === undefined) {
      if (images.size >= MOST) images.clear();
      const first = { line: cmdline, asked: new Set([pid]), isSlow: false };
      images.set(key, first);
      return first;
    }
    if (image.line !== undefined && !isSame(image.line, cmdline)) image.line = undefined;
    if (image.asked.size < WITNESSES) image.asked.add(pid);
    return image;
  }

  return (kernel, proc) => {
    const key = isCopy(proc) ? imageOf(proc) : undefined;
    const image = key === undefined ? undefined : images.get(key);
    const mayFork = proc.state === 'R' || proc.state === 'D';
    const known = image !== undefined && image.asked.size >= WITNESSES ? image.line : undefined;
    if (image?.isSlow === true && known !== undefined) return void (proc.cmdline = known);
    if (mayFork && (image?.isSlow === true || isCrowded(kernel))) {
      if (known !== undefined) proc.cmdline = known;
      return;
    }
    const from = kernel.now();
    read(kernel, proc);
    if (key === undefined) return;
    const now = heard(image, key, proc);
    if (kernel.now() - from > SLOW_MS) now.isSlow = true;
  };
}
