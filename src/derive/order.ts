// The order of the lines of a table.
import type { Column, Value } from './column.ts';

export interface SortOrder {
  readonly column: string;
  readonly reverse: boolean;
}

/** Places by key that the lines had before: held while keys come in, so that nothing moves under a finger. */
export type HeldOrder = Places | undefined;

export interface Places {
  get(key: string): number | undefined;
  /** The lines whose places they are. */
  readonly of?: readonly Keyed[];
}

interface Keyed {
  readonly key: string;
}

/** The places of these lines; made when they are asked for first, since mostly they are not. */
export function placesOf(lines: readonly Keyed[]): Places {
  let places: ReadonlyMap<string, number> | undefined;
  return {
    of: lines,
    get(key) {
      places ??= new Map(lines.map((line, index) => [line.key, index]));
      return places.get(key);
    },
  };
}

export interface Ordering<Item> {
  readonly value: (item: Item) => Value;
  /** True where large values stand on top. */
  readonly descending: boolean;
  /** Tells items of equal value apart. */
  readonly tie: (a: Item, b: Item) => number;
  readonly held: HeldOrder;
  readonly key: (item: Item) => string;
}

/** Whether a table sorted by that column begins with its large values. */
export function isDescending<Item>(column: Column<Item>, { reverse }: SortOrder): boolean {
  return (column.descending === true) !== reverse;
}

/** For a sort: unknown last whichever way; 0 where they are equal. */
export function compareValues(a: Value, b: Value, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b === descending ? 1 : -1;
}

/**
 * The items in a total order: by value, unknown last whichever way, equal ones by `tie`. While an order is held, the
 * known lines keep it and newcomers come after them.
 */
export function inOrder<Item>(items: readonly Item[], ordering: Ordering<Item>): Item[] {
  const { value, descending, tie, held, key } = ordering;
  // Values and places are found once an item, not once a comparison: some have to be looked up or put together.
  const ranked = items.map((item) => ({ item, value: value(item), place: held?.get(key(item)) }));
  ranked.sort((a, b) => {
    if (a.place !== b.place) return (a.place ?? Infinity) - (b.place ?? Infinity);
    return compareValues(a.value, b.value, descending) || tie(a.item, b.item);
  });
  return ranked.map(({ item }) => item);
}
