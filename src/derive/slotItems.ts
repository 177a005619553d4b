// The lines of the Slots view: every limit, every user whom none binds, and who spawns fastest.
import type { LimitState, Proc, Sample } from '../types.ts';
import { nameOf } from './name.ts';
import { fastestNames, fastestParents, type Spawning } from './spawning.ts';

export interface SlotItem {
  readonly kind: LimitState['kind'] | 'name' | 'parent';
  readonly name: string;
  readonly used: number;
  /** Undefined where nothing limits it. */
  readonly limit?: number;
  readonly free?: number;
  /** Share used of its limit; of the host's for what has none of its own. */
  readonly share?: number;
  /** Tasks a second: gained under a limit, born by a name or a parent. */
  readonly growth?: number | null;
  readonly fullInSeconds?: number | null;
  readonly history?: readonly number[];
  readonly refused?: number | null;
  /** The processes that it stands for, where those can be named. */
  readonly members?: readonly Proc[];
  /** More words behind the name. */
  readonly note?: string;
}

const SHOWN_NAMES = 5;
const SHOWN_PARENTS = 3;

function limitItem(limit: LimitState): SlotItem {
  return { ...limit, share: limit.limit > 0 ? limit.used / limit.limit : 1 };
}

/** Users whom no limit binds: counted all the same, and said to be so. */
function freeUsers({ slots }: Sample): SlotItem[] {
  return slots.users.flatMap(({ user, tasks, limit, exempt }) =>
    limit !== null && !exempt
      ? []
      : [
          {
            kind: 'user',
            name: user,
            used: tasks,
            note: exempt ? 'limit does not bind' : 'no limit',
          } as const,
        ],
  );
}

function spawners(sample: Sample, spawning: Spawning): SlotItem[] {
  const { limit } = sample.slots.tasks;
  const names = fastestNames(spawning).slice(0, SHOWN_NAMES);
  const parents = fastestParents(spawning).slice(0, SHOWN_PARENTS);
  if (names.length + parents.length === 0) return [];
  const byName = new Map(names.map(({ name }) => [name, [] as Proc[]]));
  const byParent = new Map(parents.map(({ pid }) => [pid, [] as Proc[]]));
  for (const proc of sample.procs.values()) {
    byName.get(nameOf(proc))?.push(proc);
    byParent.get(proc.ppid)?.push(proc);
  }
  const tasks = (procs: readonly Proc[]): number => procs.reduce((sum, { nlwp }) => sum + nlwp, 0);
  return [
    ...names.map((one): SlotItem => {
      const members = byName.get(one.name) ?? [];
      const used = tasks(members);
      return { kind: 'name', name: one.name, used, share: used / limit, growth: one.perSecond, members };
    }),
    ...parents.map((one): SlotItem => {
      const used = tasks(byParent.get(one.pid) ?? []);
      const parent = sample.procs.get(one.pid);
      const members = parent?.starttime === one.starttime ? [parent] : [];
      const name = `${one.pid} ${one.name}`;
      return { kind: 'parent', name, used, share: used / limit, growth: one.perSecond, members };
    }),
  ];
}

/** @param spawning who spawned in the last seconds, where somebody keeps count */
export function slotItems(sample: Sample, spawning?: Spawning): SlotItem[] {
  return [
    ...sample.slots.limits.map(limitItem),
    ...freeUsers(sample),
    ...(spawning === undefined ? [] : spawners(sample, spawning)),
  ];
}
