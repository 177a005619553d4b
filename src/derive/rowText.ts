// One line of a table as exactly so many cells, with its colours.
import type { Sample } from '../types.ts';
import { cellText, fitColumns, type Column } from './column.ts';
import { cells, fit, safe } from './safe.ts';
import type { Theme } from './style.ts';

/** Cells before the first column: `>` the cursor, `*` tagged. */
export const MARK_WIDTH = 1;
/** What the last column keeps before narrower columns are left out. */
const REST = 34;

export interface Marks {
  readonly cursor: boolean;
  readonly tagged: boolean;
}

/** The columns that a table of that width shows, and the cells left for the last one. */
export interface Fitted<Item> {
  readonly columns: readonly Column<Item>[];
  readonly rest: number;
  readonly width: number;
}

export function fitTable<Item>(columns: readonly Column<Item>[], width: number): Fitted<Item> {
  const room = width - MARK_WIDTH;
  const shown = fitColumns(columns, room, REST);
  const taken = shown.reduce((sum, column) => sum + (column.width > 0 ? column.width + 1 : 0), 0);
  return { columns: shown, rest: Math.max(0, room - taken), width };
}

export function headText<Item>(
  table: Fitted<Item>,
  sortedBy: string,
  reverse: boolean,
  theme: Theme,
): string {
  const words = table.columns.map((column) => {
    const down = (column.descending === true) !== reverse;
    const arrow = column.id === sortedBy ? (down ? theme.glyphs.down : theme.glyphs.up) : '';
    const width = column.width > 0 ? column.width : table.rest;
    // A narrow head gives a letter to the arrow rather than losing it.
    const head =
      fit(column.id, Math.max(0, Math.min(cells(column.id), width - cells(arrow))), 'left', '') + arrow;
    return fit(head, width, column.align, '');
  });
  return theme.paint('head', fit(' '.repeat(MARK_WIDTH) + words.join(' '), table.width, 'left', ''));
}

/**
 * A line of the table.
 * @param lead what stands before the text of the last column (the lines of the tree), already safe
 */
export function rowText<Item>(
  table: Fitted<Item>,
  item: Item,
  sample: Sample,
  marks: Marks,
  lead: string,
  theme: Theme,
): string {
  const mark =
    marks.cursor && marks.tagged ? theme.glyphs.both : marks.cursor ? '>' : marks.tagged ? '*' : ' ';
  // One colour for the whole line under the cursor: colours inside it would end it half-way.
  const whole = marks.cursor ? 'cursor' : marks.tagged ? 'tagged' : undefined;
  const words = table.columns.map((column) => {
    const text = safe(cellText(column, item, sample), theme.ascii);
    const isLast = column.width === 0;
    const cut = isLast ? theme.glyphs.cut : column.align === 'left' ? '+' : '';
    const word = isLast
      ? lead + fit(text, Math.max(0, table.rest - cells(lead)), 'left', cut)
      : fit(text, column.width, column.align, cut);
    const style = whole === undefined ? column.style?.(item, sample) : undefined;
    return style === undefined ? word : theme.paint(style, word);
  });
  const line = mark + words.join(' ');
  return whole === undefined ? line : theme.paint(whole, line);
}
