// In which order the processes are looked into: those that most likely hold a new socket first, and all in turn.
import type { Proc } from '../types.ts';

/** A process as the search for holders knows it. */
export interface Entry {
  readonly pid: number;
  readonly starttime: number;
  /** Its parent when it was first seen: a dead parent's children are found by it. */
  readonly parent: number;
  /** When it appeared and when it was last looked into, by the search's own count; 0 for never. */
  readonly since: number;
  scannedAt: number;
  /** The same look on the clock of `bornAt`. */
  lookedAt: number;
  /** Descriptors at that look; undefined when they could not be seen. */
  fds: number | undefined;
  /** For one born under our eyes: when, in milliseconds of the kernel door's clock. */
  readonly bornAt: number | undefined;
}

/** A newborn is looked into at once, again when it has had time to exec and listen, and once more. Milliseconds. */
const AGES: readonly number[] = [0, 1_000, 4_000];

export interface ScanOrder {
  add(proc: Proc, count: number, bornAt: number | undefined): Entry;
  remove(pid: number): void;
  get(pid: number): Entry | undefined;
  entries(): Iterable<Entry>;
  /** It was looked into: it goes to the end of the turn. */
  scanned(entry: Entry, count: number, now: number): void;
  /** Those born lately that are due now, newest first. */
  young(now: number): Entry[];
  /** Who waits longest, for its first look or since its last: newborns don't push in before the others. */
  next(): Entry | undefined;
  /** Some that were there before us were never looked into. */
  hasBacklog(): boolean;
  /** True when every process that was there at `count` has been looked into since. */
  isPast(count: number): boolean;
}

export function createScanOrder(): ScanOrder {
  const entries = new Map<number, Entry>();
  const young = new Set<Entry>();
  /** Never looked into, in the order of their appearance. */
  const fresh = new Set<Entry>();
  /** Looked into, the longest ago first: a Map keeps the order of insertion. */
  const turn = new Map<number, Entry>();
  /** How many of the fresh ones were not born under our eyes. */
  let backlog = 0;

  function unfresh(entry: Entry): void {
    if (fresh.delete(entry) && entry.bornAt === undefined) backlog--;
  }

  function remove(pid: number): void {
    const entry = entries.get(pid);
    if (entry === undefined) return;
    entries.delete(pid);
    young.delete(entry);
    unfresh(entry);
    turn.delete(pid);
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
        lookedAt: -Infinity,
        fds: undefined,
        bornAt,
      };
      entries.set(pid, entry);
      fresh.add(entry);
      if (bornAt === undefined) backlog++;
      else young.add(entry);
      return entry;
    },
    scanned(entry, count, now) {
      unfresh(entry);
      turn.delete(entry.pid);
      turn.set(entry.pid, entry);
      entry.scannedAt = count;
      entry.lookedAt = now;
      if (entry.bornAt !== undefined && now - entry.bornAt >= (AGES.at(-1) as number)) young.delete(entry);
    },
    young(now) {
      return [...young].filter((entry) => isDue(entry, now)).reverse();
    },
    next() {
      const waiting = first(fresh);
      const oldest = first(turn.values());
      return (waiting?.since ?? Infinity) < (oldest?.scannedAt ?? Infinity) ? waiting : oldest;
    },
    hasBacklog: () => backlog > 0,
    isPast(count) {
      const waiting = first(fresh);
      const oldest = first(turn.values());
      return (waiting?.since ?? Infinity) > count && (oldest?.scannedAt ?? Infinity) > count;
    },
  };
}

function isDue({ bornAt, lookedAt }: Entry, now: number): boolean {
  return bornAt !== undefined && AGES.some((age) => lookedAt < bornAt + age && bornAt + age <= now);
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}
