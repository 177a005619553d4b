// The process forest: every process once, orphans and rings of parents included.
import type { Proc, Sample } from '../types.ts';
import { atOnce, mapSteps, STRIDE, type Steps } from './steps.ts';

/** A forest: each process is a root, or the child of one other. */
export interface Family {
  readonly roots: readonly Proc[];
  readonly childrenOf: (proc: Proc) => readonly Proc[];
}

const NONE: readonly Proc[] = [];

/**
 * Who is whose child among `procs`, siblings in the order given. Where only some processes are shown, a child hangs on
 * its nearest shown ancestor (`all` knows the ones in between), so that a filter keeps what it can of the family.
 */
export function familyOf(procs: readonly Proc[], all: ReadonlyMap<number, Proc>): Family {
  return atOnce(familySteps(procs, all));
}

/** The same with rests, for many. */
export function* familySteps(procs: readonly Proc[], all: ReadonlyMap<number, Proc>): Steps<Family> {
  const shownAbove = shownParents(procs, all);
  // By pid, which a Map finds several times faster than an object.
  const children = new Map<number, Proc[]>();
  const roots: Proc[] = [];
  let mayRing = false;
  for (let i = 0; i < procs.length; i++) {
    if (i % STRIDE === STRIDE - 1) yield;
    const proc = procs[i] as Proc;
    const parent = shownAbove(proc);
    if (parent === undefined) {
      roots.push(proc);
      continue;
    }
    // No parent is younger than its child, so all of a ring are of one age, and one of them has a parent of no smaller pid.
    mayRing ||= parent.starttime === proc.starttime && parent.pid >= proc.pid;
    const siblings = children.get(parent.pid);
    if (siblings === undefined) children.set(parent.pid, [proc]);
    else siblings.push(proc);
  }
  const family = { roots, childrenOf: (proc: Proc): readonly Proc[] => children.get(proc.pid) ?? NONE };
  if (mayRing) {
    cutRings(procs, family, (proc) => {
      const siblings = children.get(shownAbove(proc)?.pid ?? 0) ?? [];
      siblings.splice(siblings.indexOf(proc), 1);
      roots.push(proc);
    });
  }
  return family;
}

/**
 * The parent by its pid. One that started after its child is none: the parent was reaped while we looked, and its
 * number is somebody else's, who must not be shown (and with its tree killed) as the parent of a stranger.
 */
function parentOf(proc: Proc, all: ReadonlyMap<number, Proc>): Proc | undefined {
  const parent = all.get(proc.ppid);
  return parent !== undefined && parent !== proc && parent.starttime <= proc.starttime ? parent : undefined;
}

/** Answers with the nearest shown ancestor of a process; each hidden one between is asked for its own only once. */
export function shownParents(
  procs: readonly Proc[],
  all: ReadonlyMap<number, Proc>,
): (proc: Proc) => Proc | undefined {
  if (procs.length === all.size) return (proc) => parentOf(proc, all);
  const shown = new Set(procs);
  const known = new Map<Proc, Proc | undefined>();
  return (proc) => {
    const climbed: Proc[] = [];
    let above = parentOf(proc, all);
    while (above !== undefined && !shown.has(above) && !known.has(above)) {
      climbed.push(above);
      known.set(above, undefined); // a ring of hidden parents comes back here, and ends in nobody
      above = parentOf(above, all);
    }
    const found = above === undefined || shown.has(above) ? above : known.get(above);
    for (const hidden of climbed) known.set(hidden, found);
    return found;
  };
}

/** A torn look can make a ring of parents, which no root leads to: the first of each ring, in the order given, is made one. */
function cutRings(procs: readonly Proc[], family: Family, makeRoot: (proc: Proc) => void): void {
  let reached = 0;
  const count = (): number => reached++;
  for (const root of family.roots) walk(root, family.childrenOf, count);
  if (reached === procs.length) return;

  const met = new Set<Proc>();
  const meet = (proc: Proc): unknown => met.add(proc);
  for (const root of family.roots) walk(root, family.childrenOf, meet);
  for (const proc of procs) {
    if (met.has(proc)) continue;
    makeRoot(proc);
    walk(proc, family.childrenOf, meet);
  }
}

/** Visits one and all below it, each parent before its children. Not by recursion: 30,000 deep is a possible attack. */
export function walk<Item>(
  root: Item,
  childrenOf: (item: Item) => readonly Item[],
  visit: (item: Item) => unknown,
): void {
  const stack = [root];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    visit(item);
    const children = childrenOf(item);
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] as Item);
  }
}

/** A process with all its descendants, itself first, each once. */
export function branchOf(root: Proc, family: Family): Proc[] {
  const branch: Proc[] = [];
  walk(root, family.childrenOf, (proc) => branch.push(proc));
  return branch;
}

/** A process with all its descendants in the whole table. */
export function wholeTree(proc: Proc, { procs }: Pick<Sample, 'procs'>): readonly Proc[] {
  return branchOf(proc, familyOf([...procs.values()], procs));
}

/** By pid, the value of each process with those of all its descendants; unknown where none is known. With rests, for many. */
export function* totalSteps(
  family: Family,
  value: (proc: Proc) => number | undefined,
): Steps<ReadonlyMap<number, number | undefined>> {
  const procs = [...family.roots];
  const parentAt = procs.map(() => -1);
  for (let i = 0; i < procs.length; i++) {
    if (i % STRIDE === STRIDE - 1) yield;
    for (const child of family.childrenOf(procs[i] as Proc)) {
      procs.push(child);
      parentAt.push(i);
    }
  }
  const totals = yield* mapSteps(procs, value);
  // From the end: children stand after their parent, and have all that is below them when they are added to it.
  for (let i = procs.length - 1; i >= 0; i--) {
    const parent = parentAt[i] as number;
    const own = totals[i];
    if (parent >= 0 && own !== undefined) totals[parent] = (totals[parent] ?? 0) + own;
  }
  const byPid = new Map<number, number | undefined>();
  for (let i = 0; i < procs.length; i++) {
    if (i % STRIDE === STRIDE - 1) yield;
    byPid.set((procs[i] as Proc).pid, totals[i]);
  }
  return byPid;
}
