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
/** After so many looks at which there was nothing to search for it is given up; fewer are pauses. */
const CALM_LOOKS = 8;
/** To be news it must be so much more than what is known to be used by nobody whom a search finds. */
const GROWN = 1.25;
/** What is known falls to what is used by now as if over so many looks, after a search that found nobody over twice as many. */
const MEMORY = 8;
const LONGEST_MEMORY = 320;

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

/** A search that goes on; where the load pauses, as that of a busy host does, it waits. */
interface Search {
  /** What the rows accounted for when it began. */
  readonly explained: number;
  isFound: boolean;
  /** The least that was used by nobody known at the looks at which it searched. */
  open: number;
  remaining: number;
  calm: number;
}

export function createUnexplained(): Unexplained {
  /** Clock ticks a look that are used and let be: a search found nobody for them, or they grew without being news. */
  let known = 0;
  let memory = MEMORY;
  let openThen = 0;
  let wasNoticed = false;
  let search: Search | undefined;

  /** What was used in one look only, or by somebody who is over, is not what goes on. */
  function learn(open: number, othersRun: boolean, least: number): void {
    const lasting = Math.min(open, openThen, othersRun ? Infinity : known);
    known = Math.max(lasting, known - (known - lasting) / memory);
    if (known < least) memory = MEMORY;
  }

  /** @returns whether it is over */
  function follow(on: Search, explained: number, isNews: boolean, least: number): boolean {
    if (explained > on.explained + least) on.isFound = true;
    if (!isNews) on.calm++;
    return on.remaining === 0 || on.calm >= CALM_LOOKS || (on.isFound && !isNews);
  }

  function end({ isFound, open: inVain }: Search, open: number): void {
    search = undefined;
    known = isFound ? open : inVain;
    if (!isFound) memory = Math.min(LONGEST_MEMORY, memory * 2);
  }

  return {
    isWanted(busy, explained, core, othersRun) {
      const open = Math.max(0, busy - explained);
      const least = Math.max(LEAST_TICKS, core * LEAST_OF_A_CORE);
      const isNews = othersRun && open > LEAST_SHARE * busy && open > known * GROWN + least;
      if (search !== undefined) {
        if (follow(search, explained, isNews, least)) end(search, open);
      } else if (isNews && wasNoticed) {
        search = { explained, isFound: false, open, remaining: LOOKS, calm: 0 };
      } else if (!isNews) learn(open, othersRun, least);
      wasNoticed = isNews;
      openThen = open;
      if (search === undefined || !isNews) return false;
      search.open = Math.min(search.open, open);
      search.remaining--;
      return true;
    },
  };
}
