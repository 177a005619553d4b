// The name whose growth explains the growth of the whole: a rogue group, named while there is time to act. What starts
// and stops (a make -j, a loop of short-lived processes) must never be named, so growth has to last, or to have filled
// the table.
import type { Sample } from '../types.ts';
import { keyOf, markOf, NOBODY, viewsOf, type Mark, type View } from './slotMarks.ts';

const KEPT_MS = 60_000;
/** While nothing grows a count of all names is taken this seldom, in a full table more often. */
const QUIET_MS = 5_000;
const TIGHT_MS = 1_000;
/** Less than that is everyday life. */
const LEAST_GROWTH = 30;
/** Of the growth of the whole. */
const EXPLAINS = 0.6;
/** The parent of those that came was there before them. */
const WITH_A_FEW_MORE = 1.1;
/** Growth in so many looks one after the other, over at least so long, lasts. */
const RISING_LOOKS = 3;
const RISING_MS = 4_000;
/** A table that is full later than that is watched for longer first. */
const SOON_S = 300;
const LEAST_SHARE = 0.1;
/** A table this full is taken for filled, and a name with this share of the limit for who filled it. */
const FILLED = 0.9;
const FILLER_SHARE = 0.25;

export interface Suspect {
  readonly name: string;
  readonly slots: number;
  /** Slots a second that it gained of late; 0 where it only holds them. */
  readonly growth: number;
}

export interface Suspicion {
  readonly marks: readonly Mark[];
  readonly suspect: Suspect | undefined;
}

export const NO_SUSPICION: Suspicion = { marks: [], suspect: undefined };

/** What is suspected after this look. */
export function suspicionAfter(past: Suspicion, sample: Sample): Suspicion {
  const { at, slots } = sample;
  const { tightest } = slots;
  const last = past.marks.at(-1);
  const isGrowing = tightest.used > (last?.used.get(keyOf(tightest)) ?? 0);
  const isTight = tightest.used >= tightest.limit * FILLED;
  const isRecent = last !== undefined && !isGrowing && at - last.countedAt < (isTight ? TIGHT_MS : QUIET_MS);
  const stillCounts = isRecent || isSameCount(last, sample);
  const marks = [
    ...past.marks.filter((one) => at - one.at <= KEPT_MS),
    markOf(sample, stillCounts ? last : undefined),
  ];
  return { marks, suspect: suspectOf(viewsOf(marks, sample), sample, past.suspect) };
}

/** Nobody came, left or got a thread. Who is in a control group is not counted by that. */
function isSameCount(last: Mark | undefined, { census, slots }: Sample): boolean {
  return census !== undefined && last?.census === census && slots.tightestMembers === undefined;
}

function suspectOf(
  marks: readonly View[],
  { slots: { tightest, fullInSeconds } }: Sample,
  before: Suspect | undefined,
): Suspect | undefined {
  const now = marks.at(-1) as View;
  const isFilled = now.used >= tightest.limit * FILLED;
  const isSoonFull = fullInSeconds !== null && fullInSeconds <= SOON_S;
  const base = isFilled ? marks[0] : isSoonFull ? risingSince(marks) : undefined;
  const found = base && explainerOf(base, now, tightest.limit * (isFilled ? FILLER_SHARE : LEAST_SHARE));
  const name = found ?? (isFilled ? before?.name : undefined);
  if (name === undefined) return undefined;
  const slots = now.names?.get(name) ?? 0;
  // Who filled it stays named while it holds its share, even when the minute of its growth has gone by.
  if (found === undefined && slots < tightest.limit * FILLER_SHARE) return undefined;
  return { name, slots, growth: growthOf(name, marks) };
}

/** The mark since which the whole has risen at every look, where that is long enough to be no start of something. */
function risingSince(marks: readonly View[]): View | undefined {
  let from = marks.length - 1;
  while (from > 0 && (marks[from - 1] as View).used < (marks[from] as View).used) from--;
  const first = marks[from];
  const last = marks.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return marks.length - 1 - from >= RISING_LOOKS && last.at - first.at >= RISING_MS ? first : undefined;
}

/** The name that grew the most since, where that explains the growth of the whole. */
function explainerOf(base: View, now: View, leastSlots: number): string | undefined {
  const whole = now.used - base.used;
  let most: { readonly name: string; readonly growth: number } | undefined;
  for (const [name, slots] of now.names ?? NOBODY) {
    const growth = slots - (base.names?.get(name) ?? 0);
    if (growth > (most?.growth ?? 0)) most = { name, growth };
  }
  if (most === undefined || whole < LEAST_GROWTH || most.growth < LEAST_GROWTH) return undefined;
  if (most.growth < whole * EXPLAINS) return undefined;
  // Where it is not known who was there before, who holds clearly more than came since may have held it all along.
  if (base.names === undefined && most.growth > whole * WITH_A_FEW_MORE) return undefined;
  return (now.names?.get(most.name) ?? 0) >= leastSlots ? most.name : undefined;
}

/** Over the last two marks. */
function growthOf(name: string, marks: readonly View[]): number {
  const [before, now] = marks.slice(-2);
  if (before?.names === undefined || now?.names === undefined) return 0;
  const gained = (now.names.get(name) ?? 0) - (before.names.get(name) ?? 0);
  return Math.max(0, (gained / (now.at - before.at)) * 1000);
}
