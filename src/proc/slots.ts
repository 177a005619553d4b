// Process slots: how many tasks there are, against every limit that can refuse the next fork.
import type { Kernel } from '../kernel.ts';
import type { CgroupSlots, LimitState, Proc, SlotLimit, SlotUsage, UserSlots } from '../types.ts';
import { createCgroupSlots } from './cgroupSlots.ts';
import { freePids } from './freePids.ts';
import { createGrowth, shareOf, type LimitLook } from './growth.ts';
import { createHostSlots, type HostSlots, type HostTasks } from './hostSlots.ts';
import { parseSystemStat, type SystemStat } from './systemStat.ts';
import { readText } from './text.ts';
import { countTasks, createUserSlots, type Tasks } from './userSlots.ts';

/** A control group as full as this is looked into. */
const WATCHED = 0.5;

export interface SlotTracker {
  /**
   * Looks at all limits.
   * @param procs every process that can be seen, with its uid
   * @param now milliseconds of the kernel door's monotonic clock
   * @param stat read just now, where the asker has done so
   * @param census with the same number the tasks and owners of `procs` are as they were (Sample)
   */
  update(procs: ReadonlyMap<number, Proc>, now: number, stat?: SystemStat, census?: number): SlotUsage;
}

/** Sources: proc_loadavg(5), proc_sys_kernel(5), proc_stat(5), proc_pid_limits(5), cgroups(7); see the readers. */
export function createSlotTracker(
  kernel: Kernel,
  userName: (uid: number | undefined) => string,
): SlotTracker {
  const readHost = createHostSlots(kernel);
  const readUsers = createUserSlots(kernel, userName);
  const groups = createCgroupSlots(kernel);
  const followed = createGrowth();
  let lastForks: number | undefined;
  let lastAt = 0;
  let counted: { readonly census: number; readonly tasks: Tasks } | undefined;

  function tasksOf(procs: ReadonlyMap<number, Proc>, census: number | undefined): Tasks {
    if (counted !== undefined && counted.census === census) return counted.tasks;
    const tasks = countTasks(procs);
    counted = census === undefined ? undefined : { census, tasks };
    return tasks;
  }

  function forksPerSecond(now: number, forks: number | undefined): number | null {
    const [before, since] = [lastForks, now - lastAt];
    lastForks = forks;
    lastAt = now;
    if (forks === undefined || before === undefined || since <= 0) return null;
    return ((forks - before) / since) * 1000;
  }

  function update(
    procs: ReadonlyMap<number, Proc>,
    now: number,
    stat = parseSystemStat(readText(kernel, 'stat') ?? ''),
    census?: number,
  ): SlotUsage {
    const tasks = tasksOf(procs, census);
    const visibleTasks = tasks.all;
    const host = readHost(visibleTasks);
    const users = readUsers(tasks, now);
    const cgroups = groups.read(now);
    const binding = bindingLimits(host, users, cgroups).map((limit): LimitLook =>
      limit.name === 'pid_max' && limit.kind === 'host'
        ? { ...limit, free: freePids(kernel, procs, { ...host, used: limit.used, visibleTasks }) }
        : limit,
    );
    const limits = followed(binding, now) as [LimitState, ...LimitState[]];
    const { kind, name, used, limit, fullInSeconds } = tightestOf(limits);
    return {
      tasks: host.tasks,
      pidMax: host.pidMax,
      threadsMax: host.threadsMax,
      processes: procs.size,
      visibleTasks,
      forksPerSecond: forksPerSecond(now, stat?.forks),
      users,
      cgroups,
      limits: withRefusals(limits, cgroups),
      tightest: { kind, name, used, limit },
      tightestMembers: kind === 'cgroup' && used >= limit * WATCHED ? groups.members(name) : undefined,
      fullInSeconds,
    };
  }

  return { update };
}

/** Everything that can say no, the host first: it binds all, so it wins a tie. The tighter of its two comes before the other. */
export function bindingLimits(
  { tasks, others }: Pick<HostSlots, 'tasks' | 'others'>,
  users: readonly UserSlots[],
  cgroups: readonly CgroupSlots[],
): [SlotLimit, ...SlotLimit[]] {
  const limits: [SlotLimit, ...SlotLimit[]] = [hostLimit(tasks), ...others.map(hostLimit)];
  for (const user of users) {
    if (user.exempt || user.limit === null) continue;
    limits.push({ kind: 'user', name: user.user, used: user.tasks, limit: user.limit });
  }
  for (const { path, current, max } of cgroups) {
    // An empty group's limit binds nobody, and a group kept at 0 would look full for ever.
    if (max !== null && current > 0) limits.push({ kind: 'cgroup', name: path, used: current, limit: max });
  }
  return limits;
}

function hostLimit({ used, limit, limitedBy }: HostTasks): SlotLimit {
  return { kind: 'host', name: limitedBy, used, limit };
}

function withRefusals(limits: readonly LimitState[], cgroups: readonly CgroupSlots[]): LimitState[] {
  const refused = new Map(cgroups.map((group) => [group.path, group.refused]));
  return limits.map((limit) =>
    limit.kind === 'cgroup' ? { ...limit, refused: refused.get(limit.name) ?? null } : limit,
  );
}

/** The limit with the largest share in use, one that refuses everything before all others; of equals the first, so the host. */
export function tightestOf<Limit extends LimitLook>(limits: readonly [Limit, ...Limit[]]): Limit {
  const tightness = (limit: Limit): number =>
    limit.free === 0 ? Math.max(1, shareOf(limit)) : shareOf(limit);
  return limits.reduce((most, limit) => (tightness(limit) > tightness(most) ? limit : most));
}
