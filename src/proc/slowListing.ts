// A listing of a proc root that has so many processes that a key would wait for it: in slices, between looks. 100,000
// names take 50 ms of CPU; who came and who left is shown by the look after. Where nobody is known yet, this is how the
// rows of a large machine come in, the oldest first: procfs lists by number (fs/proc/base.c, next_tgid).
import { isFailure, type Kernel, type Names } from '../kernel.ts';
import type { Proc } from '../types.ts';
import type { ProcTable } from './table.ts';

export interface SlowListing {
  /** Begins a listing, unless one goes on. */
  begin(): void;
  /**
   * Goes on, reads who is new and asks for those that are not listed, until the clock of the kernel door reaches `until`.
   * @returns whether there is more to do
   */
  goOn(until: number): boolean;
  /** Who was found since this was asked last. */
  births(): Proc[];
}

/** @param done told when a listing has come to its end, what it cost in milliseconds, and whether nobody of those known had left */
export function createSlowListing(
  kernel: Kernel,
  table: ProcTable,
  done: (cost: number, inVain: boolean) => void,
): SlowListing {
  let names: Names | undefined;
  /** Known when it began and not listed so far. At the end each is asked: a listing that others change may skip one. */
  let missing = new Set<number>();
  const births: Proc[] = [];
  let cost = 0;
  let known = 0;
  let left = 0;

  function read(pid: number): void {
    const born = table.readStat(pid);
    if (born !== undefined) births.push(born);
  }

  function listOn(listing: Names, until: number): void {
    do {
      const from = kernel.now();
      const some = listing.next();
      cost += kernel.now() - from; // reading who is new is not what a listing costs
      if (isFailure(some) || some.length === 0) {
        names = undefined;
        if (isFailure(some)) missing.clear(); // nothing can be said of those that were to come
        return;
      }
      for (const name of some) {
        const pid = pidOf(name);
        if (pid !== undefined && !missing.delete(pid) && !table.procs.has(pid)) read(pid);
      }
    } while (kernel.now() < until);
  }

  function askMissing(until: number): void {
    const from = kernel.now();
    for (const pid of missing) {
      missing.delete(pid);
      read(pid);
      if (!table.procs.has(pid)) left++;
      if (kernel.now() >= until) break;
    }
    cost += kernel.now() - from;
  }

  return {
    begin() {
      if (names !== undefined || missing.size > 0) return;
      const begun = kernel.names('.');
      if (isFailure(begun)) return; // no descriptor free: the next look tries again
      names = begun;
      missing = new Set(table.procs.keys());
      known = missing.size;
      cost = 0;
      left = 0;
    },
    goOn(until) {
      if (names === undefined && missing.size === 0) return false;
      if (names !== undefined) listOn(names, until);
      if (names === undefined) askMissing(until);
      if (names !== undefined || missing.size > 0) return true;
      done(cost, known > 0 && left === 0);
      return false;
    },
    births: () => births.splice(0),
  };
}

/** The pid that a name in a proc root stands for; undefined for other files (proc(5)). */
export function pidOf(name: string): number | undefined {
  const first = name.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 ? Number(name) : undefined;
}
