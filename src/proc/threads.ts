// The threads of processes, for the rows on the screen: /proc/PID/task/TID/stat, which has the format of a process.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc, Sample } from '../types.ts';
import { newStatLine, NICE, parseStat, STARTTIME, STAT_RECORD, STIME, UTIME } from './stat.ts';

/** Of one process, and of all in one look: each costs a read, and a JVM has thousands. */
const MOST_OF_ONE = 200;
const MOST_IN_A_LOOK = 1_000;
/** Below this a share of CPU is mostly the 10 ms step of the clock ticks (as in table.ts). */
const SHORTEST_INTERVAL_MS = 90;

/** Threads beside the first, by their process; each as if it were a process, its tid standing for the pid. */
export type Threads = ReadonlyMap<Proc, readonly Proc[]>;

export interface ThreadReader {
  /** Reads the threads of `owners` again; those of others stay as they were last seen while their process lives. */
  read(owners: readonly Proc[], sample: Pick<Sample, 'procs' | 'ticksPerSecond'>): Threads;
}

export function createThreadReader(kernel: Kernel): ThreadReader {
  const line = newStatLine();
  const known = new Map<Proc, readonly Proc[]>();

  /** @returns undefined for one that has ended, or whose tid is another's by now */
  function readOne(
    owner: Proc,
    tid: number,
    before: Proc | undefined,
    ticksPerSecond: number,
  ): Proc | undefined {
    const bytes = kernel.read(`${owner.pid}/task/${tid}/stat`, STAT_RECORD);
    if (isFailure(bytes) || !parseStat(bytes, line)) return undefined;
    const now = kernel.now();
    const [utime, stime] = [line.field[UTIME] as number, line.field[STIME] as number];
    const starttime = line.field[STARTTIME] as number;
    const isSame = before?.starttime === starttime;
    const elapsed = isSame ? now - before.readAt : 0;
    const ticks = isSame ? Math.max(0, utime + stime - before.utime - before.stime) : 0;
    if (isSame && elapsed < SHORTEST_INTERVAL_MS) return before;
    return {
      ...owner,
      pid: tid,
      starttime,
      comm: line.comm,
      cmdline: [], // a thread is called by its comm; the command line is its process's
      state: line.state,
      nice: line.field[NICE] as number,
      utime,
      stime,
      nlwp: 1,
      cpu: elapsed > 0 ? (ticks / ticksPerSecond / elapsed) * 100_000 : undefined,
      readAt: now,
    };
  }

  function readAll(owner: Proc, most: number, ticksPerSecond: number): readonly Proc[] {
    const names = kernel.list(`${owner.pid}/task`);
    if (isFailure(names)) return [];
    const before = new Map(known.get(owner)?.map((thread) => [thread.pid, thread]));
    const tids = names.map(Number).filter((tid) => tid !== owner.pid);
    const threads = tids
      .sort((a, b) => a - b)
      .slice(0, Math.min(MOST_OF_ONE, most))
      .map((tid) => readOne(owner, tid, before.get(tid), ticksPerSecond));
    // The first thread carries the starttime of the process: another one means that the pid was given out again.
    const first = kernel.read(`${owner.pid}/stat`, STAT_RECORD);
    if (isFailure(first) || !parseStat(first, line) || line.field[STARTTIME] !== owner.starttime) return [];
    return threads.filter((thread) => thread !== undefined);
  }

  return {
    read(owners, { procs, ticksPerSecond }) {
      let left = MOST_IN_A_LOOK;
      for (const owner of known.keys()) if (procs.get(owner.pid) !== owner) known.delete(owner);
      for (const owner of owners) {
        if (procs.get(owner.pid) !== owner) continue;
        if (owner.nlwp < 2) known.delete(owner);
        else if (left > 0) {
          const threads = readAll(owner, left, ticksPerSecond);
          known.set(owner, threads);
          left -= threads.length;
        }
      }
      return new Map(known);
    },
  };
}
