// The meters of slots: the limits that refuse the next fork, the nearest first.
import type { CgroupSlots, SlotLimit, UserSlots } from '../types.ts';
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

/** Growth of that very limit, and when it is reached. */
function growthWords({ used, limit }: SlotLimit, seconds: number): Words[] {
  const growth = rate((limit - used) / Math.max(seconds, 1));
  return [
    { text: `+${growth}/s`, style: 'bad', drop: 4 },
    { text: `full in ${Math.ceil(seconds)} s`, style: 'bad', drop: 7 },
  ];
}

/** Line 1: the tightest limit, how fast tasks are made, and how long until it is reached. */
export function slotsLine({ sample, theme, live }: MeterContext): MeterLine {
  const { tightest, forksPerSecond, fullInSeconds } = sample.slots;
  const share = shareOf(tightest.used, tightest.limit);
  const isLive = live.startsWith('LIVE');
  return [
    { text: 'SLOTS', style: 'title' },
    { text: `${tightest.kind} ${nameText(limitName(tightest), theme)}`, drop: 3 },
    { text: `${tightest.used}/${tightest.limit}`, style: 'strong' },
    { share, drop: 6 },
    { ...shareWords(share), drop: 8 },
    ...(fullInSeconds !== null && fullInSeconds <= LONGEST_TOLD_S
      ? growthWords(tightest, fullInSeconds)
      : [{ text: `new ${forksPerSecond === null ? '-' : rate(forksPerSecond)}/s`, drop: 4 }]),
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
