// Work that can be left off and gone on with: what takes long of 100,000 processes is done in slices, with room for keys
// in between (loop.ts). Run to its end at once it is the same work with the same result.

export type Steps<Result> = Generator<undefined, Result>;

/** How many items go by between two places where the work can be left off: a few milliseconds. */
export const STRIDE = 1_024;

/** All of it, at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Each item in its turn, with rests. */
export function* eachStep<Item>(items: readonly Item[], visit: (item: Item) => void): Steps<void> {
  for (let i = 0; i < items.length; i++) {
    if (i > 0 && i % STRIDE === 0) yield;
    visit(items[i] as Item);
  }
}

/** The items changed one by one, with rests. */
export function* mapSteps<Item, Other>(
  items: readonly Item[],
  change: (item: Item) => Other,
): Steps<Other[]> {
  const changed: Other[] = [];
  yield* eachStep(items, (item) => changed.push(change(item)));
  return changed;
}
