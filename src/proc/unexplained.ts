// CPU time that the machine used and no row that was read accounts for: somebody who slept may have woken up.

/** Below this, in clock ticks a look and as a share of all that is in use, it is the noise of two ways of counting. */
const LEAST_TICKS = 10;
const LEAST_SHARE = 0.3;
/** What a search found nothing for (used outside of our namespace, or by those that have ended) is let be until it grows so far, or this long. */
const GROWN = 1.5;
const MUTED_MS = 60_000;
/** A search over all takes so many looks. */
const LOOKS = 4;

export interface Unexplained {
  /**
   * Whether the rest is to be read faster in this look.
   * @param busy clock ticks that all cores were in use since the look before
   * @param explained those that the rows read so far used in that time
   */
  isWanted(busy: number, explained: number, now: number): boolean;
}

export function createUnexplained(): Unexplained {
  let remaining = 0;
  let mutedLevel = 0;
  let mutedUntil = 0;

  return {
    isWanted(busy, explained, now) {
      const open = busy - explained;
      const isMuch = open > LEAST_TICKS && open > LEAST_SHARE * busy;
      if (!isMuch) {
        remaining = 0; // found
        return false;
      }
      if (remaining === 0) {
        if (now < mutedUntil && open < mutedLevel * GROWN + LEAST_TICKS) return false;
        remaining = LOOKS;
      }
      if (--remaining === 0) {
        mutedLevel = open;
        mutedUntil = now + MUTED_MS;
        remaining = 0;
      }
      return true;
    },
  };
}
