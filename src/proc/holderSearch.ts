// Finds who holds the listed sockets: all at once, or a few milliseconds at a time.
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { createHolderIndex, type HolderIndex } from './holderIndex.ts';
import { goOn, startScan, type ProcessScan, type ThreadTables } from './processScan.ts';
import { createScanOrder, type Entry } from './scanOrder.ts';

type Procs = ReadonlyMap<number, Proc>;

export interface HolderSearch {
  readonly index: HolderIndex;
  /** The inodes that the tables list now. */
  seek(inodes: ReadonlySet<number>): void;
  /** Makes known those that are new in `procs`, and forgets those that have gone. */
  sync(procs: Procs): void;
  add(births: readonly Proc[], now: number): void;
  /** Forgets holders that have gone. @returns whether there were any */
  bury(procs: Procs): boolean;
  /** Goes on searching until the kernel door's clock reaches `until`. */
  spend(procs: Procs, now: number, until: number): void;
  /** Looks into every process. */
  all(procs: Iterable<Proc>, now: number, threads: ThreadTables): void;
  /** Sought, without a holder, and not yet looked for everywhere. */
  open(): Iterable<number>;
  /** Nobody can be seen to hold it, and everybody was looked into since it appeared. */
  isHidden(inode: number): boolean;
  /** Whoever was not found by now can't be seen. */
  settle(): void;
}

/** How much of a time slice goes at most to newborns, so that a storm of forks doesn't stop the rest. */
const YOUNG_SHARE = 1 / 2;
/** ... and to the round over all when nothing is sought: an old process may be handed a socket, or give it away. */
const ROUND_SHARE = 1 / 8;

/**
 * @param meet called with every process before it is looked into (its namespace's sockets may not be sought yet)
 * @param forget called with every process that has gone
 */
