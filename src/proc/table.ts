// Keeps the processes from look to look, each under its identity. The only writer of Proc.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Need, Proc } from '../types.ts';
import { detailReaders } from './details.ts';
import { fillFrom, hasExeced, newEntry, type Entry } from './entry.ts';
import { newStatLine, parseStat, STARTTIME, STAT_RECORD } from './stat.ts';

/** A young process is still settling: it execs, drops root, is moved to its cgroup. */
const YOUNG_MS = 5_000;
/** Titles are rewritten in place (nginx, postgres) without a trace in stat. With a look every 1.5 s they are seen within 5 s. */
const RENEW_MS = 3_500;
/** Below this a share of CPU is mostly the 10 ms step of the clock ticks. */
const SHORTEST_INTERVAL_MS = 90;

export interface ProcTable {
  readonly procs: ReadonlyMap<number, Proc>;
  /** Reads stat of `pid`. Answers the process if it is new, and drops it when it has gone. */
  readStat(pid: number): Proc | undefined;
  /** Makes sure that the details in `needs` are known; `fresh` reads those again that may have changed. */
  readDetails(proc: Proc, needs: readonly Need[], fresh: boolean): void;
  /** Starts a look; `endLook` drops every process that it did not see. */
  beginLook(): void;
  endLook(): void;
}

export function createProcTable(kernel: Kernel, ticksPerSecond: number, pageSize: number): ProcTable {
  const entries = new Map<number, Entry>();
  const line = newStatLine();
  const readers = detailReaders(pageSize);
  let look = 0;
  let firstLook = true;

  function born(pid: number, starttime: number, now: number): Entry {
    const entry = newEntry(pid, starttime);
    fillFrom(line, entry, pageSize, now);
    entry.seenAt = firstLook ? 0 : now;
    entry.look = look;
    entry.ticks = entry.utime + entry.stime;
    entry.ticksAt = now;
    entries.set(pid, entry);
    return entry;
  }

  function readStat(pid: number): Proc | undefined {
    const known = entries.get(pid);
    const bytes = kernel.read(`${pid}/stat`, STAT_RECORD);
    if (bytes === 'denied' || bytes === 'limit') {
      // We could not look: that says nothing about the process.
      if (known !== undefined) known.look = look;
      return undefined;
    }
    if (isFailure(bytes) || !parseStat(bytes, line)) {
      entries.delete(pid);
      return undefined;
    }
    const now = kernel.now();
    const starttime = line.field[STARTTIME] as number;
    if (known === undefined || known.starttime !== starttime) return born(pid, starttime, now);

    if (hasExeced(line, known)) known.detailAt = {};
    fillFrom(line, known, pageSize, now);
    known.look = look;
    const ticks = known.utime + known.stime;
    const elapsed = now - known.ticksAt;
    if (elapsed >= SHORTEST_INTERVAL_MS) {
      known.cpu = (Math.max(0, ticks - known.ticks) / ticksPerSecond / elapsed) * 100_000;
      known.ticks = ticks;
      known.ticksAt = now;
    }
    return undefined;
  }

  function isStale(entry: Entry, need: Need, fresh: boolean, now: number): boolean {
    const readAt = entry.detailAt[need];
    if (readAt === undefined) return true;
    const { holds } = readers[need];
    // What a zombie still answers (no links, perhaps the root's control group) is less than what was known of it.
    if (entry.state === 'Z' && holds === 'life') return false;
    if (entry.seenAt > 0 && now - entry.seenAt < YOUNG_MS) return true;
    return fresh && (holds === 'look' || now - readAt >= RENEW_MS);
  }

  function readDetails(proc: Proc, needs: readonly Need[], fresh: boolean): void {
    const entry = proc as Entry;
    const now = kernel.now();
    for (const need of needs) {
      if (!isStale(entry, need, fresh, now)) continue;
      readers[need].read(kernel, entry);
      // A command line that could not be had in a moment is asked for again.
      if (need !== 'cmdline' || entry.cmdline !== undefined) entry.detailAt[need] = now;
    }
  }

  return {
    procs: entries,
    readStat,
    readDetails,
    beginLook: () => void look++,
    endLook() {
      for (const entry of entries.values()) if (entry.look !== look) entries.delete(entry.pid);
      firstLook = false;
    },
  };
}
