// The lines of the process table in any order, kept from look to look: only siblings whose values passed each other are
// sorted again, and only lines that stand otherwise are made anew. To make 28,000 of them took three times as long as to
// read those processes that matter.
import type { Sample } from '../types.ts';
import { createBranches, type Branch, type Family } from './branches.ts';
import { cellOf, type Cell } from './cell.ts';
import { columnOf, type Column } from './column.ts';
import { COLUMNS } from './columns.ts';
import { lineSteps } from './branchLines.ts';
import { compareValues, isDescending } from './order.ts';
import { shownProcs, type Outlook } from './outlook.ts';
import type { ProcessRow } from './row.ts';
import { eachStep, type Steps } from './steps.ts';

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
      if (!isGrouped || !isServed || hasMoved || isFolded)
        rows = unlessSame(rows, yield* lineSteps(roots, isTree, sample, collapsed));
      made = { shape, socketsOf, kernelThreads, collapsed };
      isBusy = false;
      return rows;
    },
  };
}

function isSorted(children: readonly Branch[], inOrder: (a: Branch, b: Branch) => number): boolean {
  for (let i = 1; i < children.length; i++)
    if (inOrder(children[i - 1] as Branch, children[i] as Branch) > 0) return false;
  return true;
}

function unlessSame(before: readonly ProcessRow[], now: readonly ProcessRow[]): readonly ProcessRow[] {
  return now.length === before.length && now.every((row, i) => row === before[i]) ? before : now;
}
