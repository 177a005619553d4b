// How fast a limit fills, from its own count of the last seconds: a fork rate would count those that leave as well.
import type { LimitState, SlotLimit } from '../types.ts';

const WINDOW_MS = 10_000;
/** The last minute is kept as one count every so many milliseconds. */
export const HISTORY_STEP_MS = 2_000;
export const HISTORY_STEPS = 30;
/** Hosts can have thousands of limited groups: only so many are followed, the nearest to theirs. */
const FOLLOWED = 256;

interface Point {
  readonly at: number;
  readonly used: number;
}

/** What is remembered of one limit. */
interface Past {
  /** Of the window, and one older than that where looks are far apart. */
  readonly points: Point[];
  /** Counts of the last minute, oldest first, the last one of the step `step`. */
  readonly history: number[];
  step: number;
}

/** How full a limit is, 0 to 1 and beyond. A limit of 0 refuses everything: it is full whatever is used. */
export function shareOf({ used, limit }: SlotLimit): number {
  return limit > 0 ? used / limit : 1;
}

/** A limit that is looked at; `free` where fewer tasks can begin than the difference says (pid_max). */
export interface LimitLook extends SlotLimit {
  readonly free?: number;
}

/** Follows limits from look to look. @returns each as it stands, with the growth and the minute behind it */
export function createGrowth() {
  let followed = new Map<string, Past>();

  /** @param now monotonic milliseconds */
  return (limits: readonly LimitLook[], now: number): LimitState[] => {
    const next = new Map<string, Past>();
    for (const limit of nearest(limits)) {
      const key = `${limit.kind} ${limit.name}`;
      const past = followed.get(key) ?? { points: [], history: [], step: Math.floor(now / HISTORY_STEP_MS) };
      note(past, limit.used, now);
      next.set(key, past);
    }
    followed = next;
    return limits.map((limit) => stateOf(limit, next.get(`${limit.kind} ${limit.name}`)));
  };
}

function nearest(limits: readonly LimitLook[]): readonly LimitLook[] {
  if (limits.length <= FOLLOWED) return limits;
  return [...limits].sort((a, b) => shareOf(b) - shareOf(a)).slice(0, FOLLOWED);
}

function note(past: Past, used: number, now: number): void {
  const { points, history } = past;
  points.push({ at: now, used });
  // The point before the last stays however old it is: looks may be a minute apart.
  while (points.length > 2 && now - (points[0] as Point).at > WINDOW_MS) points.shift();

  const step = Math.floor(now / HISTORY_STEP_MS);
  const before = history.pop();
  // Steps without a look show the count before them.
  for (let empty = past.step; empty < step && before !== undefined; empty++) history.push(before);
  history.push(used);
  if (history.length > HISTORY_STEPS) history.splice(0, history.length - HISTORY_STEPS);
  past.step = step;
}

/** Tasks a second that the limit gained over the window; null before a second look at it. */
function growthOf(past: Past | undefined): number | null {
  const first = past?.points[0];
  const last = past?.points.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  return ((last.used - first.used) / (last.at - first.at)) * 1000;
}

function stateOf(limit: LimitLook, past: Past | undefined): LimitState {
  const growth = growthOf(past);
  const free = limit.free ?? Math.max(0, limit.limit - limit.used);
  return {
    ...limit,
    free,
    growth,
    fullInSeconds: free === 0 ? 0 : growth === null || growth <= 0 ? null : free / growth,
    history: [...(past?.history ?? [limit.used])],
  };
}
