// How fast a limit fills, from its own count of the last seconds: a fork rate would count those that leave as well.
import type { SlotLimit } from '../types.ts';

const WINDOW_MS = 10_000;
/** Only limits about as tight as the tightest are followed: one of them may be the next. */
const FOLLOWED = 32;

interface Point {
  readonly at: number;
  readonly used: number;
}

export interface Growth {
  /** Notes the present counts. @param now monotonic milliseconds */
  note(limits: readonly SlotLimit[], now: number): void;
  /** Tasks a second that this limit gained over the window; undefined before a second look at it. */
  rate(limit: SlotLimit): number | undefined;
}

const keyOf = (limit: SlotLimit): string => `${limit.kind} ${limit.name}`;

/** How full a limit is, 0 to 1 and beyond. A limit of 0 refuses everything: it is full whatever is used. */
export function shareOf({ used, limit }: SlotLimit): number {
  return limit > 0 ? used / limit : 1;
}

export function createGrowth(): Growth {
  let points = new Map<string, Point[]>();

  function note(limits: readonly SlotLimit[], now: number): void {
    const top = limits.reduce((most, limit) => Math.max(most, shareOf(limit)), 0);
    const next = new Map<string, Point[]>();
    for (const limit of limits) {
      if (next.size >= FOLLOWED) break;
      if (shareOf(limit) < top / 2) continue;
      const past = points.get(keyOf(limit)) ?? [];
      // The last point stays however old it is: looks may be a minute apart.
      const kept = past.filter((point, i) => i === past.length - 1 || now - point.at <= WINDOW_MS);
      next.set(keyOf(limit), [...kept, { at: now, used: limit.used }]);
    }
    points = next;
  }

  function rate(limit: SlotLimit): number | undefined {
    const past = points.get(keyOf(limit));
    const first = past?.[0];
    const last = past?.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    return ((last.used - first.used) / (last.at - first.at)) * 1000;
  }

  return { note, rate };
}

/** Seconds until `limit` is full: 0 when it is, null when it does not grow (or was seen only once). */
export function secondsUntilFull(limit: SlotLimit, rate: number | undefined): number | null {
  if (limit.used >= limit.limit) return 0;
  if (rate === undefined || rate <= 0) return null;
  return (limit.limit - limit.used) / rate;
}
