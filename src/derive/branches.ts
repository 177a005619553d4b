// Who stands below whom in the process table, kept from look to look: only those that came, left or got another parent
// change their place.
import type { Proc, Sample } from '../types.ts';
import { cellOf, type Cell } from './cell.ts';
import type { Value } from './column.ts';
import type { ProcessRow } from './row.ts';
import { eachStep, type Steps } from './steps.ts';
import { shownParents } from './tree.ts';

/** Processes with the same parent in the table, or with none; in a list, all. */
export interface Family {
  children: Branch[];
}

export interface Branch extends Family {
  readonly proc: Proc;
  cell: Cell;
  family: Family | undefined;
  /** What it is ordered by; where the column adds up, with all below it. */
  value: Value;
  /** Its line when it was drawn last. */
  row: ProcessRow | undefined;
  /** The last look at which it was there. */
  seen: number;
}

export interface Branches {
  readonly roots: Family;
  /** Each after its parent. */
  everybody(): readonly Branch[];
  /**
   * Puts `procs`, and nobody else, where they belong. With rests.
   * @returns whether all can be reached from the roots: those whose parents make a ring can not
   */
  regroup(procs: readonly Proc[], sample: Sample): Steps<boolean>;
}

/** Of all that have no children; never written to. */
export const NOBODY: Branch[] = [];

/** @param isTree whether children stand below their parents */
export function createBranches(isTree: boolean): Branches {
  const byPid = new Map<number, Branch>();
  const roots: Family = { children: NOBODY };
  let everybody: readonly Branch[] = NOBODY;
  let look = 0;

  function meet(proc: Proc, sample: Sample, bereft: Set<Family | undefined>): void {
    let branch = byPid.get(proc.pid);
    if (branch?.proc !== proc) {
      bereft.add(branch?.family);
      branch = {
        proc,
        cell: cellOf(proc, sample),
        family: undefined,
        value: undefined,
        row: undefined,
        seen: look,
        children: NOBODY,
      };
      byPid.set(proc.pid, branch);
    }
    branch.seen = look;
  }

  function forgetTheGone(bereft: Set<Family | undefined>): void {
    for (const [pid, { seen, family }] of byPid) {
      if (seen === look) continue;
      byPid.delete(pid);
      bereft.add(family);
    }
  }

  function moveTo(family: Family, branch: Branch, bereft: Set<Family | undefined>): void {
    if (branch.family === family) return;
    bereft.add(branch.family);
    branch.family = family;
    if (family.children === NOBODY) family.children = [branch];
    else family.children.push(branch);
  }

  function removeStrangers(family: Family): void {
    const own = family.children.filter((child) => child.seen === look && child.family === family);
    family.children = own.length === 0 ? NOBODY : own;
  }

  return {
    roots,
    everybody: () => everybody,
    *regroup(procs, sample) {
      look++;
      const bereft = new Set<Family | undefined>();
      yield* eachStep(procs, (proc) => meet(proc, sample, bereft));
      if (byPid.size > procs.length) forgetTheGone(bereft);
      const shownAbove = isTree ? shownParents(procs, sample.procs) : () => undefined;
      yield* eachStep(procs, (proc) => {
        const parent = shownAbove(proc);
        const family = parent === undefined ? roots : (byPid.get(parent.pid) ?? roots);
        moveTo(family, byPid.get(proc.pid) as Branch, bereft);
      });
      for (const family of bereft) if (family !== undefined) removeStrangers(family);
      const reached = roots.children.slice();
      yield* eachStep(reached, ({ children }) => {
        for (const child of children) reached.push(child);
      });
      everybody = reached;
      return reached.length === procs.length;
    },
  };
}
