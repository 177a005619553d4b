/// <reference path="./stock.d.ts" />
// Stands in for Ink's line-update.js, which finds the part of a changed line that can stay on the screen. It reads
// both lines eight times, and by Intl.Segmenter once a line drawing or a block is in them. A plain line needs one pass.
import stock from 'stock:ink-line-update';
import { ESC, plainWidth, sgrEnd } from './plainText.ts';

const ERASE_TO_END = '\x1b[K';
const toColumn = (column: number): string => `\x1b[${column + 1}G`;

function commonPrefix(previous: string, next: string): number {
  const end = Math.min(previous.length, next.length);
  let length = 0;
  while (length < end && previous.charCodeAt(length) === next.charCodeAt(length)) length++;
  return length;
}

/** As the stock function: what to send to turn the line `previous` on the screen into `next`. */
export default function lineUpdate(previous: string, next: string, columns: number | undefined): string {
  const before = plainWidth(previous);
  const after = plainWidth(next);
  if (before < 0 || after < 0 || columns === undefined || !(columns >= 1))
    return stock(previous, next, columns);

  const full = toColumn(0) + ERASE_TO_END + next;
  const common = commonPrefix(previous, next);
  let column = 0;
  // Where the common whole cells and whole sequences end, and the styles in force there, sent as they were before.
  let offset = 0;
  let styles = '';
  for (let index = 0; index < common;) {
    if (next.charCodeAt(index) === ESC) {
      const end = sgrEnd(next, index);
      if (end > common) break;
      styles += next.slice(index, end);
      index = end;
    } else {
      column++;
      index++;
    }
    offset = index;
  }
  // As in the stock code: a cursor waiting at the last cell can't be put back by a column number.
  if (column === 0 || column >= columns || before > columns || after > columns) return full;
  const partial = toColumn(column) + ERASE_TO_END + styles + next.slice(offset);
  return partial.length < full.length ? partial : full;
}
