// Process slots: how many tasks there are, against every limit that can refuse the next fork.
import type { Kernel } from '../kernel.ts';
import type { CgroupSlots, Proc, SlotLimit, SlotUsage, UserSlots } from '../types.ts';
import { createCgroupSlots } from './cgroupSlots.ts';
import { createGrowth, secondsUntilFull, shareOf } from './growth.ts';
import { createHostSlots, type HostSlots } from './hostSlots.ts';
import { parseSystemStat } from './systemStat.ts';
import { readText } from './text.ts';
import { createUserSlots } from './userSlots.ts';

export interface SlotTracker {
  /**
   * Looks at all limits.
   * @param procs every process that can be seen, with its uid
   * @param now milliseconds of the kernel door's monotonic clock
   */
  update(procs: ReadonlyMap<number, Proc>, now: number): SlotUsage;
}

/** Sources: proc_loadavg(5), proc_sys_kernel(5), proc_stat(5), proc_pid_limits(5), cgroups(7); see the readers. */
export function createSlotTracker(
  kernel: Kernel,
  userName: (uid: number | undefined) => string,
): SlotTracker {
  const readHost = createHostSlots(kernel);
  const readUsers = createUserSlots(kernel, userName);
  const readCgroups = createCgroupSlots(kernel);
  const growth = createGrowth();
  let lastForks: number | undefined;
  let lastAt = 0;

  function forksPerSecond(now: number): number | null {
    const forks = parseSystemStat(readText(kernel, 'stat') ?? '')?.forks;
    const [before, since] = [lastForks, now - lastAt];
    lastForks = forks;
    lastAt = now;
    if (forks === undefined || before === undefined || since <= 0) return null;
    return ((forks - before) / since) * 1000;
  }

  function update(procs: ReadonlyMap<number, Proc>, now: number): SlotUsage {
    let visibleTasks = 0;
    for (const proc of procs.values()) visibleTasks += proc.nlwp;
    const host = readHost(visibleTasks);
    const users = readUsers(procs, now);
    const cgroups = readCgroups(now);
    const limits = bindingLimits(host, users, cgroups);
    growth.note(limits, now);
    const tightest = tightestOf(limits);
    return {
      ...host,
      processes: procs.size,
      visibleTasks,
      forksPerSecond: forksPerSecond(now),
      users,
      cgroups,
      tightest,
      fullInSeconds: secondsUntilFull(tightest, growth.rate(tightest)),
    };
  }

  return { update };
}

/** Everything that can say no, the host first: it binds all, so it wins a tie. */
export function bindingLimits(
  host: HostSlots,
  users: readonly UserSlots[],
  cgroups: readonly CgroupSlots[],
): [SlotLimit, ...SlotLimit[]] {
  const { used, limit, limitedBy } = host.tasks;
  const limits: [SlotLimit, ...SlotLimit[]] = [{ kind: 'host', name: limitedBy, used, limit }];
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

/** The limit with the largest share in use; of equals the first, so the host. */
export function tightestOf(limits: readonly [SlotLimit, ...SlotLimit[]]): SlotLimit {
  return limits.reduce((most, limit) => (shareOf(limit) > shareOf(most) ? limit : most));
}
