// Lines of the process table from its branches. One that stands as it stood when it was drawn last is the same object.
import type { Proc, Sample } from '../types.ts';
import type { Branch, Family } from './branches.ts';
import { branchCell } from './cell.ts';
import type { Node } from './forest.ts';
import { keyOf, type ProcessRow } from './row.ts';
import { STRIDE, type Steps } from './steps.ts';

/** Where the drawing is: siblings, the line of their parent, and whose turn it is. */
interface Level {
  readonly family: Family;
  readonly parent: Node | undefined;
  next: number;
}

/** All of them in their order, those below a folded one left out. With rests. */
export function* lineSteps(
  roots: Family,
  isTree: boolean,
  sample: Sample,
  collapsed: ReadonlySet<string>,
): Steps<ProcessRow[]> {
  const lines: ProcessRow[] = [];
  const levels: Level[] = [{ family: roots, parent: undefined, next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const branch = level.family.children[level.next++];
    if (branch === undefined) {
      levels.pop();
      continue;
    }
    const isFolded = collapsed.size > 0 && branch.children.length > 0 && collapsed.has(keyOf(branch.proc));
    const row = isTree ? inTree(branch, level, levels.length - 1, isFolded, sample) : inList(branch);
    lines.push(row);
    if (lines.length % STRIDE === 0) yield;
    if (isTree && !isFolded && branch.children.length > 0)
      levels.push({ family: branch, parent: row.node, next: 0 });
  }
  return lines;
}

function inList(branch: Branch): ProcessRow {
  const { proc, cell } = branch;
  return (branch.row ??= { kind: 'process', key: keyOf(proc), proc, cell, node: undefined });
}

/** Its line of before, if it stands where it stood. */
function inTree(
  branch: Branch,
  { family, parent, next }: Level,
  depth: number,
  isFolded: boolean,
  sample: Sample,
): ProcessRow {
  const { proc, row: before } = branch;
  const isLast = next === family.children.length;
  const hasChildren = branch.children.length > 0;
  const was = before?.node;
  if (
    before !== undefined &&
    was !== undefined &&
    was.parent === parent &&
    was.isLast === isLast &&
    was.hasChildren === hasChildren &&
    !isFolded &&
    was.branch === undefined
  )
    return before;
  const below = isFolded ? procsOf(branch) : undefined;
  const node = { proc, isLast, parent, depth, hasChildren, branch: below };
  const cell = below === undefined ? branch.cell : branchCell(below, sample);
  return (branch.row = { kind: 'process', key: keyOf(proc), proc, cell, node });
}

/** The process and all below it, itself first. */
function procsOf(root: Branch): Proc[] {
  const below: Branch[] = [root];
  for (const { children } of below) for (const child of children) below.push(child);
  return below.map(({ proc }) => proc);
}
