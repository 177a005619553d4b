// In which order the processes are looked into: those that most likely hold a new socket first, and all in turn.
import type { Proc } from '../types.ts';
import { createTurn, type InTurn } from './turn.ts';

/** A process as the search for holders knows it. */
export interface Entry extends InTurn<Entry> {
  readonly pid: number;
  readonly starttime: number;
  /** Its parent when it was first seen: a dead parent's children are found by it. */
  readonly parent: number;
  /** When it appeared and when it was last looked into, by the search's own count; 0 for never. */
  readonly since: number;
  scannedAt: number;
  /** Descriptors at that look; undefined when they could not be seen. */
  fds: number | undefined;
  /** The place of its stack then: each exec draws another. */
  startstack: number;
  /** For one born under our eyes: when, in milliseconds of the kernel door's clock. */
  readonly bornAt: number | undefined;
  /** When such a one is to be looked into next, on the same clock; `Infinity` for all others. */
  dueAt: number;
}

/** A newborn is looked into at once, again when it has had time to exec and listen, and once more. Milliseconds. */
const AGES: readonly number[] = [0, 1_000, 4_000];
/** Nobody who is still there stands in `due` more often. */
const MOST_AGES = AGES.length;

export interface ScanOrder {
  add(proc: Proc, count: number, bornAt: number | undefined): Entry;
  remove(pid: number): void;
  get(pid: number): Entry | undefined;
  entries(): Iterable<Entry>;
  /** It was looked into: it goes to the end of the turn. */
  scanned(entry: Entry, count: number, now: number): void;
  /** It need not be looked into before its next age. */
  passed(entry: Entry, now: number): void;
  /** Those born lately that are due now, those that became so last first. Each stays due until it was looked into. */
  young(now: number): Iterable<Entry>;
  /** Who waits longest, for its first look or since its last: newborns don't push in before the others. */
  next(): Entry | undefined;
  /** Some that were there before us were never looked into. */
  hasBacklog(): boolean;
  /** True when every process that was there at `count` has been looked into since. */
  isPast(count: number): boolean;
}

export function createScanOrder(): ScanOrder {
  const entries = new Map<number, Entry>();
  /**
   * Born lately, by which of their ages comes next, in the order in which that was known: nearly that in which they come to
   * it, since they are looked into newest first. One may wait for those before it, seconds at most.
   */
  const growing = AGES.map(() => new Set<Entry>());
  /** Those that came to it, and some that were looked into since. */
  let due: Entry[] = [];
  /** Never looked into, by their appearance. */
  const fresh = createTurn<Entry>();
  /** By when they were looked into. */
  const turn = createTurn<Entry>();
  /** How many of the fresh ones were not born under our eyes. */
  let backlog = 0;

  function takeOut(entry: Entry): void {
    const isFresh = entry.scannedAt === 0;
    (isFresh ? fresh : turn).remove(entry);
    if (isFresh && entry.bornAt === undefined) backlog--;
  }

  /** It was looked into then: the next time is when it comes to its next age. */
  function grow(entry: Entry, lookedAt: number): void {
    const { bornAt = -Infinity } = entry;
    for (const ages of growing) ages.delete(entry);
    const next = AGES.findIndex((age) => lookedAt < bornAt + age);
    entry.dueAt = next < 0 ? Infinity : bornAt + (AGES[next] as number);
    growing[next]?.add(entry);
  }

  function comeOfAge(ages: Set<Entry>, now: number): void {
    for (const entry of ages) {
      if (entry.dueAt > now) return;
      ages.delete(entry);
      due.push(entry);
    }
    // Below those that are looked into first there may be many that died.
    if (due.length > MOST_AGES * entries.size) due = due.filter(({ dueAt }) => dueAt <= now);
  }

  function remove(pid: number): void {
    const entry = entries.get(pid);
    if (entry === undefined) return;
    entries.delete(pid);
    grow(entry, Infinity);
    takeOut(entry);
  }

  return {
    remove,
    get: (pid) => entries.get(pid),
    entries: () => entries.values(),
    add(proc, count, bornAt) {
      remove(proc.pid);
      const { pid, starttime, ppid: parent } = proc;
      const entry: Entry = {
        pid,
        starttime,
        parent,
        since: count,
        scannedAt: 0,
        fds: undefined,
        startstack: 0,
        bornAt,
        dueAt: Infinity,
        older: undefined,
        younger: undefined,
      };
      entries.set(pid, entry);
      fresh.toEnd(entry);
      if (bornAt === undefined) backlog++;
      else grow(entry, -Infinity);
      return entry;
    },
    scanned(entry, count, now) {
      takeOut(entry);
      turn.toEnd(entry);
      entry.scannedAt = count;
      if (entry.dueAt < Infinity) grow(entry, now);
    },
    passed: grow,
    *young(now) {
      for (const ages of growing.toReversed()) comeOfAge(ages, now);
      // 28,000 may be due for a while: nobody who was looked into is gone over again, whoever is still due stays where it is.
      for (let at = due.length - 1; at >= 0; at--) {
        const entry = due[at] as Entry;
        if (entry.dueAt <= now) yield entry;
        else due.splice(at, 1);
      }
    },
    next() {
      const waiting = fresh.oldest();
      const oldest = turn.oldest();
      return (waiting?.since ?? Infinity) < (oldest?.scannedAt ?? Infinity) ? waiting : oldest;
    },
    hasBacklog: () => backlog > 0,
    isPast(count) {
      const waiting = fresh.oldest();
      const oldest = turn.oldest();
      return (waiting?.since ?? Infinity) > count && (oldest?.scannedAt ?? Infinity) > count;
    },
  };
}
