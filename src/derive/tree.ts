// The process forest: every process once, orphans and cycles included.
import type { Proc } from '../types.ts';

/** A line of the forest, in drawing order. */
export interface Node {
  readonly proc: Proc;
  readonly depth: number;
  readonly isLast: boolean;
  /** The node above it in the forest; undefined for a root. */
  readonly parent: Node | undefined;
  /** The process and all its descendants, itself first; filled for a collapsed node only. */
  readonly branch: readonly Proc[] | undefined;
  readonly hasChildren: boolean;
}

export interface Family {
  readonly roots: readonly Proc[];
  readonly childrenOf: (proc: Proc) => readonly Proc[];
}

const NONE: readonly Proc[] = [];

/**
 * Who is whose child among `procs`. Where only some processes are shown, a child hangs on its nearest shown ancestor
 * (`all` knows the ones in between), so that a filter keeps what it can of the family.
 */
export function familyOf(procs: readonly Proc[], all: ReadonlyMap<number, Proc>): Family {
  const shown = new Map<number, Proc>();
  for (const proc of procs) shown.set(proc.pid, proc);

  const children = new Map<number, Proc[]>();
  const roots: Proc[] = [];
  for (const proc of procs) {
    const parent = nearestShown(proc, shown, all);
    if (parent === undefined) {
      roots.push(proc);
      continue;
    }
    const siblings = children.get(parent.pid);
    if (siblings === undefined) children.set(parent.pid, [proc]);
    else siblings.push(proc);
  }
  const childrenOf = (proc: Proc): readonly Proc[] => children.get(proc.pid) ?? NONE;
  return { roots: [...roots, ...cutCycles(procs, roots, childrenOf)], childrenOf };
}

function nearestShown(
  proc: Proc,
  shown: ReadonlyMap<number, Proc>,
  all: ReadonlyMap<number, Proc>,
): Proc | undefined {
  let above = all.get(proc.ppid);
  // A torn look can make a ring of parents; nobody has this many ancestors.
  for (let steps = 0; above !== undefined && above !== proc && steps < 10_000; steps++) {
    const visible = shown.get(above.pid);
    if (visible !== undefined) return visible;
    above = all.get(above.ppid);
  }
  return undefined;
}

/** Rings of parents have no root: the first process of each ring, in the order given, becomes one. */
function cutCycles(
  procs: readonly Proc[],
  roots: readonly Proc[],
  childrenOf: Family['childrenOf'],
): readonly Proc[] {
  const reached = new Set<Proc>();
  const reach = (from: Proc): void => {
    const stack = [from];
    for (let proc = stack.pop(); proc !== undefined; proc = stack.pop()) {
      if (reached.has(proc)) continue;
      reached.add(proc);
      stack.push(...childrenOf(proc));
    }
  };
  roots.forEach(reach);
  if (reached.size === procs.length) return NONE;
  const extra: Proc[] = [];
  for (const proc of procs) {
    if (reached.has(proc)) continue;
    extra.push(proc);
    reach(proc);
  }
  return extra;
}

/** A process with all its descendants, itself first, each once. */
export function branchOf(root: Proc, family: Family): Proc[] {
  const branch: Proc[] = [];
  const seen = new Set<Proc>();
  const stack = [root];
  for (let proc = stack.pop(); proc !== undefined; proc = stack.pop()) {
    if (seen.has(proc)) continue;
    seen.add(proc);
    branch.push(proc);
    stack.push(...family.childrenOf(proc));
  }
  return branch;
}

/** The forest as lines, siblings in the given order, children of collapsed nodes left out. */
export function forestLines(
  family: Family,
  compare: (a: Proc, b: Proc) => number,
  isCollapsed: (proc: Proc) => boolean,
): Node[] {
  const lines: Node[] = [];
  const placed = new Set<Proc>();
  interface Step {
    readonly siblings: readonly Proc[];
    readonly parent: Node | undefined;
    next: number;
  }
  // Its own stack: a chain of 30,000 parents is a possible attack, and too deep for recursion.
  const stack: Step[] = [{ siblings: [...family.roots].sort(compare), parent: undefined, next: 0 }];
  for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
    const proc = step.siblings[step.next++];
    if (proc === undefined) {
      stack.pop();
      continue;
    }
    if (placed.has(proc)) continue;
    placed.add(proc);
    const children = family.childrenOf(proc);
    const collapsed = children.length > 0 && isCollapsed(proc);
    const node: Node = {
      proc,
      depth: stack.length - 1,
      isLast: step.next === step.siblings.length,
      parent: step.parent,
      branch: collapsed ? branchOf(proc, family) : undefined,
      hasChildren: children.length > 0,
    };
    lines.push(node);
    if (children.length > 0 && !collapsed) {
      stack.push({ siblings: [...children].sort(compare), parent: node, next: 0 });
    }
  }
  return lines;
}
