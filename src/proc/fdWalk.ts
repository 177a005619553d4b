// Asks processes how many descriptors they have: an old one that opened a socket has more than at the last look. That
// costs a twentieth of reading them, and needs no rights.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import type { Entry, ScanOrder } from './scanOrder.ts';

export interface FdWalk {
  /**
   * The next process whose number has changed, of those not looked into since the walk began. A walk begins where none
   * has since `since`, and goes on at the next call when the clock reaches `until`.
   */
  next(procs: ReadonlyMap<number, Proc>, since: number, count: number, until: number): Entry | undefined;
}

export function createFdWalk(kernel: Kernel, order: ScanOrder): FdWalk {
  let walk: Iterator<Entry> | undefined;
  let begunAt = 0;

  function hasChanged(entry: Entry, proc: Proc | undefined): boolean {
    if (entry.fds === undefined || proc === undefined) return false;
    const stat = kernel.stat(`${entry.pid}/fd`);
    if (isFailure(stat)) return false;
    // st_size is the number of descriptors since Linux 6.2, and 0 before: there, one that works is the best guess.
    return stat.size === 0 ? (proc.cpu ?? 0) > 0 : stat.size !== entry.fds;
  }

  return {
    next(procs, since, count, until) {
      if (walk === undefined) {
        if (since <= begunAt) return undefined;
        begunAt = count;
        walk = order.scannedFirst();
      }
      while (kernel.now() < until) {
        const step = walk.next();
        // Whoever is looked into goes to the end of the turn: there the walk is over.
        if (step.done === true || step.value.scannedAt > begunAt) {
          walk = undefined;
          return undefined;
        }
        if (hasChanged(step.value, procs.get(step.value.pid))) return step.value;
      }
      return undefined;
    },
  };
}
