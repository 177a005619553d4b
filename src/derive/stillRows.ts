// The rows of a quiet table: as long as nobody comes, leaves or gets another parent, and the order is by what never
// changes, they are the rows of the look before. Putting 28,000 of them together again would cost more than the look.
import type { Proc, Sample } from '../types.ts';
import { branchCell } from './cell.ts';
import { columnOf } from './column.ts';
import { COLUMNS } from './columns.ts';
import type { HeldOrder, SortOrder } from './order.ts';
import type { Outlook } from './outlook.ts';
import type { ProcessRow } from './row.ts';
import { mapSteps, type Steps } from './steps.ts';

type Maker = (sample: Sample, outlook: Outlook, held: HeldOrder) => Steps<readonly ProcessRow[]>;

/** What the rows were made of. Not the outlook itself: it is the state of the screen, with the rows of the look before. */
interface Made extends Pick<Sample, 'shape' | 'socketsOf'>, Pick<Outlook, 'kernelThreads' | 'collapsed'> {
  readonly order: SortOrder;
  readonly held: HeldOrder;
  /** Some processes were there and not read yet. */
  readonly isPartial: boolean;
  readonly make: Maker;
  readonly rows: readonly ProcessRow[];
}

/** By table of processes: there is one for each sampler. */
const made = new WeakMap<ReadonlyMap<number, Proc>, Made>();

/** Whether the rows depend on nothing but who is there: any filter, or a value that moves, makes them anew. */
function areStill(sample: Sample, { filter, uid, sort }: Outlook): boolean {
  const isStill = columnOf(COLUMNS, sort.processes.column)?.still === true;
  return isStill && sample.shape !== undefined && filter === undefined && uid === undefined;
}

function isSame(before: Made, sample: Sample, outlook: Outlook, held: HeldOrder, make: Maker): boolean {
  return (
    before.make === make &&
    (before.held === held || (before.held === undefined && held?.of === before.rows)) &&
    (isFirstPart(before, sample) ||
      (before.shape === sample.shape && before.socketsOf === sample.socketsOf)) &&
    before.order === outlook.sort.processes &&
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

/** What `make` makes, made only where it may have changed. */
export function* stillSteps(
  sample: Sample,
  outlook: Outlook,
  held: HeldOrder,
  make: Maker,
): Steps<readonly ProcessRow[]> {
  if (!areStill(sample, outlook)) return yield* make(sample, outlook, held);
  const before = made.get(sample.procs);
  const same = before !== undefined && isSame(before, sample, outlook, held, make);
  if (same && outlook.collapsed.size === 0) return before.rows;
  const rows = yield* same ? summedAnew(before.rows, sample) : make(sample, outlook, held);
  const { shape, socketsOf } = sample;
  const { kernelThreads, collapsed, sort } = outlook;
  made.set(sample.procs, {
    shape,
    socketsOf,
    kernelThreads,
    collapsed,
    order: sort.processes,
    held: same ? before.held : held,
    isPartial: sample.isPartial === true,
    make,
    rows,
  });
  return rows;
}
