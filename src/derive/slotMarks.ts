// Who held how many slots at a look: by name, by user and name, and within the control group that was the tightest.
import type { Sample, SlotLimit } from '../types.ts';
import { nameOf } from './name.ts';
import { isKernelThread } from './outlook.ts';

export type Slots = ReadonlyMap<string, number>;

/** One look: all limits and all names, because the limit that is the tightest now may not have been it before. */
export interface Mark {
  readonly at: number;
  /** What was used, by limit. */
  readonly used: Slots;
  readonly names: Slots;
  readonly namesOfUser: ReadonlyMap<number, Slots>;
  /** Where the tightest limit was a control group's: that limit, and the names in the group. */
  readonly group: { readonly limit: string; readonly names: Slots } | undefined;
  /** When the names were counted: while nothing grows the count of an earlier look stands. */
  readonly countedAt: number;
  /** The sample's when they were: while it is the same, that count is right. */
  readonly census: number | undefined;
}

export const keyOf = ({ kind, name }: SlotLimit): string => `${kind} ${name}`;

/**
 * The mark of this look.
 * @param last whose count of the names still stands; undefined counts them
 */
export function markOf(sample: Sample, last: Mark | undefined): Mark {
  const { at, slots, census } = sample;
  const used = new Map([...slots.limits, slots.tightest].map((limit) => [keyOf(limit), limit.used]));
  return last === undefined
    ? { at, used, ...slotsByName(sample), countedAt: at, census }
    : { ...last, at, used };
}

function slotsByName({ procs, slots }: Sample): Pick<Mark, 'names' | 'namesOfUser' | 'group'> {
  const names = new Map<string, number>();
  const namesOfMembers = new Map<string, number>();
  const namesOfUser = new Map<number, Map<string, number>>();
  for (const proc of procs.values()) {
    if (isKernelThread(proc)) continue;
    const name = nameOf(proc);
    names.set(name, (names.get(name) ?? 0) + proc.nlwp);
    if (slots.tightestMembers?.has(proc.pid) === true)
      namesOfMembers.set(name, (namesOfMembers.get(name) ?? 0) + proc.nlwp);
    if (proc.uid === undefined) continue;
    const own = namesOfUser.get(proc.uid) ?? new Map<string, number>();
    own.set(name, (own.get(name) ?? 0) + proc.nlwp);
    namesOfUser.set(proc.uid, own);
  }
  const group = slots.tightestMembers && { limit: keyOf(slots.tightest), names: namesOfMembers };
  return { names, namesOfUser, group };
}

/** A mark as the tightest limit has it: only those whom it binds count. */
export interface View {
  readonly at: number;
  readonly used: number;
  /** Undefined where nobody looked into the control group. */
  readonly names: Slots | undefined;
}

export const NOBODY: Slots = new Map();

export function viewsOf(marks: readonly Mark[], { slots: { tightest, users } }: Sample): View[] {
  const key = keyOf(tightest);
  const uid = tightest.kind === 'user' ? users.find(({ user }) => user === tightest.name)?.uid : undefined;
  const namesIn = ({ names, namesOfUser, group }: Mark): Slots | undefined => {
    if (tightest.kind === 'cgroup') return group?.limit === key ? group.names : undefined;
    return uid === undefined ? names : (namesOfUser.get(uid) ?? NOBODY);
  };
  return marks.map((mark) => ({
    at: mark.at,
    used: mark.used.get(key) ?? 0, // a limit that was not there yet
    names: namesIn(mark),
  }));
}
