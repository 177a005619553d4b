// Lines of the process table from its branches. One that stands as it stood when it was drawn last is the same object.
import type { Proc, Sample } from '../types.ts';
import { NOBODY, type Branch, type Family } from './branches.ts';
import { branchCell } from './cell.ts';
import { drawSteps, type Node } from './forest.ts';
import { keyOf, type ProcessRow } from './row.ts';
import type { Steps } from './steps.ts';
import { walk } from './tree.ts';

/** All of them in their order, those below a folded one left out. With rests. */
export function* lineSteps(
  { children }: Family,
  isTree: boolean,
  sample: Sample,
  collapsed: ReadonlySet<string>,
): Steps<ProcessRow[]> {
  const isFolded = ({ proc, children: below }: Branch): boolean =>
    collapsed.size > 0 && below.length > 0 && collapsed.has(keyOf(proc));
  const lines: ProcessRow[] = [];
  yield* drawSteps(
    children,
    (branch, isLast, parent, depth) => {
      const place = { isLast, parent, depth };
      const row = isTree ? inTree(branch, place, isFolded(branch), sample) : inList(branch);
      lines.push(row);
      return row.node;
    },
    (branch, node) => (isTree && node?.branch === undefined ? branch.children : NOBODY),
  );
  return lines;
}

function inList(branch: Branch): ProcessRow {
  const { proc, cell } = branch;
  return (branch.row ??= { kind: 'process', key: keyOf(proc), proc, cell, node: undefined });
}

/** Its line of before, if it stands where it stood. */
function inTree(
  branch: Branch,
  { isLast, parent, depth }: Pick<Node, 'isLast' | 'parent' | 'depth'>,
  isFolded: boolean,
  sample: Sample,
): ProcessRow {
  const { proc, row: before } = branch;
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
  const procs: Proc[] = [];
  walk(
    root,
    ({ children }) => children,
    ({ proc }) => procs.push(proc),
  );
  return procs;
}
