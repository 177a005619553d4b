// Who came back after all were dead, and who started them again: named with the command that stops it for good.
import type { Kernel } from '../../kernel.ts';
import { containerOf } from '../../derive/container.ts';
import { unitOf } from '../../proc/cgroup.ts';
import { readEnviron } from '../../proc/environ.ts';
import type { Need, Proc, ProcId, Respawned, Sample, Target } from '../../types.ts';
import { watchRegrowth, type Regrowth } from '../regrowth.ts';
import { respawnerOf } from '../respawner.ts';
import type { Census, Known } from './census.ts';
import type { SweepRequest } from './membership.ts';

/** For the supervisor's kind, and for its advice. */
const NEEDS: readonly Need[] = ['uid', 'cmdline', 'exe', 'cgroup', 'cwd'];
/** So many targets that were meant one by one are watched. */
const MOST = 20;

export interface Comeback {
  /** Reads up from a member that is back to who was there before the sweep. */
  name(known: Known): Respawned;
  /** The likes of targets that nothing but their pid was known of: same name, started by the same ancestor. */
  likes(killed: readonly Target[]): readonly Respawned[];
}

/** To be made before the first signal. */
export function createComeback(
  kernel: Kernel,
  { plan, sample, recruits }: SweepRequest,
  census: Census,
): Comeback {
  const before = startsOf(sample);
  const isNew = ({ pid, starttime }: ProcId): boolean => before.get(pid) !== starttime;
  const roots = plan.targets.filter(({ matched }) => !matched.startsWith('below')).slice(0, MOST);
  const regrowth: Regrowth | undefined =
    recruits.length > 0 || roots.length === 0
      ? undefined
      : watchRegrowth(kernel, roots, { known: sample.procs.keys() });

  /** The process and its ancestors, with what tells a supervisor. A torn look can make a ring of them: each once. */
  function readUp(known: Known): Map<number, Proc> {
    const procs = new Map<number, Proc>();
    for (let one: Known | undefined = known; one !== undefined && !procs.has(one.proc.pid);) {
      census.readDetails(one, NEEDS);
      procs.set(one.proc.pid, one.proc);
      one = one.proc.ppid > 0 ? census.look(one.proc.ppid) : undefined;
    }
    return procs;
  }

  return {
    name(known) {
      const { proc } = known;
      const procs = readUp(known);
      const environ = readEnviron(kernel, proc.pid);
      const by = respawnerOf({ newcomer: proc, procs, isNew, environ });
      const unit = unitOf(proc.cgroup) ?? containerOf(proc.cgroup) ?? null;
      const respawned = { pid: proc.pid, comm: proc.comm, ppid: proc.ppid, unit };
      return by === undefined ? respawned : { ...respawned, by };
    },
    likes: (killed) => regrowth?.look(killed.filter((target) => roots.includes(target))) ?? [],
  };
}

function startsOf({ procs }: Pick<Sample, 'procs'>): Map<number, number> {
  const starts = new Map<number, number>();
  for (const { pid, starttime } of procs.values()) starts.set(pid, starttime);
  return starts;
}
