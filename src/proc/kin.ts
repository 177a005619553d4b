// Forks share what their parent held: where one process holds a sought socket, its family is asked next.
import type { Entry, ScanOrder } from './scanOrder.ts';

export interface Kin {
  /** It was found to hold a sought socket. */
  holds(entry: Entry): void;
  /** A holder has gone, and its sockets may live on with its children. */
  left(pid: number): void;
  /** The next relative not looked into since `count`. */
  next(count: number): Entry | undefined;
  clear(): void;
}

export function createKin(order: ScanOrder): Kin {
  /** Their children are still to be gathered: one pass over all processes, however many these are. */
  const parents = new Set<number>();
  const queue = new Set<Entry>();

  function gather(): void {
    if (parents.size === 0) return;
    for (const entry of order.entries()) if (parents.has(entry.parent)) queue.add(entry);
    parents.clear();
  }

  return {
    holds(entry) {
      parents.add(entry.pid);
      // Only the parent itself: most parents (init, a shell) have many children that have nothing to do with it.
      const parent = order.get(entry.parent);
      if (parent !== undefined) queue.add(parent);
    },
    left: (pid) => void parents.add(pid),
    next(count) {
      gather();
      for (const entry of queue) {
        queue.delete(entry);
        if (entry.scannedAt < count && order.get(entry.pid) === entry) return entry;
      }
      return undefined;
    },
    clear() {
      parents.clear();
      queue.clear();
    },
  };
}
