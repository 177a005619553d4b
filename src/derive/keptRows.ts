// The lines of the process table in any order, kept from look to look: only siblings whose values passed each other are
// sorted again, and only lines that stand otherwise are made anew. To make 28,000 of them took five times as long as to
// read those processes that matter.
import type { Proc, Sample } from '../types.ts';
import { createBranches, type Branch, type Family } from './branches.ts';
import { branchCell, cellOf, type Cell } from './cell.ts';
import { columnOf, type Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import type { Node } from './forest.ts';
import { compareValues, isDescending } from './order.ts';
import { shownProcs, type Outlook } from './outlook.ts';
import { keyOf, type ProcessRow } from './row.ts';
import { eachStep, STRIDE, type Steps } from './steps.ts';

export interface KeptRows {
  /** At work, or left off in the middle of it: nobody else may begin. */
  isBusy(): boolean;
  /**
   * The lines, for an outlook without filter and owner; the same array where no line is another. With rests.
   * Undefined where parents make a ring.
   */
  rowSteps(sample: Sample, outlook: Outlook): Steps<readonly ProcessRow[] | undefined>;
}

/** What the lines were made of, beside values that move. */
type Made = Pick<Sample, 'shape' | 'socketsOf'> & Pick<Outlook, 'kernelThreads' | 'collapsed'>;

/** @param isTree whether children stand below their parents, or all are in one list */
export function createKeptRows(isTree: boolean): KeptRows {
  const { roots, everybody, regroup } = createBranches(isTree);
  let rows: readonly ProcessRow[] = [];
  let made: Made | undefined;
  let isBusy = false;

  function* giveSockets(sample: Sample): Steps<void> {
    yield* eachStep(everybody(), (branch) => {
      const cell = cellOf(branch.proc, sample);
      if (cell.sockets === branch.cell.sockets) return;
      branch.cell = cell;
      branch.row = undefined;
    });
  }

  function* findValues(column: Column<Cell>, sample: Sample): Steps<void> {
    yield* eachStep(everybody(), (branch) => {
      branch.value = column.value(branch.cell, sample);
    });
    if (isTree && column.sums === true) addUp();
  }

  /** From the end, so that each has all that is below it when it is added to its parent. */
  function addUp(): void {
    const all = everybody();
    for (let i = all.length - 1; i >= 0; i--) {
      const { value, family } = all[i] as Branch;
      if (value === undefined || family === roots) continue;
      const parent = family as Branch;
      parent.value = ((parent.value ?? 0) as number) + (value as number);
    }
  }

  /** @returns whether anybody had to move */
  function* sort(descending: boolean): Steps<boolean> {
    const inOrder = (a: Branch, b: Branch): number =>
      compareValues(a.value, b.value, descending) || a.proc.pid - b.proc.pid;
    let hasMoved = false;
    const settle = ({ children }: Family): void => {
      if (isSorted(children, inOrder)) return;
      children.sort(inOrder);
      hasMoved = true;
    };
    settle(roots);
    if (isTree) yield* eachStep(everybody(), settle);
    return hasMoved;
  }

  function* draw(sample: Sample, { collapsed }: Outlook): Steps<readonly ProcessRow[]> {
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
    return lines.length === rows.length && lines.every((line, i) => line === rows[i]) ? rows : lines;
  }

  return {
    isBusy: () => isBusy,
    *rowSteps(sample, outlook) {
      isBusy = true;
      const { shape, socketsOf } = sample;
      const { kernelThreads, collapsed, sort: order } = outlook;
      const isGrouped = shape === made?.shape && kernelThreads === made?.kernelThreads;
      if (!isGrouped && !(yield* regroup(shownProcs(sample, outlook), sample))) return undefined;
      const isServed = socketsOf === made?.socketsOf;
      if (!isServed) yield* giveSockets(sample);
      const column = columnOf(COLUMNS, order.processes.column) as Column<Cell>;
      yield* findValues(column, sample);
      const hasMoved = yield* sort(isDescending(column, order.processes));
      // The sums of folded branches move while nobody does.
      const isFolded = collapsed.size > 0 || collapsed !== made?.collapsed;
      if (!isGrouped || !isServed || hasMoved || isFolded) rows = yield* draw(sample, outlook);
      made = { shape, socketsOf, kernelThreads, collapsed };
      isBusy = false;
      return rows;
    },
  };
}

/** Where the drawing is: siblings, the line of their parent, and whose turn it is. */
interface Level {
  readonly family: Family;
  readonly parent: Node | undefined;
  next: number;
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

function isSorted(children: readonly Branch[], inOrder: (a: Branch, b: Branch) => number): boolean {
  for (let i = 1; i < children.length; i++)
    if (inOrder(children[i - 1] as Branch, children[i] as Branch) > 0) return false;
  return true;
}
