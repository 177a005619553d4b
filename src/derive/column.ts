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
  /** Cells that the last column keeps before others are left out. */
  readonly least?: number;
  readonly align: 'left' | 'right';
  /** Files of /proc/PID that it is made of, beyond stat. */
  readonly needs?: readonly Need[];
  /** Where the terminal is narrow, columns leave in this order, 1 first; without it a column stays. */
  readonly drop?: number;
  /** True where the large values are the interesting ones: the first sort shows them on top. */
  readonly descending?: true;
  /** True where a process has the same value all its life: rows in this order stand until one comes or leaves. */
  readonly still?: true;
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
    columns.find(({ id }) => id.toLowerCase().replace(/([%+]|\/s)$/, '') === wanted)
  );
}

/** What a cell prints: not yet safe for a terminal. */
export function cellText<Item>(column: Column<Item>, item: Item, sample: Sample): string {
  const value = column.value(item, sample);
  if (value === undefined) return column.unknown ?? UNKNOWN;
  if (typeof value === 'string') return value;
  return column.text === undefined ? String(value) : column.text(value, item, sample);
}

/** The cells of the columns before the last one, each with the blank that follows it. */
export function fixedCells<Item>(columns: readonly Column<Item>[]): number {
  return columns.reduce((sum, { width }) => sum + (width > 0 ? width + 1 : 0), 0);
}

/**
 * The columns that fit into `width` cells: those with `drop` leave, in that order, until the last one has its least
 * cells; where even the others are too wide, the rightmost of them leave until the last one has a cell.
 */
export function fitColumns<Item>(columns: readonly Column<Item>[], width: number): readonly Column<Item>[] {
  const least = columns.at(-1)?.least ?? 1;
  let kept = columns;
  while (fixedCells(kept) + least > width) {
    const first = Math.min(...kept.map(({ drop }) => drop ?? Infinity));
    if (first === Infinity) break;
    kept = kept.filter(({ drop }) => drop !== first);
  }
  while (kept.length > 1 && fixedCells(kept) >= width) kept = kept.toSpliced(-2, 1);
  return kept;
}
