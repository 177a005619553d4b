// Keeps the processes from look to look, each under its identity. With the readers of details (settling.ts) the
// only writer of Proc.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { createCensus, type Census } from './census.ts';
import { fillFrom, hasExeced, newEntry, type Entry } from './entry.ts';
import { createKept, type Kept } from './kept.ts';
import { createSettling, type Settling } from './settling.ts';
import { newStatLine, parseStat, STARTTIME, STAT_RECORD } from './stat.ts';
import { createTurn } from './turn.ts';
import { unboxed, wholeMs } from './unboxed.ts';

/** Below this a share of CPU is mostly the 10 ms step of the clock ticks. */
const SHORTEST_INTERVAL_MS = 90;
/** A row that did something is read at every look for so many looks more. */
const HOT_LOOKS = 4;

export interface ProcTable extends Pick<Settling, 'readDetails' | 'settle' | 'moves'> {
  readonly procs: ReadonlyMap<number, Proc>;
  /** Reads stat of `pid`. Answers the process if it is new, and drops it when it has gone. */
  readStat(pid: number): Proc | undefined;
  /** Starts a look; `endLook` drops every process that it did not see. */
  beginLook(): void;
  endLook(): void;
  /** From here on who is new was born under our eyes. */
  endFirst(): void;
  /** It has left: somebody knows without reading it. */
  drop(pid: number): void;
  /** Read in this look. */
  isRead(proc: Proc): boolean;
  /** The one read longest ago; undefined when all were read in this look. */
  oldest(): Proc | undefined;
  /** Milliseconds since that one was read; 0 when all were. */
  oldestMs(): number;
  /** Those to be read at every look: they use CPU, run or wait for a device, or are young. */
  hot(): Proc[];
  /** Reads its stat through a descriptor from now on, as long as there is room for it. */
  keep(proc: Proc): void;
  /** Details are needed of everybody that were not before: `settle` goes over all. */
  unsettle(): void;
  readonly census: Pick<Census, 'shape' | 'count' | 'states'>;
  /** CPU time that was seen used in this look, in clock ticks of the time since the look before. */
  explained(): number;
  /** Those that left in this look, by pid. */
  readonly left: ReadonlySet<number>;
}

export function createProcTable(kernel: Kernel, ticksPerSecond: number, pageSize: number): ProcTable {
  const entries = new Map<number, Entry>();
  const turn = createTurn<Entry>();
  const kept = createKept(kernel);
  const hot = new Set<Entry>();
  const left = new Set<number>();
  const line = newStatLine();
  let look = 0;
  let firstLook = true;
  const census = createCensus();
  const settling = createSettling(kernel, pageSize, census.renamed);
  let explained = 0;
  let lookAt = 0;
  let sinceLook = 0;

  function drop(entry: Entry): void {
    entries.delete(entry.pid);
    turn.remove(entry);
    kept.release(entry);
    hot.delete(entry);
    settling.left(entry);
    left.add(entry.pid);
    census.left(entry);
  }

  function born(pid: number, starttime: number, now: number): Entry {
    const entry = newEntry(pid, starttime);
    fillFrom(line, entry, pageSize, now);
    entry.seenAt = firstLook ? 0 : wholeMs(now);
    entry.look = look;
    entry.ticks = entry.utime + entry.stime;
    entry.ticksAt = now;
    entries.set(pid, entry);
    turn.toEnd(entry);
    settling.begin(entry);
    if (!firstLook || isBusy(entry)) heat(entry);
    census.came(entry);
    return entry;
  }

  function heat(entry: Entry): void {
    entry.hotUntil = look + HOT_LOOKS;
    hot.add(entry);
  }

  /** Through its kept descriptor where it has one, which never answers for another process. */
  function statOf(pid: number, known: Entry | undefined): ReturnType<Kept['read']> {
    if (known !== undefined && known.fd >= 0) {
      const bytes = kept.read(known);
      if (bytes !== 'gone' && (isFailure(bytes) || bytes.length > 0)) return bytes;
      kept.release(known);
    }
    return kernel.read(`${pid}/stat`, STAT_RECORD);
  }

  function readStat(pid: number): Proc | undefined {
    const known = entries.get(pid);
    const bytes = statOf(pid, known);
    if (bytes === 'denied' || bytes === 'limit') {
      // We could not look: that says nothing about the process.
      if (known !== undefined) touch(known);
      return undefined;
    }
    if (bytes === 'same') {
      if (known !== undefined) stayed(known, kernel.now());
      return undefined;
    }
    if (isFailure(bytes) || !parseStat(bytes, line)) {
      if (known !== undefined) drop(known);
      return undefined;
    }
    const now = kernel.now();
    const starttime = line.field[STARTTIME] as number;
    if (known?.starttime === starttime) {
      update(known, now);
      return undefined;
    }
    if (known !== undefined) drop(known);
    return born(pid, starttime, now);
  }

  function touch(entry: Entry): void {
    entry.look = look;
    turn.toEnd(entry);
  }

  function update(entry: Entry, now: number): void {
    if (hasExeced(line, entry)) {
      entry.detailAt = {};
      settling.begin(entry);
    }
    const { ppid, readAt, state, nlwp, comm } = entry;
    const used = entry.utime + entry.stime;
    fillFrom(line, entry, pageSize, now);
    touch(entry);
    census.changed({ ppid, state, nlwp, comm }, entry);

    const ticks = entry.utime + entry.stime;
    // Of a row that was not read for long, only its share of the time since the last look can be meant.
    if (ticks > used) explained += (ticks - used) * Math.min(1, sinceLook / (now - readAt));
    if (ticks > used) heat(entry);
    measure(entry, ticks, now);
  }

  /** It has not run since. */
  function stayed(entry: Entry, now: number): void {
    entry.readAt = now;
    touch(entry);
    measure(entry, entry.utime + entry.stime, now);
  }

  function measure(entry: Entry, ticks: number, now: number): void {
    if (isBusy(entry)) heat(entry);
    const elapsed = now - entry.ticksAt;
    if (elapsed >= SHORTEST_INTERVAL_MS) {
      entry.cpu = unboxed((Math.max(0, ticks - entry.ticks) / ticksPerSecond / elapsed) * 100_000); // mostly 0
      entry.ticks = ticks;
      entry.ticksAt = now;
    }
  }

  return {
    procs: entries,
    left,
    readStat,
    readDetails: settling.readDetails,
    settle: settling.settle,
    moves: settling.moves,
    beginLook() {
      look++;
      left.clear();
      explained = 0;
      sinceLook = kernel.now() - lookAt;
      lookAt += sinceLook;
    },
    endLook() {
      for (const entry of entries.values()) if (entry.look !== look) drop(entry);
      firstLook = false;
    },
    endFirst: () => void (firstLook = false),
    drop(pid) {
      const entry = entries.get(pid);
      if (entry !== undefined) drop(entry);
    },
    isRead: (proc) => (proc as Entry).look === look,
    oldest() {
      const oldest = turn.oldest();
      return oldest?.look === look ? undefined : oldest;
    },
    oldestMs() {
      const oldest = turn.oldest();
      return oldest === undefined || oldest.look === look ? 0 : lookAt - oldest.readAt;
    },
    hot() {
      for (const entry of hot) if (entry.hotUntil < look) hot.delete(entry);
      return [...hot];
    },
    keep: (proc) => kept.keep(proc as Entry),
    unsettle() {
      for (const entry of entries.values()) settling.begin(entry);
    },
    census,
    explained: () => explained,
  };
}

function isBusy({ state }: Proc): boolean {
  return state === 'R' || state === 'D';
}
