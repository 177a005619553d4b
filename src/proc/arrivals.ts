// Who came and who left: told by the numbers that were given out since the last look where these are few, else by a
// listing, which of a large machine is made between looks.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { createExits } from './exits.ts';
import { createGate, isProcess, isWithin, numbersOf, type Passed, type Span } from './gate.ts';
import { createSlowListing, pidOf } from './slowListing.ts';
import type { ProcTable } from './table.ts';

/** A listing of more names than this takes longer than a key should wait: it is made between looks. */
const MOST_LISTED = 10_000;

export interface Arrivals {
  /** Reads everybody there is, at once. @returns who is new */
  readAll(): Proc[];
  /** Begins the very first reading, and goes on with it until there are more than `most`, or no more. */
  begin(most: number): void;
  /** That one goes on: nobody has read everybody yet. */
  isPartial(): boolean;
  /** Goes on with a reading or a listing until the clock of the kernel door reaches `until`. @returns whether there is more */
  goOn(until: number): boolean;
  /**
   * What the kernel's counters say of the time since this was asked last.
   * @param forks of the whole machine since it started (proc_stat(5))
   */
  passed(forks: number | undefined): Passed;
  /**
   * Reads those who came, and whoever has the number of somebody who left; not for a counter that has `lapped`: there
   * everybody is to be read. @returns who is new
   */
  findNew(passed: Passed): Proc[];
  /**
   * Looks for those who left unseen, where some seem to have.
   * @param small of so many everybody is asked within two looks anyhow @returns who is new all the same
   */
  findGone(small: number): Proc[];
}

export function createArrivals(kernel: Kernel, table: ProcTable): Arrivals {
  const gate = createGate(kernel);
  const exits = createExits(kernel);
  const slowListing = createSlowListing(kernel, table, (cost, inVain) => {
    gate.listed([]);
    exits.settled(table.procs.size, cost, inVain);
  });
  let isPartial = false;
  /** The counter of numbers asked for a listing while the first reading went on. */
  let isListOwed = false;

  /** The pids of all processes; what finding them cost is paid back by not listing for a while. */
  function listing(): { readonly pids: readonly number[]; readonly cost: number } | undefined {
    const begun = kernel.now();
    const pids = pidsOf(kernel);
    return pids && { pids, cost: kernel.now() - begun };
  }

  function read(pids: Iterable<number>, births: Proc[] = []): Proc[] {
    for (const pid of pids) {
      const born = table.readStat(pid);
      if (born !== undefined) births.push(born);
    }
    return births;
  }

  function readAll(): Proc[] {
    isPartial = false;
    slowListing.births(); // these will be told here
    const listed = listing();
    const births = read(listed?.pids ?? [...table.procs.keys()]);
    table.endLook();
    if (listed !== undefined) {
      gate.listed([]);
      exits.settled(table.procs.size, listed.cost);
    }
    return births;
  }

  /** Reads the new ones, and those whose number may be somebody else's now. */
  function lookUp(span: Span, late: Span | undefined): Proc[] {
    const pids: number[] = [];
    for (const pid of numbersOf(span, gate.pidMax()))
      if (table.procs.has(pid) || isProcess(kernel, pid)) pids.push(pid);
    if (late !== undefined) {
      for (const pid of numbersOf(late, gate.pidMax()))
        if (!table.procs.has(pid) && isProcess(kernel, pid)) pids.push(pid);
    }
    return read(pids);
  }

  /** Finds by a listing who came and who left; reads the new ones, and those whose number may be somebody else's now. */
  function list(span: Span | undefined): Proc[] {
    const listed = listing();
    if (listed === undefined) return [];
    const seen = new Set(listed.pids);
    const before = table.procs.size;
    for (const pid of table.procs.keys()) if (!seen.has(pid)) table.drop(pid);
    const inVain = table.procs.size === before;
    const unknown = listed.pids.filter((pid) => !table.procs.has(pid));
    const births = read(unknown);
    if (span !== undefined)
      read(
        [...table.procs.keys()].filter((pid) => isWithin(pid, span)),
        births,
      );
    gate.listed(unknown);
    exits.settled(table.procs.size, listed.cost, inVain);
    return births;
  }

  /** A large machine is listed behind the look, and what was found is told by the next. */
  function listBehind(): Proc[] {
    if (table.procs.size <= MOST_LISTED) return list(undefined);
    slowListing.begin();
    return slowListing.births();
  }

  function goOnReading(until: number): void {
    isPartial = slowListing.goOn(until);
    if (!isPartial) slowListing.births(); // they were there before us
  }

  return {
    readAll,
    begin(most) {
      gate.listed([]);
      slowListing.begin();
      isPartial = true;
      while (isPartial && table.procs.size <= most) goOnReading(-Infinity);
      isListOwed = table.procs.size === 0; // no descriptor was free
    },
    isPartial: () => isPartial,
    goOn(until) {
      if (!isPartial) return slowListing.goOn(until);
      goOnReading(until);
      return isPartial;
    },
    passed: (forks) => gate.passed(table.procs.size, forks),
    findNew({ span, late, how }) {
      if (how === 'try' && span !== undefined && !isListOwed) return lookUp(span, late);
      isListOwed = isPartial;
      if (isPartial) return []; // a listing goes on
      // Where the counter of numbers tells nothing every look needs one.
      return span === undefined ? listBehind() : list(span);
    },
    findGone(small) {
      const isQuiet = !gate.hasMoved();
      const mayHave = !isPartial && (table.procs.size > small || isQuiet);
      return mayHave && exits.areOwed(table.procs.size, isQuiet) ? listBehind() : [];
    },
  };
}

/** The pids of a listing of the proc root, in the order of their numbers; undefined where it can't be listed (no descriptor free). */
function pidsOf(kernel: Kernel): number[] | undefined {
  const names = kernel.list('.');
  if (isFailure(names)) return undefined;
  const pids: number[] = [];
  for (const name of names) {
    const pid = pidOf(name);
    if (pid !== undefined) pids.push(pid);
  }
  return pids.sort((a, b) => a - b);
}
