// What a column is, for every table of slotop. Value first, text last: sorted by the value, never by the text.
import type { Need, Sample } from '../types.ts';
import { UNKNOWN } from './format.ts';
import type { Style } from './style.ts';

export type Value = number | string | undefined;

export interface Column<Item> {
  /** The head, and in lower case the name for `--columns` and `--sort`. */
  readonly id: string;
  readonly help: string;
  /** Cells; 0 takes the rest of the line (the last column only). */
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Files of /proc/PID that it is made of, beyond stat. */
  readonly needs?: readonly Need[];
  /** Where the terminal is narrow, columns leave in this order, 1 first; without it a column stays. */
  readonly drop?: number;
  /** True where the large values are the interesting ones: the first sort shows them on top. */
  readonly descending?: true;
  /** True where a branch or group shows the sum of its processes. */
  readonly sums?: true;
  readonly value: (item: Item, sample: Sample) => Value;
  /** Text of a number; as it is without this. */
  readonly text?: (value: number, item: Item, sample: Sample) => string;
  /** What an unknown value prints. */
  readonly unknown?: string;
  readonly style?: (item: Item, sample: Sample) => Style | undefined;
}

/** The column of that name, in either case, with or without the sign of its head (`cpu`, `CPU%`, `time`). */
export function columnOf<Item>(columns: readonly Column<Item>[], name: string): Column<Item> | undefined {
  const wanted = name.toLowerCase();
  return (
    columns.find(({ id }) => id.toLowerCase() === wanted) ??
    columns.find(({ id }) => id.toLowerCase().replace(/[%+]$/, '') === wanted)
  );
}

/** What a cell prints: not yet safe for a terminal. */
export function cellText<Item>(column: Column<Item>, item: Item, sample: Sample): string {
  const value = column.value(item, sample);
  if (value === undefined) return column.unknown ?? UNKNOWN;
  if (typeof value === 'string') return value;
  return column.text === undefined ? String(value) : column.text(value, item, sample);
}

/** The columns that fit into `width` cells while the last one keeps `rest` cells; each is followed by a blank. */
export function fitColumns<Item>(
  columns: readonly Column<Item>[],
  width: number,
  rest: number,
): readonly Column<Item>[] {
  const used = (kept: readonly Column<Item>[]): number =>
    kept.reduce((sum, column) => sum + (column.width > 0 ? column.width + 1 : rest), 0);
  let kept = columns;
  while (used(kept) > width) {
    const droppable = kept.filter(({ drop }) => drop !== undefined);
    if (droppable.length === 0) break;
    const first = Math.min(...droppable.map(({ drop }) => drop as number));
    kept = kept.filter(({ drop }) => drop !== first);
  }
  return kept;
}
