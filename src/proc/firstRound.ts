// How a search for holders begins: whoever is there is made known to it by and by, and of many processes those come first
// who likely hold something (likelyHolders.ts).
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { likelyHolders, type Found } from './likelyHolders.ts';
import type { Entry, ScanOrder } from './scanOrder.ts';

/** Of no more than these everybody is looked into, in the order of `order`. */
const MANY = 2_000;

export interface FirstRound {
  /** Begins with those of `procs` that `order` does not know. @param since the count now: whatever socket appears later they may hold */
  begin(procs: ReadonlyMap<number, Proc>, since: number): void;
  /** Makes them known until the clock of the kernel door reaches `until`. */
  admit(until: number): void;
  /** Nobody is unknown any more. */
  knowsAll(): boolean;
  known(proc: Proc): Entry;
  /** There are many, so that nobody may look into one of them for minutes. */
  isLarge(): boolean;
  /** Likely ones are still to be looked into. */
  isOn(): boolean;
  /** The next of those, who is to be looked into before another is asked for; undefined: nobody yet. */
  next(): Entry | undefined;
  /** Everybody is looked into otherwise. */
  end(): void;
}

/** @param meet called with each process that is made known, where nobody may look into it for minutes */
export function createFirstRound(
  kernel: Kernel,
  order: ScanOrder,
  isSought: (inode: number) => boolean,
  found: Found,
  meet: (proc: Proc) => void,
): FirstRound {
  /** The next one last: to make 28,000 known at once would hold up a key. */
  let unknown: Proc[] = [];
  let unknownSince = 0;
  let isLarge = false;
  let likely: Iterator<Proc | undefined, void> | undefined;

  function known(proc: Proc): Entry {
    return order.get(proc.pid) ?? order.add(proc, unknownSince, undefined);
  }

  return {
    begin(procs, since) {
      unknownSince = since;
      // Newest first: a server that was just started is what its user looks for.
      unknown = [...procs.values()]
        .filter((proc) => order.get(proc.pid) === undefined)
        .sort((a, b) => a.starttime - b.starttime);
      if (unknown.length <= MANY) return;
      isLarge = true;
      likely = likelyHolders(kernel, procs, isSought, found);
    },
    admit(until) {
      for (let proc; kernel.now() < until && (proc = unknown.pop()) !== undefined;) {
        known(proc);
        if (isLarge) meet(proc); // its namespace has sockets now
      }
    },
    knowsAll: () => unknown.length === 0,
    known,
    isLarge: () => isLarge,
    isOn: () => likely !== undefined,
    next() {
      const step = likely?.next();
      if (step === undefined || step.done === true) {
        likely = undefined;
        return undefined;
      }
      return step.value && order.get(step.value.pid);
    },
    end: () => void (likely = undefined),
  };
}