export function createHolderSearch(
  kernel: Kernel,
  meet: (proc: Proc) => void,
  forget: (pid: number) => void,
): HolderSearch {
  const index = createHolderIndex();
  const order = createScanOrder(kernel);
  let sought: ReadonlySet<number> = new Set();
  /** Inodes without a holder, and the count at which they appeared. */
  const wanting = new Map<number, number>();
  const hidden = new Set<number>();
  /** Pids whose relatives are likely holders, too. */
  const families = new Set<number>();
  let count = 1;
  let halfDone: { entry: Entry; scan: ProcessScan } | undefined;
  let walk: Generator<Entry | undefined, void> | undefined;
  let walkedTo = 0;

  function drop(pid: number): void {
    order.remove(pid);
    index.drop(pid);
    forget(pid);
  }

  /** @returns false when time ran out in the middle of it */
  function look(entry: Entry, procs: Procs, now: number, until: number): boolean {
    const proc = procs.get(entry.pid);
    if (proc?.starttime !== entry.starttime) {
      if (order.get(entry.pid) === entry) drop(entry.pid);
      return true;
    }
    if (halfDone?.entry !== entry) {
      meet(proc);
      halfDone = { entry, scan: startScan(kernel, proc) };
    }
    return finish(halfDone, now, until, 'none');
  }

  function finish(begun: { entry: Entry; scan: ProcessScan }, now: number, until: number, threads: ThreadTables) {
    const { entry, scan } = begun;
    const result = goOn(kernel, scan, sought, until, threads);
    if (result === undefined) return false;
    halfDone = undefined;
    if (result.found === undefined) {
      drop(entry.pid);
      return true;
    }
    entry.fds = result.count;
    order.scanned(entry, ++count, now);
    if (result.found.size > 0 && !index.holds(entry.pid)) families.add(entry.pid).add(entry.parent);
    index.set(entry, result.found);
    return true;
  }

  /** Forks share what their parent held: the children of a holder, its parent, and the children of a dead holder. */
  function relatives(): Entry[] {
    if (families.size === 0) return [];
    const found = [...order.entries()].filter((entry) => families.has(entry.pid) || families.has(entry.parent));
    families.clear();
    return found.filter((entry) => !index.holds(entry.pid));
  }

  /** Walks over all whose number of descriptors may have changed since the newest open inode appeared. */
  function nextChanged(procs: Procs, until: number): Entry | undefined {
    const newest = Math.max(0, ...wanting.values());
    if (walk === undefined) {
      if (newest <= walkedTo) return undefined;
      walkedTo = ++count;
      walk = order.changed(walkedTo, procs);
    }
    while (kernel.now() < until) {
      const step = walk.next();
      if (step.done === true) {
        walk = undefined;
        return undefined;
      }
      if (step.value !== undefined) return step.value;
    }
    return undefined;
  }

  function review(): void {
    for (const [inode, since] of wanting) {
      if (index.has(inode)) wanting.delete(inode);
      else if (order.isPast(since)) {
        wanting.delete(inode);
        hidden.add(inode);
      }
    }
    for (const inode of hidden) if (index.has(inode) || !sought.has(inode)) hidden.delete(inode);
  }

  return {
    index,
    seek(inodes) {
      sought = inodes;
      index.keep(inodes);
      for (const inode of wanting.keys()) if (!inodes.has(inode)) wanting.delete(inode);
      const since = ++count;
      for (const inode of inodes) {
        if (!index.has(inode) && !hidden.has(inode) && !wanting.has(inode)) wanting.set(inode, since);
      }
    },
    sync(procs) {
      for (const entry of [...order.entries()]) {
        if (procs.get(entry.pid)?.starttime !== entry.starttime) drop(entry.pid);
      }
      const unknown = [...procs.values()].filter((proc) => order.get(proc.pid) === undefined);
      // Newest first: a server that was just started is what its user looks for.
      for (const proc of unknown.sort((a, b) => b.starttime - a.starttime)) order.add(proc, ++count, undefined);
    },
    add(births, now) {
      for (const proc of births) {
        if (order.get(proc.pid)?.starttime === proc.starttime) continue;
        drop(proc.pid);
        order.add(proc, ++count, now);
      }
    },
    bury(procs) {
      const dead = [...index.holdings()].filter(({ pid, starttime }) => procs.get(pid)?.starttime !== starttime);
      for (const { pid, fds } of dead) {
        drop(pid);
        families.add(pid);
        for (const inode of fds.keys()) if (!index.has(inode)) wanting.set(inode, ++count);
      }
      return dead.length > 0;
    },
    spend(procs, now, until) {
      const start = kernel.now();
      const half = start + (until - start) * YOUNG_SHARE;
      if (halfDone !== undefined && !look(halfDone.entry, procs, now, until)) return;
      for (const entry of order.young(now)) {
        if (kernel.now() >= half) break;
        if (!look(entry, procs, now, until)) return;
      }
      for (const entry of relatives()) if (kernel.now() < until && !look(entry, procs, now, until)) return;
      review();
      if (wanting.size > 0) {
        const most = half + (until - half) * YOUNG_SHARE;
        for (let entry; (entry = nextChanged(procs, most)) !== undefined; review()) {
          if (!look(entry, procs, now, until)) return;
        }
      }
      const round = start + (until - start) * ROUND_SHARE;
      const begun = count;
      for (;;) {
        const entry = order.next();
        if (entry === undefined || entry.scannedAt > begun) break; // all have had their turn
        if (kernel.now() >= (wanting.size > 0 || entry.scannedAt === 0 ? until : round)) break;
        if (!look(entry, procs, now, until)) break;
        review();
      }
      review();
    },
    all(procs, now, threads) {
      halfDone = undefined;
      for (const proc of procs) {
        const entry = order.get(proc.pid);
        if (entry === undefined) continue;
        meet(proc);
        finish({ entry, scan: startScan(kernel, proc) }, now, Infinity, threads);
      }
      families.clear();
    },
    open() {
      return [...wanting.keys()].filter((inode) => !index.has(inode));
    },
    isHidden: (inode) => !index.has(inode) && hidden.has(inode),
    settle() {
      for (const inode of wanting.keys()) if (!index.has(inode)) hidden.add(inode);
      wanting.clear();
    },
  };
}
