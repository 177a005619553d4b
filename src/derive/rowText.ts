// One line of a table as exactly so many cells, with its colours.
import type { Sample } from '../types.ts';
import { cellText, fitColumns, fixedCells, type Column } from './column.ts';
import { cells, fit, safe } from './safe.ts';
import type { Theme } from './style.ts';

/** Cells before the first column: `>` the cursor, `*` tagged. */
const MARK_WIDTH = 1;

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
  const shown = fitColumns(columns, room);
  return { columns: shown, rest: Math.max(0, room - fixedCells(shown)), width };
}

/** The names of the columns; an arrow at the one that the table is sorted by points down where large values stand on top. */
export function headText<Item>(
  table: Fitted<Item>,
  sortedBy: string,
  descending: boolean,
  { glyphs, paint }: Theme,
): string {
  const words = table.columns.map(({ id, width, align }) => {
    const room = width > 0 ? width : table.rest;
    if (id !== sortedBy) return fit(id, room, align);
    const arrow = descending ? glyphs.down : glyphs.up;
    // A narrow head gives a letter to the arrow rather than losing it.
    return fit(id.slice(0, Math.max(0, room - cells(arrow))) + arrow, room, align);
  });
  return paint('head', fit(' '.repeat(MARK_WIDTH) + words.join(' '), table.width));
}

function markOf({ cursor, tagged }: Marks, { glyphs }: Theme): string {
  if (cursor && tagged) return glyphs.both;
  return cursor ? '>' : tagged ? '*' : ' ';
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
  // One colour for the whole line under the cursor: colours inside it would end it half-way.
  const whole = marks.cursor ? 'cursor' : marks.tagged ? 'tagged' : undefined;
  const words = table.columns.map((column) => {
    const text = safe(cellText(column, item, sample), theme.ascii);
    // Even a number that is too long is marked as cut: a wrong one would be believed.
    const word =
      column.width > 0
        ? fit(text, column.width, column.align, '+')
        : withLead(lead, text, table.rest, theme.glyphs.cut);
    // Blanks have no colour to show, and most rows have no port.
    const style = whole === undefined && word.trim() !== '' ? column.style?.(item, sample) : undefined;
    return style === undefined ? word : theme.paint(style, word);
  });
  const line = markOf(marks, theme) + words.join(' ');
  return whole === undefined ? line : theme.paint(whole, line);
}

function withLead(lead: string, text: string, width: number, cut: string): string {
  const room = width - cells(lead);
  return room > 0 ? lead + fit(text, room, 'left', cut) : fit(lead, width, 'left', cut);
}
