// Which processes are read in a look. A look of the command line, or before the user acts, reads everybody. The screen's
// own looks read those that matter at once (new, in sight, busy) and the others in turn, so that a machine of 28,000
// costs little more than one of 1,000 (facts: proc-sampling, section 4).
import type { Kernel } from '../kernel.ts';
import type { Proc, ProcId } from '../types.ts';
import { createArrivals } from './arrivals.ts';
import type { ProcTable } from './table.ts';
import { createUnexplained } from './unexplained.ts';

/** Where there are no more everybody is read at each look, and half of them where there are more. */
const FEW = 300;
/** Up to so many, so that nobody is older than one look, and all are read through kept descriptors; the first look is at everybody. */
const SMALL = 1_200;
/** Nobody's values are older than this, up to 30,000 processes; beyond, the age grows with their number. */
const LONGEST_AGE_MS = 30_000;
const MOST_A_MS = 1;
/** Where CPU time is used that nobody accounts for, everybody is read in so many looks. */
const BOOST_LOOKS = 4;
/** More busy ones than this are read in turns, the busiest at every look. */
const MOST_HOT = 2_000;
const BUSIEST = 500;
/** The turns may take this share of the time between looks: a process of 8,000 threads takes a millisecond. */
const SHARE = 0.2;
/** Of that, in a look itself, in milliseconds; the others are read behind it, in slices that no key waits for. */
const SWEEP_MS = 4;

export interface Turns {
  readonly visible: readonly ProcId[];
  /** Milliseconds between looks. */
  readonly intervalMs: number;
  /** Clock ticks that one core has in that time. */
  readonly coreTicks: number;
}

/** Of the whole machine since it started (proc_stat(5)): clock ticks of all cores in use, and forks with new threads. */
export interface SinceStart {
  readonly busy: number;
  readonly forks: number | undefined;
}

export interface Rounds {
  /** Reads everybody. @returns who is new */
  lookAtAll(): readonly Proc[];
  /** Reads those that matter at once, and others in their turn. @returns who is new */
  lookInTurns(turns: Turns, since: SinceStart | undefined): readonly Proc[];
  /** Not everybody was read once: after the very first looks at a large machine. */
  isPartial(): boolean;
  /**
   * Reads those who were not, then those whose turn it still is, until the clock of the kernel door reaches `until`.
   * @returns whether there are more
   */
  readOn(until: number): boolean;
}

export function createRounds(kernel: Kernel, table: ProcTable): Rounds {
  const arrivals = createArrivals(kernel, table);
  const unexplained = createUnexplained();
  let busyThen: number | undefined;
  let isFirst = true;
  /** Whether the first reading went on at the last look. */
  let wasPartial = false;
  /** Rows whose turn it still is, and the milliseconds that are left for them. */
  let inTurn = 0;
  let turnMs = 0;

  function lookAtAll(): Proc[] {
    isFirst = false;
    inTurn = 0;
    return arrivals.readAll();
  }

  function readKept(proc: Proc): void {
    if (table.isRead(proc)) return;
    table.keep(proc);
    table.readStat(proc.pid);
  }

  function readVisible(visible: readonly ProcId[]): void {
    for (const { pid, starttime } of visible) {
      const proc = table.procs.get(pid);
      if (proc?.starttime === starttime) readKept(proc);
    }
  }

  function readHot(): void {
    const hot = table.hot();
    if (hot.length > MOST_HOT) {
      hot.sort((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0));
      hot.length = BUSIEST;
    }
    hot.forEach(readKept);
  }

  /** Reads on in turn, those first that were read longest ago. */
  function sweep(until: number): void {
    const begun = kernel.now();
    const end = Math.min(until, begun + turnMs);
    const keepsAll = table.procs.size <= SMALL;
    while (inTurn > 0) {
      const proc = table.oldest();
      if (proc === undefined) inTurn = 0;
      else {
        if (keepsAll) table.keep(proc);
        table.readStat(proc.pid);
        inTurn--;
      }
      if ((inTurn & 63) === 0 && kernel.now() >= end) break;
    }
    turnMs -= kernel.now() - begun;
    if (turnMs <= 0) inTurn = 0;
  }

  function rowsInTurn(
    { intervalMs, coreTicks }: Turns,
    busy: number | undefined,
    othersRun: boolean,
  ): number {
    const { size } = table.procs;
    const least = Math.min(Math.max(FEW, size / 2), SMALL / 2);
    const rows = Math.max(least, Math.min(size / LONGEST_AGE_MS, MOST_A_MS) * intervalMs);
    const isBoosted =
      busy !== undefined && unexplained.isWanted(busy, table.explained(), coreTicks, othersRun);
    return Math.ceil(isBoosted ? Math.max(rows, size / BOOST_LOOKS) : rows);
  }

  /** Children of those that left have another parent now, which nothing but their own stat tells. */
  function adopt(): void {
    const { left, procs } = table;
    if (left.size === 0) return;
    for (const proc of procs.values())
      if (left.has(proc.ppid) && !table.isRead(proc)) table.readStat(proc.pid);
  }

  function lookInTurns(turns: Turns, since: SinceStart | undefined): Proc[] {
    const busy = since && busyThen !== undefined ? since.busy - busyThen : undefined;
    busyThen = since?.busy;
    const passed = arrivals.passed(since?.forks);
    const wasFirst = isFirst;
    // A small machine is read at once; the rows of a large one come over the next looks, the oldest pids first.
    if (isFirst) arrivals.begin(SMALL);
    isFirst = false;
    const isPartial = arrivals.isPartial();
    if (!isPartial) table.endFirst();
    const isFresh = wasPartial; // those were read a moment ago
    wasPartial = isPartial;
    if (wasFirst) return [];
    if (passed.how === 'lapped') return lookAtAll();

    const births = arrivals.findNew(passed);
    readVisible(turns.visible);
    readHot();
    inTurn = isFresh ? 0 : rowsInTurn(turns, busy, passed.othersRun);
    turnMs = turns.intervalMs * SHARE;
    sweep(kernel.now() + (table.procs.size <= SMALL ? turnMs : SWEEP_MS));
    births.push(...arrivals.findGone(SMALL));
    adopt();
    return births;
  }

  function readOn(until: number): boolean {
    if (arrivals.isPartial() && arrivals.goOn(until)) return true;
    sweep(until);
    return arrivals.goOn(until) || inTurn > 0;
  }

  return { lookAtAll, lookInTurns, isPartial: arrivals.isPartial, readOn };
}
