// Finds who holds the listed sockets: all at once, or a few milliseconds at a time.
import type { Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { createFdWalk } from './fdWalk.ts';
import { createFirstRound } from './firstRound.ts';
import { createHolderIndex, type HolderIndex } from './holderIndex.ts';
import { createKin } from './kin.ts';
import { goOn, startScan, type ProcessScan, type ThreadTables } from './processScan.ts';
import { createScanOrder, type Entry } from './scanOrder.ts';
import { createUnheld } from './unheld.ts';

type Procs = ReadonlyMap<number, Proc>;

export interface HolderSearch {
  readonly index: HolderIndex;
  /** Counts changes of holders and of what is hidden. */
  version(): number;
  /** The inodes that the tables list now. */
  seek(inodes: ReadonlySet<number>): void;
  /** Forgets those that have gone from `procs`; those that are new there are made known by and by. */
  sync(procs: Procs): void;
  add(births: readonly Proc[], now: number): void;
  /** Forgets holders that have gone. @param births how many are new since the last time. @returns whether there were any */
  bury(procs: Procs, births: number): boolean;
  /** Goes on searching until the kernel door's clock reaches `until`. */
  spend(procs: Procs, now: number, until: number): void;
  /** Looks into all of these, whatever it costs. Who comes next may be decided by what was found. */
  lookInto(procs: Iterable<Proc | undefined>, now: number, threads: ThreadTables): void;
  /** Whether a sought socket has no holder and was not yet looked for everywhere. */
  isOpen(): boolean;
  /** Whether those who were there before us are still being looked into: of many those who likely hold something. */
  isFirstRound(): boolean;
  /** Sought, without a holder, and not yet looked for everywhere. */
  open(): number[];
  /** Whoever holds an open inode can't be seen: everybody was looked into. */
  giveUp(): void;
  /** Everybody was looked into since it appeared, and nobody can be seen to hold it. */
  isHidden(inode: number): boolean;
}

/** How much of a time slice goes at most to newborns, so that a storm of forks doesn't stop the rest. */
const YOUNG_SHARE = 1 / 2;
/** Of those that can't have inherited a socket, when none is open, only those are looked into that live so long: most don't. */
const LASTING_MS = 1_000;
const LASTING_SHARE = 1 / 8;
/** How much is spent by then when a walk over the numbers of descriptors gives way to the round over all. */
const WALK_SHARE = 3 / 4;
/**
 * When nothing is open, an old process may still be handed a socket, or close its copy. Its number of descriptors mostly
 * tells, so that is asked of so many in each slice; and this share of all time goes to looking into them one by one.
 */
const PATROL = 8;
const ROUND_SHARE = 1 / 10_000;
/** Of many, the share for those who were not likely (firstRound.ts): one more holder may be among them, who is no relative. */
const BACKLOG_SHARE = 1 / 200;

interface HalfDone {
  readonly entry: Entry;
  readonly scan: ProcessScan;
  readonly startstack: number;
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
  const unheld = createUnheld(index);
  const order = createScanOrder();
  const kin = createKin(order);
  const walk = createFdWalk(kernel, order);
  let sought: ReadonlySet<number> = new Set();
  /** Orders what happens: appearances of processes and inodes, and looks. */
  let count = 1;
  /** Whoever was looked into before this may hold an inode that was not sought then, or held by another. */
  let soughtSince = 0;
  let reviewed = 0;
  let halfDone: HalfDone | undefined;
  /** When nothing is open, nobody is looked into whatever his number of descriptors says before this. */
  let restUntil = -Infinity;
  /** Processes at the last look for those that have gone. */
  let population = 0;
  const first = createFirstRound(
    kernel,
    order,
    (inode) => sought.has(inode),
    { index, isOpen: unheld.isOpen },
    meet,
  );

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
    return { entry, scan: startScan(kernel, proc), startstack: proc.startstack, begun: ++count };
  }

  function finish(
    { entry, scan, startstack, begun }: HalfDone,
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
    entry.startstack = startstack;
    order.scanned(entry, begun, now);
    // The relatives of likely holders come with those.
    if (result.found.size > 0 && !index.holds(entry.pid) && !first.isOn()) kin.holds(entry);
    index.set(entry, result.found);
    return true;
  }

  /** Closing a socket, or leaving, may have made one lose its last holder. */
  function review(): void {
    if (reviewed === index.version()) return;
    reviewed = index.version();
    unheld.seek(sought, ++count);
  }

  /** @returns false when time ran out */
  function lookIntoLikely(procs: Procs, now: number, until: number): boolean {
    while (first.isOn()) {
      if (!first.knowsAll() || kernel.now() >= until) return false;
      const entry = first.next();
      if (entry !== undefined && !look(entry, procs, now, until)) return false;
    }
    return true;
  }

  function spend(procs: Procs, now: number, until: number): void {
    first.admit(until);
    const start = kernel.now();
    const part = (share: number): number => start + (until - start) * share;
    const isLate = (limit: number): boolean => kernel.now() >= limit;

    const isCalm = (): boolean => (first.isLarge() || !order.hasBacklog()) && !unheld.isOpen();

    if (halfDone !== undefined && !look(halfDone.entry, procs, now, until)) return;
    for (const entry of order.young(now)) {
      if (isLate(part(YOUNG_SHARE))) break;
      if (isLate(part(youngShare(entry, now)))) continue;
      if (entry.scannedAt > 0 && walk.isAsBefore(entry, procs.get(entry.pid))) order.passed(entry, now);
      else if (!look(entry, procs, now, until)) return;
    }
    while (!isLate(until)) {
      const entry = kin.next(soughtSince);
      if (entry === undefined) break;
      if (!look(entry, procs, now, until)) return;
    }
    if (!lookIntoLikely(procs, now, until)) return;
    while (unheld.isOpen()) {
      const entry = walk.next(procs, soughtSince, count, part(WALK_SHARE));
      if (entry === undefined) break;
      if (!look(entry, procs, now, until)) return;
    }
    for (let asked = 0; asked < PATROL && isCalm(); asked++) {
      const entry = walk.patrol(procs);
      if (entry !== undefined && !look(entry, procs, now, until)) return;
    }
    const before = count;
    for (let entry; (entry = order.next()) !== undefined && entry.scannedAt <= before;) {
      const begun = kernel.now();
      if (isLate(until) || (isCalm() && begun < restUntil)) break;
      if (!look(entry, procs, now, until)) return;
      restUntil = begun + (kernel.now() - begun) / (order.hasBacklog() ? BACKLOG_SHARE : ROUND_SHARE);
    }
  }

  /** How much of a slice may be spent before this newborn has to wait: nothing where it need not be looked into now. */
  function youngShare({ parent, bornAt = 0 }: Entry, now: number): number {
    if (unheld.isOpen() || index.holds(parent) || order.get(parent) === undefined) return YOUNG_SHARE;
    return now - bornAt >= LASTING_MS ? LASTING_SHARE : 0;
  }

  return {
    index,
    version: () => index.version() + unheld.version(),
    seek(inodes) {
      sought = inodes;
      soughtSince = ++count;
      index.keep(inodes);
      unheld.seek(inodes, soughtSince);
    },
    sync(procs) {
      for (const entry of [...order.entries()]) {
        if (procs.get(entry.pid)?.starttime !== entry.starttime) drop(entry.pid);
      }
      first.begin(procs, ++count);
    },
    add(births, now) {
      for (const proc of births) {
        if (order.get(proc.pid)?.starttime === proc.starttime) continue;
        drop(proc.pid);
        order.add(proc, ++count, now);
      }
    },
    bury(procs, births) {
      const nobodyLeft = procs.size === population + births;
      population = procs.size;
      if (nobodyLeft) return false; // a thousand holders needn't be asked for
      const dead = [...index.holdings()].filter(
        ({ pid, starttime }) => procs.get(pid)?.starttime !== starttime,
      );
      for (const { pid } of dead) {
        drop(pid);
        kin.left(pid);
      }
      if (dead.length > 0) soughtSince = ++count;
      return dead.length > 0;
    },
    spend(procs, now, until) {
      spend(procs, now, until);
      review();
      if (first.knowsAll()) unheld.settle(order.isPast);
    },
    lookInto(procs, now, threads) {
      halfDone = undefined;
      first.end();
      if (sought.size === 0) return; // it costs a link a descriptor
      for (const proc of procs)
        if (proc !== undefined) finish(begin(first.known(proc), proc), now, Infinity, threads);
      kin.clear();
      review();
    },
    isOpen: unheld.isOpen,
    isFirstRound: () => first.isOn() || (!first.isLarge() && (!first.knowsAll() || order.hasBacklog())),
    open: unheld.open,
    giveUp: () => unheld.settle(() => true),
    isHidden: unheld.isHidden,
  };
}
