// Whether somebody left, without asking each. The links of /proc are the processes of the whole machine and a constant
// (fs/proc/root.c, proc_root_getattr): fewer than what we know makes them means that some have left unseen.
import { isFailure, type Kernel } from '../kernel.ts';

/** Listing may take this share of the time. */
const SHARE = 1 / 400;
/** In a pid namespace others' processes come and go in that number too: after a listing in vain so many times less. */
const PATIENCE = 4;

export interface Exits {
  /**
   * Some of the processes that we know seem to be gone, and finding out which is affordable now.
   * @param orMore the same where there seem to be more than we know
   */
  areOwed(known: number, orMore: boolean): boolean;
  /** Every process was looked for. @param cost milliseconds that it took @param inVain none had left */
  settled(known: number, cost: number, inVain?: boolean): void;
}

export function createExits(kernel: Kernel): Exits {
  /** The links of /proc less the processes that we knew, when all were looked for. */
  let others: number | undefined;
  let notBefore = -Infinity;

  function links(): number | undefined {
    const stat = kernel.stat('.');
    return isFailure(stat) ? undefined : stat.nlink;
  }

  return {
    areOwed(known, orMore) {
      const now = links();
      if (now === undefined || others === undefined || kernel.now() < notBefore) return false;
      return now - others < known || (orMore && now - others > known);
    },
    settled(known, cost, inVain = false) {
      const now = links();
      others = now === undefined ? undefined : now - known;
      notBefore = kernel.now() + (cost / SHARE) * (inVain ? PATIENCE : 1);
    },
  };
}
