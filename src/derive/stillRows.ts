// The lines of the process table from look to look. As long as nobody comes, leaves or gets another parent, and the order
// is held or by what never changes, they are those of the look before; else those that stand otherwise are made anew.
import type { Proc, Sample } from '../types.ts';
import { branchCell } from './cell.ts';
import { columnOf } from './column.ts';
import { COLUMNS } from './columns.ts';
import { createKeptRows, type KeptRows } from './keptRows.ts';
import type { HeldOrder, SortOrder } from './order.ts';
import type { Outlook } from './outlook.ts';
import type { ProcessRow } from './row.ts';
import { mapSteps, type Steps } from './steps.ts';

type Maker = (sample: Sample, outlook: Outlook, held: HeldOrder) => Steps<readonly ProcessRow[]>;

/** What the rows were made of. Not the outlook itself: it is the state of the screen, with the rows of the look before. */
interface Made
  extends Pick<Sample, 'shape' | 'socketsOf'>, Pick<Outlook, 'tree' | 'kernelThreads' | 'collapsed'> {
  readonly order: SortOrder;
  readonly held: HeldOrder;
  /** Some processes were there and not read yet. */
  readonly isPartial: boolean;
  readonly rows: readonly ProcessRow[];
}

/** By table of processes: there is one for each sampler. */
const made = new WeakMap<ReadonlyMap<number, Proc>, Made>();
const kept = new WeakMap<ReadonlyMap<number, Proc>, { readonly tree: boolean; readonly rows: KeptRows }>();

/** One that another look left off in the middle of its work is let be. */
function keptFor({ procs }: Sample, tree: boolean): KeptRows {
  const known = kept.get(procs);
  if (known !== undefined && known.tree === tree && !known.rows.isBusy()) return known.rows;
  const rows = createKeptRows(tree);
  kept.set(procs, { tree, rows });
  return rows;
}

function areStill(before: Made, sample: Sample, outlook: Outlook, held: HeldOrder): boolean {
  const { order } = before;
  const isOrdered = held !== undefined || columnOf(COLUMNS, order.column)?.still === true;
  return (
    isOrdered &&
    (before.held === held || (before.held === undefined && held?.of === before.rows)) &&
    (isFirstPart(before, sample) ||
      (before.shape === sample.shape && before.socketsOf === sample.socketsOf)) &&
    order === outlook.sort.processes &&
    before.tree === outlook.tree &&
    before.kernelThreads === outlook.kernelThreads &&
    before.collapsed === outlook.collapsed
  );
}

/** While a large machine is read for the first time, what came with the first look stands until all are there. */
function isFirstPart(before: Made, sample: Sample): boolean {
  return before.isPartial && sample.isPartial === true;
}

/** The sums of folded branches move while nobody does. */
function* summedAnew(rows: readonly ProcessRow[], sample: Sample): Steps<readonly ProcessRow[]> {
  return yield* mapSteps(rows, (row) =>
    row.node?.branch === undefined ? row : { ...row, cell: branchCell(row.node.branch, sample) },
  );
}

/** What `make` makes, made only where it may have changed. A filter lets other processes through at each look. */
export function* stillSteps(
  sample: Sample,
  outlook: Outlook,
  held: HeldOrder,
  make: Maker,
): Steps<readonly ProcessRow[]> {
  const { shape, socketsOf } = sample;
  const { tree, kernelThreads, collapsed, sort, filter, uid } = outlook;
  if (shape === undefined || filter !== undefined || uid !== undefined)
    return yield* make(sample, outlook, held);
  const before = made.get(sample.procs);
  const isStill = before !== undefined && areStill(before, sample, outlook, held);
  if (isStill && collapsed.size === 0) return before.rows;
  const rows = yield* isStill
    ? summedAnew(before.rows, sample)
    : held === undefined
      ? keptSteps(sample, outlook, make)
      : make(sample, outlook, held);
  made.set(sample.procs, {
    shape,
    socketsOf,
    tree,
    kernelThreads,
    collapsed,
    order: sort.processes,
    held: isStill ? before.held : held,
    isPartial: sample.isPartial === true,
    rows,
  });
  return rows;
}

function* keptSteps(sample: Sample, outlook: Outlook, make: Maker): Steps<readonly ProcessRow[]> {
  const rows = yield* keptFor(sample, outlook.tree).rowSteps(sample, outlook);
  return rows ?? (yield* make(sample, outlook, undefined));
}
