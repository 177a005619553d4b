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

/** The items changed one by one, with rests. */
export function* mapSteps<Item, Other>(
  items: readonly Item[],
  change: (item: Item) => Other,
): Steps<Other[]> {
  const changed: Other[] = [];
  for (let from = 0; from < items.length; from += STRIDE) {
    if (from > 0) yield;
    for (const item of items.slice(from, from + STRIDE)) changed.push(change(item));
  }
  return changed;
}
