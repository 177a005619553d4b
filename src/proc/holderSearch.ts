// Finds who holds the listed sockets: all at once, or a few milliseconds at a time.
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { createHolderIndex, type HolderIndex } from './holderIndex.ts';
import { goOn, startScan, type ProcessScan, type ThreadTables } from './processScan.ts';
import { createScanOrder, type Entry } from './scanOrder.ts';

type Procs = ReadonlyMap<number, Proc>;

export interface HolderSearch {
  readonly index: HolderIndex;
  /** Counts changes of holders and of what is hidden. */
  version(): number;
  /** The inodes that the tables list now. */
  seek(inodes: ReadonlySet<number>): void;
  /** Makes known those that are new in `procs`, and forgets those that have gone. */
  sync(procs: Procs): void;
  add(births: readonly Proc[], now: number): void;
  /** Forgets holders that have gone. @returns whether there were any */
  bury(procs: Procs): boolean;
  /** Goes on searching until the kernel door's clock reaches `until`. */
  spend(procs: Procs, now: number, until: number): void;
  /** Looks into all of these, whatever it costs. */
  lookInto(procs: Iterable<Proc>, now: number, threads: ThreadTables): void;
  /** Sought, without a holder, and not yet looked for everywhere. */
  open(): number[];
  /** Whoever holds an open inode can't be seen: everybody was looked into. */
  giveUp(): void;
  /** Everybody was looked into since it appeared, and nobody can be seen to hold it. */
  isHidden(inode: number): boolean;
}

/** How much of a time slice goes at most to newborns, so that a storm of forks doesn't stop the rest. */
const YOUNG_SHARE = 1 / 2;
/** How much is spent by then when a walk over the numbers of descriptors gives way to the round over all. */
const WALK_SHARE = 3 / 4;
/** How much goes to that round when nothing is open: an old process may be handed a socket, or close its copy. */
const ROUND_SHARE = 1 / 8;

interface HalfDone {
  readonly entry: Entry;
  readonly scan: ProcessScan;
  /** The count when it began: an inode that appeared since may have been overlooked. */
  readonly begun: number;
}

/**
 * @param meet called with each process before `spend` looks into it: its namespace's sockets may not be sought yet
 * @param forget called with the pid of each process that has gone
 */
