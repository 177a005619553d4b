// The process forest as lines of a table.
import type { Proc } from '../types.ts';
import { STRIDE, type Steps } from './steps.ts';
import { branchOf, type Family } from './tree.ts';

/** A line of the forest, in drawing order. */
export interface Node {
  readonly proc: Proc;
  readonly isLast: boolean;
  /** The node above it in the forest; undefined for a root. */
  readonly parent: Node | undefined;
  readonly depth: number;
  readonly hasChildren: boolean;
  /** The process and all its descendants, itself first; filled for a collapsed node only. */
  readonly branch: readonly Proc[] | undefined;
}

/**
 * The forest as lines, children of collapsed nodes left out; with rests, for many.
 * @param arrange puts siblings in order
 */
export function* forestSteps(
  family: Family,
  arrange: (siblings: readonly Proc[]) => readonly Proc[],
  isCollapsed: (proc: Proc) => boolean,
): Steps<Node[]> {
  const lines: Node[] = [];
  interface Level {
    readonly siblings: readonly Proc[];
    readonly parent: Node | undefined;
    next: number;
  }
  const levels: Level[] = [{ siblings: arrange(family.roots), parent: undefined, next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const proc = level.siblings[level.next++];
    if (proc === undefined) {
      levels.pop();
      continue;
    }
    const children = family.childrenOf(proc);
    const hasChildren = children.length > 0;
    const collapsed = hasChildren && isCollapsed(proc);
    const node: Node = {
      proc,
      isLast: level.next === level.siblings.length,
      parent: level.parent,
      depth: levels.length - 1,
      hasChildren,
      branch: collapsed ? branchOf(proc, family) : undefined,
    };
    lines.push(node);
    if (lines.length % STRIDE === 0) yield;
    if (hasChildren && !collapsed) levels.push({ siblings: arrange(children), parent: node, next: 0 });
  }
  return lines;
}
