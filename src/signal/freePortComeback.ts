// Who has the port now that it was free, or passed on: one that was started again, or somebody else. Told by who started
// it (the same ancestor as its like of before), or by the unit or container that it runs in.
import { containerName } from '../derive/container.ts';
import { nameOf } from '../derive/name.ts';
import type { Kernel } from '../kernel.ts';
import { unitOf } from '../proc/cgroup.ts';
import { readEnviron } from '../proc/environ.ts';
import type { Proc, ProcId, Respawned, Sample, Target } from '../types.ts';
import { ancestorsOf, respawnerOf } from './respawner.ts';

/** What is known of the machine from before the first signal. The look's own table moves on, so this is a copy. */
export interface Past {
  readonly known: ReadonlyMap<number, number>;
  readonly ended: readonly {
    readonly name: string;
    readonly ppid: number;
    readonly place: string | undefined;
    readonly above: readonly ProcId[];
  }[];
}

/** The unit or container of a process: what is started again as one. A login's session is none. */
function placeOf({ cgroup }: Proc): string | undefined {
  const unit = unitOf(cgroup);
  return containerName(cgroup) ?? (unit?.endsWith('.service') === true ? unit : undefined);
}

export function pastOf({ procs }: Pick<Sample, 'procs'>, targets: readonly Target[]): Past {
  return {
    known: new Map([...procs.values()].map(({ pid, starttime }) => [pid, starttime])),
    ended: targets.flatMap((target) => {
      const proc = procs.get(target.pid);
      if (proc === undefined) return [];
      const above = ancestorsOf(proc, procs).map(({ pid, starttime }) => ({ pid, starttime }));
      return [{ name: target.name, ppid: proc.ppid, place: placeOf(proc), above }];
    }),
  };
}

/**
 * A process that holds the port and is no target, as one that came back.
 * @returns undefined where it is somebody else: one that was there before, or that nobody of the old chain started
 */
export function comebackOf(kernel: Kernel, past: Past, proc: Proc, sample: Sample): Respawned | undefined {
  const isNew = ({ pid, starttime }: Proc): boolean => past.known.get(pid) !== starttime;
  if (!isNew(proc)) return undefined;
  const { pid, comm, ppid } = proc;
  const by = respawnerOf({ newcomer: proc, procs: sample.procs, isNew, environ: readEnviron(kernel, pid) });
  const place = placeOf(proc);
  const isBack = past.ended.some((old) => {
    if (place !== undefined && old.place === place) return true;
    if (by === undefined) return false;
    const isLike = old.name === nameOf(proc);
    if (by.pid > 1) {
      const distance = old.above.findIndex((one) => one.pid === by.pid && one.starttime === by.starttime);
      // Another program under the same parent is what that parent keeps alive, unless people type into it.
      return isLike ? distance >= 0 : distance === 0 && by.kind !== 'shell loop';
    }
    // Half of the machine hangs on pid 1, so there the name has to be the same too.
    return isLike && old.ppid === 1 && old.place === place;
  });
  if (!isBack) return undefined;
  const respawned = { pid, comm, ppid, unit: place ?? null };
  return by === undefined ? respawned : { ...respawned, by };
}