export function createHolderSearch(
  kernel: Kernel,
  meet: (proc: Proc) => void,
  forget: (pid: number) => void,
): HolderSearch {
  const index = createHolderIndex();
  const order = createScanOrder(kernel);
  let sought: ReadonlySet<number> = new Set();
  let soughtSince = 0;
  /** Inodes without a holder, and the count at which they appeared. */
  const wanting = new Map<number, number>();
  const hidden = new Set<number>();
  let hiddenVersion = 0;
  /** New holders, and dead ones whose sockets live on: their children are likely holders, too. */
  const parents = new Set<number>();
  let kin: Entry[] = [];
  /** Orders what happens: appearances of processes and inodes, and looks. */
  let count = 1;
  let halfDone: HalfDone | undefined;
  let walk: Generator<Entry | undefined, void> | undefined;
  let walkedTo = 0;

  function drop(pid: number): void {
    if (halfDone?.entry.pid === pid) halfDone = undefined;
    order.remove(pid);
    index.drop(pid);
    forget(pid);
  }

  /** @returns false when time ran out in the middle of it */
  function look(entry: Entry, procs: Procs, now: number, until: number): boolean {
    if (order.get(entry.pid) !== entry) return true; // left, or recycled, since it was queued
    const proc = procs.get(entry.pid);
    if (proc?.starttime !== entry.starttime) {
      drop(entry.pid);
      return true;
    }
    if (halfDone?.entry !== entry) {
      meet(proc);
      halfDone = begin(entry, proc);
    }
    return finish(halfDone, now, until, 'none');
  }

  function begin(entry: Entry, proc: Proc): HalfDone {
    return { entry, scan: startScan(kernel, proc), begun: ++count };
  }

  function finish(
    { entry, scan, begun }: HalfDone,
    now: number,
    until: number,
    threads: ThreadTables,
  ): boolean {
    const result = goOn(kernel, scan, sought, until, threads);
    if (result === undefined) return false;
    halfDone = undefined;
    if (result.found === undefined) {
      drop(entry.pid);
      return true;
    }
    entry.fds = result.count;
    order.scanned(entry, begun, now);
    if (result.found.size > 0 && !index.holds(entry.pid)) {
      parents.add(entry.pid);
      const parent = order.get(entry.parent);
      if (parent !== undefined && parent.scannedAt < soughtSince) kin.push(parent);
    }
    index.set(entry, result.found);
    return true;
  }

  /** Forks share what their parent held. */
  function gatherKin(): void {
    if (parents.size === 0) return;
    for (const entry of order.entries()) {
      if (parents.has(entry.parent) && entry.scannedAt < soughtSince) kin.push(entry);
    }
    parents.clear();
  }

  /** The next one whose number of descriptors has changed since the newest open inode appeared. */
  function nextChanged(procs: Procs, until: number): Entry | undefined {
    if (walk === undefined) {
      if (soughtSince <= walkedTo) return undefined;
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

  function isOpen(): boolean {
    for (const inode of wanting.keys()) {
      if (!index.has(inode)) return true;
      wanting.delete(inode);
    }
    return false;
  }

  function want(inode: number): void {
    if (!index.has(inode) && !hidden.has(inode) && !wanting.has(inode)) wanting.set(inode, count);
  }

  function settle(): void {
    for (const [inode, since] of wanting) {
      if (!index.has(inode) && !order.isPast(since)) continue;
      wanting.delete(inode);
      if (!index.has(inode)) hide(inode);
    }
  }

  function hide(inode: number): void {
    hidden.add(inode);
    hiddenVersion++;
  }

  function spend(procs: Procs, now: number, until: number): void {
    const start = kernel.now();
    const part = (share: number): number => start + (until - start) * share;
    const isLate = (limit: number): boolean => kernel.now() >= limit;

    if (halfDone !== undefined && !look(halfDone.entry, procs, now, until)) return;
    for (const entry of order.young(now)) {
      if (isLate(part(YOUNG_SHARE))) break;
      if (!look(entry, procs, now, until)) return;
    }
    gatherKin();
    while (kin.length > 0 && !isLate(until)) if (!look(kin.pop() as Entry, procs, now, until)) return;
    while (isOpen()) {
      const entry = nextChanged(procs, part(WALK_SHARE));
      if (entry === undefined) break;
      if (!look(entry, procs, now, until)) return;
    }
    const before = count;
    for (let entry; (entry = order.next()) !== undefined && entry.scannedAt <= before;) {
      if (isLate(entry.scannedAt === 0 || isOpen() ? until : part(ROUND_SHARE))) break;
      if (!look(entry, procs, now, until)) return;
    }
  }

  return {
    index,
    version: () => index.version() + hiddenVersion,
    seek(inodes) {
      sought = inodes;
      soughtSince = ++count;
      index.keep(inodes);
      for (const known of [wanting, hidden]) {
        for (const inode of known.keys()) if (!inodes.has(inode)) known.delete(inode);
      }
      for (const inode of inodes) want(inode);
    },
    sync(procs) {
      for (const entry of [...order.entries()]) {
        if (procs.get(entry.pid)?.starttime !== entry.starttime) drop(entry.pid);
      }
      const unknown = [...procs.values()].filter((proc) => order.get(proc.pid) === undefined);
      // Newest first: a server that was just started is what its user looks for.
      for (const proc of unknown.sort((a, b) => b.starttime - a.starttime))
        order.add(proc, ++count, undefined);
    },
    add(births, now) {
      for (const proc of births) {
        if (order.get(proc.pid)?.starttime === proc.starttime) continue;
        drop(proc.pid);
        order.add(proc, ++count, now);
      }
    },
    bury(procs) {
      const dead = [...index.holdings()].filter(
        ({ pid, starttime }) => procs.get(pid)?.starttime !== starttime,
      );
      for (const { pid } of dead) {
        drop(pid);
        parents.add(pid);
      }
      count++;
      for (const { fds } of dead) for (const inode of fds.keys()) want(inode);
      return dead.length > 0;
    },
    spend(procs, now, until) {
      spend(procs, now, until);
      settle();
    },
    lookInto(procs, now, threads) {
      halfDone = undefined;
      for (const proc of procs) {
        const entry = order.get(proc.pid);
        if (entry !== undefined) finish(begin(entry, proc), now, Infinity, threads);
      }
      parents.clear();
      kin = [];
    },
    open: () => [...wanting.keys()].filter((inode) => !index.has(inode)),
    giveUp() {
      for (const inode of wanting.keys()) if (!index.has(inode)) hide(inode);
      wanting.clear();
    },
    isHidden: (inode) => !index.has(inode) && hidden.has(inode),
  };
}
