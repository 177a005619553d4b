// `slotop slots`: how many tasks are used, against every limit that can refuse the next fork.
import { duration, plural } from '../derive/format.ts';
import { groupsOf } from '../derive/groups.ts';
import { GROUP_COLUMNS, limitsOf, SLOT_COLUMNS } from '../derive/otherColumns.ts';
import { safe } from '../derive/safe.ts';
import { createSampler } from '../proc/sample.ts';
import { EXIT } from '../signal/report.ts';
import type { Group, Sample } from '../types.ts';
import { isGiven, type Command, type Context } from './command.ts';
import { json } from './json.ts';
import { tableText } from './table.ts';

/** Rates are measured between two looks this far apart, in milliseconds. */
const BETWEEN_LOOKS_MS = 250;
/** So many groups are shown to people; a document has them all. */
const SHOWN_GROUPS = 10;

function largestGroups(sample: Sample): Group[] {
  return groupsOf(sample.procs.values(), sample).sort(
    (a, b) => b.slots - a.slots || (a.name < b.name ? -1 : 1),
  );
}

/** `slots --json`, in the order of the contract (DESIGN 1). */
function slotsJson(sample: Sample, groups: readonly Group[]): object {
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

function slotsText(sample: Sample, groups: readonly Group[], context: Context): string {
  const { tasks, tightest, forksPerSecond, fullInSeconds, visibleTasks, processes } = sample.slots;
  const share = ((tightest.used / tightest.limit) * 100).toFixed(1);
  const lines = [
    `tightest  ${tightest.kind} ${tightest.name}: ${tightest.used} of ${tightest.limit} (${share}%)`,
    `tasks     ${tasks.used} of ${tasks.limit} (${tasks.limitedBy}); seen ${visibleTasks} in ${plural(processes, 'process', 'processes')}`,
    `new tasks ${forksPerSecond === null ? '-' : forksPerSecond.toFixed(1)} a second`,
    ...(fullInSeconds === null ? [] : [`full in   ${duration(fullInSeconds)}`]),
  ];
  const limits = tableText(SLOT_COLUMNS, limitsOf(sample), sample, context);
  const largest = tableText(GROUP_COLUMNS, groups.slice(0, SHOWN_GROUPS), sample, context);
  return `${lines.map((line) => safe(line, context.ascii)).join('\n')}\n\n${limits}\n${largest}`;
}

export const slots: Command = {
  name: 'slots',
  usage: 'slots',
  summary: 'show every limit on tasks with what is used of it, and who uses it',
  options: { json: { type: 'boolean', help: 'one JSON document' } },
  run(context, _words, given) {
    const kernel = context.kernel();
    const sampler = createSampler(kernel);
    const wants = { all: ['cmdline', 'exe'], shown: [], visible: [], portBudgetMs: 0 } as const;
    sampler.look(wants);
    kernel.sleep(BETWEEN_LOOKS_MS);
    const sample = sampler.look(wants);
    const groups = largestGroups(sample);
    context.stdio.out(
      isGiven(given, 'json') ? json(slotsJson(sample, groups)) : slotsText(sample, groups, context),
    );
    return EXIT.holds;
  },
};
