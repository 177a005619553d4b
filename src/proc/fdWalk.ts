// Asks processes how many descriptors they have: an old one that opened a socket has more than at the last look. That
// costs a twentieth of reading them, and needs no rights.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import type { Entry, ScanOrder } from './scanOrder.ts';

export interface FdWalk {
  /**
   * The next process whose number has changed, or that nobody ever looked into, of those not looked into since the walk
   * began. A walk begins where none has since `since`, and goes on at the next call when the clock reaches `until`.
   */
  next(procs: ReadonlyMap<number, Proc>, since: number, count: number, until: number): Entry | undefined;
  /** Asks one, round and round. @returns it, where its number has changed since it was looked into */
  patrol(procs: ReadonlyMap<number, Proc>): Entry | undefined;
  /** Whether it runs what it ran when it was looked into, and has as many descriptors: they mostly are the same then. */
  isAsBefore(entry: Entry, proc: Proc | undefined): boolean;
}

export function createFdWalk(kernel: Kernel, order: ScanOrder): FdWalk {
  let walk: Iterator<Entry> | undefined;
  let begunAt = 0;
  let beat: Iterator<Entry> | undefined;

  function hasChanged(entry: Entry, proc: Proc | undefined): boolean {
    if (entry.fds === undefined || proc === undefined) return false;
    const stat = kernel.stat(`${entry.pid}/fd`);
    if (isFailure(stat)) return false;
    // st_size is the number of descriptors since Linux 6.2, and 0 before: there, one that works is the best guess.
    return stat.size === 0 ? (proc.cpu ?? 0) > 0 : stat.size !== entry.fds;
  }

  function isAsBefore({ pid, fds, startstack }: Entry, proc: Proc | undefined): boolean {
    // Neither place nor number is told of another user's; before Linux 6.2 no number is.
    if (startstack === 0 || startstack !== proc?.startstack) return false;
    const stat = kernel.stat(`${pid}/fd`);
    return !isFailure(stat) && stat.size > 0 && stat.size === fds;
  }

  return {
    isAsBefore,
    next(procs, since, count, until) {
      if (walk === undefined) {
        if (since <= begunAt) return undefined;
        begunAt = count;
        walk = order.entries()[Symbol.iterator]();
      }
      while (kernel.now() < until) {
        const step = walk.next();
        if (step.done === true) {
          walk = undefined;
          return undefined;
        }
        const entry = step.value;
        if (entry.scannedAt > begunAt) continue;
        if (entry.scannedAt === 0 || hasChanged(entry, procs.get(entry.pid))) return entry;
      }
      return undefined;
    },
    patrol(procs) {
      beat ??= order.entries()[Symbol.iterator]();
      const step = beat.next();
      if (step.done === true) beat = undefined;
      else if (hasChanged(step.value, procs.get(step.value.pid))) return step.value;
      return undefined;
    },
  };
}
