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
 * A forest in drawing order, with rests, for many.
 * @param draw makes the line of one; its node is the parent of the lines below it
 * @param below those that stand below it, in their order; none of a folded one
 */
export function* drawSteps<Item>(
  roots: readonly Item[],
  draw: (item: Item, isLast: boolean, parent: Node | undefined, depth: number) => Node | undefined,
  below: (item: Item, node: Node | undefined) => readonly Item[],
): Steps<void> {
  let drawn = 0;
  const levels = [{ siblings: roots, parent: undefined as Node | undefined, next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const item = level.siblings[level.next++];
    if (item === undefined) {
      levels.pop();
      continue;
    }
    const node = draw(item, level.next === level.siblings.length, level.parent, levels.length - 1);
    if (++drawn % STRIDE === 0) yield;
    const siblings = below(item, node);
    if (siblings.length > 0) levels.push({ siblings, parent: node, next: 0 });
  }
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
  yield* drawSteps(
    arrange(family.roots),
    (proc, isLast, parent, depth) => {
      const hasChildren = family.childrenOf(proc).length > 0;
      const branch = hasChildren && isCollapsed(proc) ? branchOf(proc, family) : undefined;
      const node = { proc, isLast, parent, depth, hasChildren, branch };
      lines.push(node);
      return node;
    },
    (proc, node) => (node?.branch === undefined ? arrange(family.childrenOf(proc)) : []),
  );
  return lines;
}
