// `slots --json`, in the order of the contract (DESIGN 1).
import type { Group, Sample } from '../types.ts';

export function slotsJson(sample: Sample, groups: readonly Group[]): object {
  const { slots } = sample;
  const { tasks, users, cgroups, tightest } = slots;
  return {
    tasks: { used: tasks.used, limit: tasks.limit, limitedBy: tasks.limitedBy },
    pidMax: slots.pidMax,
    threadsMax: slots.threadsMax,
    processes: slots.processes,
    visibleTasks: slots.visibleTasks,
    forksPerSecond: slots.forksPerSecond,
    users: users.map(({ uid, user, tasks: used, limit, exempt }) => ({
      uid,
      user,
      tasks: used,
      limit,
      exempt,
    })),
    cgroups: cgroups.map(({ path, version, current, max, refused }) => ({
      path,
      version,
      current,
      max,
      refused,
    })),
    groups: groups.map((group) => ({
      name: group.name,
      user: group.uids.map((uid) => sample.userName(uid)).join(','),
      processes: group.processes,
      slots: group.slots,
      spawnPerSecond: group.spawnPerSecond,
    })),
    tightest: { kind: tightest.kind, name: tightest.name, used: tightest.used, limit: tightest.limit },
    fullInSeconds: slots.fullInSeconds,
  };
}
