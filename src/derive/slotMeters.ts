// The meters of slots: the limits that refuse the next fork, the nearest first.
import type { CgroupSlots, Sample, SlotLimit, UserSlots } from '../types.ts';
import { count, rate } from './format.ts';
import { nameText, shareOf, shareWords, type MeterContext, type MeterLine, type Words } from './meterLine.ts';

/** A wait up to this long is told: the drift of a quiet machine would be full in hours, and is none. */
const LONGEST_TOLD_S = 900;
/** Tasks that are born or leave between the count of all and the look at each: so many are not hidden, only missed. */
const MISSED_BETWEEN = 8;

/** A cgroup by its last folder: the one that tells it from the others. */
function limitName({ kind, name }: Pick<SlotLimit, 'kind' | 'name'>): string {
  return kind === 'cgroup' ? (name.split('/').findLast((folder) => folder !== '') ?? '/') : name;
}

/** Growth of that very limit, and when it is reached; once it is, how many tasks are made all the same. */
function growthWords({ slots }: Sample): Words[] {
  const { tightest, fullInSeconds: seconds, forksPerSecond } = slots;
  if (seconds === null || seconds === 0 || seconds > LONGEST_TOLD_S) {
    return [{ text: `new ${forksPerSecond === null ? '-' : rate(forksPerSecond)}/s`, drop: 4 }];
  }
  const growth = rate((tightest.limit - tightest.used) / Math.max(seconds, 1));
  return [
    { text: `+${growth}/s`, style: 'bad', drop: 4 },
    { text: `full in ${Math.ceil(seconds)} s`, style: 'bad', drop: 7 },
  ];
}

/** `worker +812/s, 31204 slots: press R`; in little room the name and the key. */
function suspectWords({ suspect, theme }: MeterContext): Words[] {
  if (suspect === undefined) return [];
  const growth = suspect.growth > 0 ? `+${rate(suspect.growth)}/s, ` : '';
  return [
    { text: nameText(suspect.name, theme), style: 'bad', drop: 10 },
    { text: `${growth}${suspect.slots} slots:`, style: 'bad', drop: 6 },
    { text: 'press R', style: 'bad', drop: 9 },
  ];
}

/** Line 1: the tightest limit, how fast tasks are made, and how long until it is reached. */
export function slotsLine(context: MeterContext): MeterLine {
  const { sample, theme, live } = context;
  const { tightest, fullInSeconds } = sample.slots;
  const share = shareOf(tightest.used, tightest.limit);
  const isLive = live.startsWith('LIVE');
  return [
    { text: 'SLOTS', style: 'title' },
    { text: `${tightest.kind} ${nameText(limitName(tightest), theme)}`, drop: 3 },
    { text: `${tightest.used}/${tightest.limit}`, style: 'strong' },
    { share, drop: 5 },
    { ...shareWords(share, share >= 1 || fullInSeconds === 0), drop: 8 },
    ...growthWords(sample),
    ...suspectWords(context),
    { text: live, style: isLive ? 'dim' : 'warn', drop: isLive ? 2 : 5 },
    { text: nameText(sample.machine.hostname, theme), style: 'dim', drop: 1 },
  ];
}

/** The first of the largest. */
function most<Item>(items: readonly Item[], size: (item: Item) => number): Item | undefined {
  return items.reduce<Item | undefined>(
    (best, item) => (best === undefined || size(item) > size(best) ? item : best),
    undefined,
  );
}

/** The user nearest to their own limit; where nobody has one, who holds the most. */
function nearestUser(users: readonly UserSlots[]): UserSlots | undefined {
  const bound = users.filter(({ limit, exempt }) => limit !== null && !exempt);
  return (
    most(bound, ({ tasks, limit }) => shareOf(tasks, limit ?? Infinity)) ?? most(users, ({ tasks }) => tasks)
  );
}

export function userLine({ sample, theme }: MeterContext): MeterLine {
  const user = nearestUser(sample.slots.users);
  if (user === undefined) return [{ text: 'user', style: 'label' }, { text: '-' }];
  const name: Words = { text: `user ${nameText(user.user, theme)}`, style: 'label' };
  if (user.limit === null || user.exempt) {
    const why = user.exempt ? 'limit does not bind' : 'no limit';
    return [name, { text: `${user.tasks} tasks` }, { text: why, style: 'dim', drop: 1 }];
  }
  const share = shareOf(user.tasks, user.limit);
  return [name, { text: `${user.tasks}/${user.limit}` }, { share, drop: 1 }, shareWords(share)];
}

function nearestCgroup(cgroups: readonly CgroupSlots[]): CgroupSlots | undefined {
  return most(
    cgroups.filter(({ max }) => max !== null),
    ({ current, max }) => shareOf(current, max ?? Infinity),
  );
}

export function cgroupLine({ sample, theme }: MeterContext): MeterLine {
  const { cgroups, visibleTasks, tasks } = sample.slots;
  const seen: MeterLine =
    tasks.used - visibleTasks > MISSED_BETWEEN
      ? [{ text: `seen ${visibleTasks} of ${tasks.used} tasks`, style: 'warn' }]
      : [];
  const cgroup = nearestCgroup(cgroups);
  if (cgroup === undefined || cgroup.max === null) {
    return [{ text: 'cgroup', style: 'label' }, { text: 'no limit', style: 'dim' }, ...seen];
  }
  const share = shareOf(cgroup.current, cgroup.max);
  const refused = cgroup.refused ?? 0;
  return [
    { text: `cgroup ${nameText(limitName({ kind: 'cgroup', name: cgroup.path }), theme)}`, style: 'label' },
    { text: `${cgroup.current}/${cgroup.max}` },
    { share, drop: 1 },
    shareWords(share),
    ...(refused > 0 ? [{ text: `refused ${count(refused)} forks`, style: 'bad' as const, drop: 2 }] : []),
    ...seen,
  ];
}
