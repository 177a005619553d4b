// Keeps the processes from look to look, each under its identity. The only writer of Proc.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Need, Proc } from '../types.ts';
import { detailReaders } from './details.ts';
import * as stat from './stat.ts';

/** proc_pid_stat(5) field 9, PF_FORKNOEXEC: forked, and not yet a program of its own. */
const PF_FORKNOEXEC = 0x40;
/** A young process is still settling: it execs, drops root, is moved to its cgroup. */
const YOUNG_MS = 5_000;
/** Titles are rewritten in place (nginx, postgres) without a trace in stat. */
const RENEW_MS = 5_000;
/** Below this a share of CPU is mostly the 10 ms step of the clock ticks. */
const SHORTEST_INTERVAL_MS = 90;

/** A Proc with what only the table needs to know of it. */
interface Entry extends Proc {
  /** When each detail was last read, by Need; absent when never. */
  detailAt: Partial<Record<Need, number>>;
  /** utime + stime at the reading before, for CPU %. */
  ticks: number;
  ticksAt: number;
  /** The look that saw it last. */
  look: number;
}

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
  const line = stat.newStatLine();
  const readers = detailReaders(pageSize);
  let look = 0;
  let firstLook = true;

  function fill(entry: Entry, now: number): void {
    const { field } = line;
    entry.comm = line.comm;
    entry.state = line.state;
    entry.ppid = field[stat.PPID] as number;
    entry.pgrp = field[stat.PGRP] as number;
    entry.session = field[stat.SESSION] as number;
    entry.ttyNr = field[stat.TTY_NR] as number;
    entry.flags = field[stat.FLAGS] as number;
    entry.utime = field[stat.UTIME] as number;
    entry.stime = field[stat.STIME] as number;
    entry.nice = field[stat.NICE] as number;
    // A zombie that is being reaped may say 0; it still holds its slot.
    entry.nlwp = Math.max(1, field[stat.NUM_THREADS] as number);
    entry.vsize = field[stat.VSIZE] as number;
    entry.rss = (field[stat.RSS] as number) * pageSize;
    entry.startstack = field[stat.STARTSTACK] as number;
    entry.readAt = now;
  }

  function born(pid: number, starttime: number, now: number): Entry {
    const unknown = undefined;
    const entry = {
      pid,
      starttime,
      seenAt: firstLook ? 0 : now,
      cpu: unknown,
      uid: unknown,
      cmdline: unknown,
      exe: unknown,
      cgroup: unknown,
      shr: unknown,
      ioRead: unknown,
      ioWrite: unknown,
      wchan: unknown,
      cwd: unknown,
      fds: unknown,
      oom: unknown,
      detailAt: {},
      look,
    } as unknown as Entry;
    fill(entry, now);
    entry.ticks = entry.utime + entry.stime;
    entry.ticksAt = now;
    entries.set(pid, entry);
    return entry;
  }

  /** An exec changes comm, the stack's place or the flag; what was read of the old program is void. */
  function hasExeced(entry: Entry): boolean {
    const { field } = line;
    return (
      entry.comm !== line.comm ||
      entry.startstack !== field[stat.STARTSTACK] ||
      ((entry.flags & PF_FORKNOEXEC) !== 0 && ((field[stat.FLAGS] as number) & PF_FORKNOEXEC) === 0)
    );
  }

  function readStat(pid: number): Proc | undefined {
    const known = entries.get(pid);
    const bytes = kernel.read(`${pid}/stat`);
    if (bytes === 'denied' || bytes === 'limit') {
      // We could not look: that says nothing about the process.
      if (known !== undefined) known.look = look;
      return undefined;
    }
    if (isFailure(bytes) || !stat.parseStat(bytes, line)) {
      entries.delete(pid);
      return undefined;
    }
    const now = kernel.now();
    const starttime = line.field[stat.STARTTIME] as number;
    if (known === undefined || known.starttime !== starttime) return born(pid, starttime, now);

    if (hasExeced(known)) known.detailAt = {};
    fill(known, now);
    known.look = look;
    const ticks = known.utime + known.stime;
    const elapsed = now - known.ticksAt;
    if (elapsed >= SHORTEST_INTERVAL_MS) {
      known.cpu = ((ticks - known.ticks) / ticksPerSecond / elapsed) * 100_000;
      known.ticks = ticks;
      known.ticksAt = now;
    }
    return undefined;
  }

  function readDetails(proc: Proc, needs: readonly Need[], fresh: boolean): void {
    const entry = proc as Entry;
    const now = kernel.now();
    for (const need of needs) {
      const readAt = entry.detailAt[need];
      const young = entry.seenAt > 0 && now - entry.seenAt < YOUNG_MS;
      const stale =
        readAt === undefined ||
        young ||
        (fresh && (readers[need].holds === 'look' || now - readAt >= RENEW_MS));
      if (!stale) continue;
      readers[need].read(kernel, entry);
      entry.detailAt[need] = now;
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
