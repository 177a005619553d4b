// A table as plain text: every column as wide as its widest cell, nothing cut unless a terminal would wrap it.
import { cellText, type Column } from '../derive/column.ts';
import { cells, fit, safe } from '../derive/safe.ts';
import type { Sample } from '../types.ts';
import type { Context } from './command.ts';

/**
 * @param leadOf what stands before the text of the last column (the lines of a tree), already safe
 * @returns lines with their newlines, the head first
 */
export function tableText<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  sample: Sample,
  { ascii, stdio }: Pick<Context, 'ascii' | 'stdio'>,
  leadOf: (index: number) => string = () => '',
): string {
  const last = columns.length - 1;
  const table = items.map((item, row) =>
    columns.map((column) => {
      const text = safe(cellText(column, item, sample), ascii);
      return column.width === 0 ? leadOf(row) + text : text;
    }),
  );
  const widths = columns.map(({ id }, at) =>
    table.reduce((widest, row) => Math.max(widest, cells(row[at] ?? '')), cells(id)),
  );
  const line = (words: readonly string[]): string => {
    const text = words
      .map((word, at) => {
        const { align } = columns[at] as Column<Item>;
        return at === last && align === 'left' ? word : fit(word, widths[at] as number, align);
      })
      .join(' ')
      .trimEnd();
    return stdio.width !== undefined && cells(text) > stdio.width ? fit(text, stdio.width) : text;
  };
  return [columns.map(({ id }) => id), ...table].map((words) => `${line(words)}\n`).join('');
}
