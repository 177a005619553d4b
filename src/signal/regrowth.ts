// Looks for those who come back after a kill: processes that were not there before it, and are of the same kind.
import { nameOf } from '../derive/name.ts';
import { isFailure, type Kernel } from '../kernel.ts';
import { containerOf } from '../derive/container.ts';
import { unitOf } from '../proc/cgroup.ts';
import { readEnviron } from '../proc/environ.ts';
import { createProcTable } from '../proc/table.ts';
import { readClockTicks } from '../proc/ticks.ts';
import type { Need, Proc, ProcId, Respawned, Target } from '../types.ts';
import { respawnerOf } from './respawner.ts';
import { isUnhurriedAbove, waitingAbove, type WaitingAbove } from './waiting.ts';

export interface RegrowthOptions {
  /** The pids at the look that the plan was made of; those that are there now without this. */
  readonly known?: Iterable<number>;
  /** Whether a newcomer answers to what was asked for. */
  readonly isMember?: (proc: Proc) => boolean;
  /** What that question has to know beyond names. */
  readonly needs?: readonly Need[];
}

export interface Regrowth {
  /** @returns all that came back since the watch began, and live; if none of them lives, those that did */
  look(killed: readonly Target[]): readonly Respawned[];
  /** Somebody above the targets starts programs again after a while: to be watched for longer. */
  readonly isUnhurried: boolean;
  /** Who would start the targets again in time, as it stood when the watch began. */
  readonly waiting: WaitingAbove;
}

/** For names, for the supervisor's kind, and for its advice. */
const NEEDS: readonly Need[] = ['uid', 'cmdline', 'exe', 'cgroup', 'cwd'];

interface Seen {
  readonly id: ProcId;
  readonly respawned: Respawned;
}

/**
 * Starts the watch: to be called before the first signal.
 * A newcomer counts when it answers to `isMember`, and also when it has the name of someone who was killed, and the
 * same ancestor of that one started it. The name alone proves nothing: bash comes and goes.
 */
export function watchRegrowth(
  kernel: Kernel,
  targets: readonly Target[],
  { known, isMember = () => false, needs = [] }: RegrowthOptions = {},
): Regrowth {
  const { ticksPerSecond, pageSize } = readClockTicks(kernel);
  const table = createProcTable(kernel, ticksPerSecond, pageSize);
  const before = new Set(known ?? pidsOf(kernel));
  const wanted = [...new Set([...NEEDS, ...needs])];
  const seen = new Map<string, Seen>();

  function read(pid: number): Proc | undefined {
    table.readStat(pid);
    const proc = table.procs.get(pid);
    if (proc !== undefined) table.readDetails(proc, wanted, true);
    return proc;
  }
  /** Reads a process's ancestors too: they are in the table afterwards. */
  function readUp(pid: number): number[] {
    const above: number[] = [];
    for (let proc = read(pid); proc !== undefined && proc.pid > 1; proc = read(proc.ppid)) {
      if (above.includes(proc.ppid)) break;
      above.push(proc.ppid);
    }
    return above;
  }

  const startedBy = new Map<Target, ReadonlySet<number>>();
  const cgroups = new Map<Target, string | undefined>();
  for (const target of targets) {
    startedBy.set(target, new Set(readUp(target.pid)));
    cgroups.set(target, table.procs.get(target.pid)?.cgroup);
  }
  const isUnhurried = isUnhurriedAbove(targets, table.procs);
  const waiting = waitingAbove(targets, table.procs);
  const starttimes = new Map(targets.map(({ pid, starttime }) => [pid, starttime]));

  /** A target's number may have been given to a newcomer. */
  function isNew({ pid, starttime }: ProcId): boolean {
    const old = starttimes.get(pid);
    return old === undefined ? !before.has(pid) : starttime !== old;
  }
  function isLikeOf(target: Target, proc: Proc, by: number | undefined): boolean {
    if (nameOf(proc) !== target.name || by === undefined) return false;
    if (by > 1) return startedBy.get(target)?.has(by) === true;
    // Half of the machine hangs on pid 1, so there the service or container has to be the same.
    return target.ppid === 1 && placeOf(proc.cgroup) === placeOf(cgroups.get(target));
  }

  function meet(pid: number, killed: readonly Target[]): void {
    readUp(pid);
    const proc = table.procs.get(pid);
    if (proc === undefined || proc.state === 'Z' || pid === kernel.pid || !isNew(proc)) return;
    const environ = readEnviron(kernel, pid);
    const by = respawnerOf({ newcomer: proc, procs: table.procs, isNew, environ });
    if (!isMember(proc) && !killed.some((target) => isLikeOf(target, proc, by?.pid))) return;
    const { comm, ppid, starttime } = proc;
    const respawned = { pid, comm, ppid, unit: placeOf(proc.cgroup) ?? null };
    seen.set(`${pid}:${starttime}`, {
      id: { pid, starttime },
      respawned: by === undefined ? respawned : { ...respawned, by },
    });
  }

  return {
    isUnhurried,
    waiting,
    look(killed) {
      for (const pid of pidsOf(kernel)) if (!before.has(pid) || starttimes.has(pid)) meet(pid, killed);
      const all = [...seen.values()];
      const alive = all.filter(({ id }) => read(id.pid)?.starttime === id.starttime);
      return (alive.length > 0 ? alive : all).map(({ respawned }) => respawned);
    },
  };
}

function placeOf(cgroup: string | undefined): string | undefined {
  return unitOf(cgroup) ?? containerOf(cgroup);
}

function pidsOf(kernel: Kernel): number[] {
  const names = kernel.list('.');
  return isFailure(names) ? [] : names.filter((name) => /^\d+$/.test(name)).map(Number);
}
