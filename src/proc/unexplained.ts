// CPU time that the machine used and no row that was read accounts for: somebody who slept may have woken up. It may as
// well be used outside of our pid namespace, or by those that came and went between two looks, and then a search over all
// finds nothing; on a busy host it must not be made again at every look. One who spins is running whenever we look, and still
// is at the next look: the end of a compiler, or what a dead child took with it, sets nothing off.

/**
 * Below this, as a share of one core, in clock ticks a look, and as a share of all that is in use, it is the kernel's own
 * work and the noise of two ways of counting: 20 of 150 ticks in a namespace of 28,000 where nothing happens.
 */
const LEAST_OF_A_CORE = 0.2;
const LEAST_TICKS = 10;
const LEAST_SHARE = 0.3;
/** A search over all takes so many looks. */
const LOOKS = 4;
/** What it found nothing for is let be until it grows so far, or for so many looks: each time twice as many. */
const GROWN = 1.5;
const FIRST_REST = 40;
const LONGEST_REST = 320;
/** After so many looks without any, what is used next is somebody else. */
const CALM_LOOKS = 8;

export interface Unexplained {
  /**
   * Whether the rest is to be read faster in this look.
   * @param busy clock ticks that all cores were in use since the look before
   * @param explained those that the rows read so far used in that time
   * @param core those that one core has in that time
   * @param othersRun somebody beside us is running at this moment, or nobody knows
   */
  isWanted(busy: number, explained: number, core: number, othersRun: boolean): boolean;
}

export function createUnexplained(): Unexplained {
  /** Looks that the search still takes; it goes on where it was when the load pauses, as that of a busy host does. */
  let remaining = 0;
  let explainedThen = 0;
  let rest = 0;
  let nextRest = FIRST_REST;
  let restLevel = 0;
  let calm = 0;
  let wasNoticed = false;

  function forget(): void {
    remaining = 0;
    rest = 0;
    nextRest = FIRST_REST;
    wasNoticed = false;
  }

  return {
    isWanted(busy, explained, core, othersRun) {
      const open = busy - explained;
      const least = Math.max(LEAST_TICKS, core * LEAST_OF_A_CORE);
      rest = Math.max(0, rest - 1);
      if (!othersRun || open <= least || open <= LEAST_SHARE * busy) {
        const isFound = remaining > 0 && explained > explainedThen + least;
        if (++calm >= CALM_LOOKS || isFound) forget();
        return false;
      }
      calm = 0;
      if (remaining === 0) {
        const isNews = rest === 0 || open >= restLevel * GROWN + least;
        const isSure = isNews && wasNoticed;
        wasNoticed = isNews && !isSure;
        if (!isSure) return false;
        remaining = LOOKS;
        explainedThen = explained;
      }
      if (--remaining === 0) {
        rest = nextRest;
        restLevel = open;
        nextRest = Math.min(LONGEST_REST, nextRest * 2);
      }
      return true;
    },
  };
}
