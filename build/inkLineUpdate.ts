/// <reference path="./stock.d.ts" />
// Stands in for Ink's line-update.js, which finds the part of a changed line that can stay on the screen. It reads
// both lines eight times, and by Intl.Segmenter once a line drawing or a block is in them. A plain line needs one pass, and
// what stands behind the change can stay as well: of a line of 120 cells mostly a number or two are others.
import stock from 'stock:ink-line-update';
import { ESC, plainWidth, sgrEnd } from './plainText.ts';
import { NO_STYLE, change, styleAfter, type Style } from './sgrStyles.ts';

const ERASE_TO_END = '\x1b[K';
const PLAIN_AGAIN = '\x1b[0m';
const toColumn = (column: number): string => `\x1b[${column + 1}G`;

/** A place in a line, between two cells or beside a sequence. */
interface Place {
  offset: number;
  column: number;
  style: Style;
}

/** Goes behind the cell or the sequence at that place. */
function step(line: string, place: Place): void {
  if (line.charCodeAt(place.offset) === ESC) {
    const end = sgrEnd(line, place.offset);
    place.style = styleAfter(place.style, line.slice(place.offset, end));
    place.offset = end;
  } else {
    place.column++;
    place.offset++;
  }
}

function commonPrefix(previous: string, next: string): number {
  const end = Math.min(previous.length, next.length);
  let length = 0;
  while (length < end && previous.charCodeAt(length) === next.charCodeAt(length)) length++;
  return length;
}

/** From where on `next` is what `previous` ends with. */
function suffixBegin(previous: string, next: string): number {
  const shift = previous.length - next.length;
  let at = next.length;
  while (at > 0 && previous.charCodeAt(at - 1 + shift) === next.charCodeAt(at - 1)) at--;
  return at;
}

/** Where the end begins that both lines have, in its place and its style; undefined where that is not told. */
function commonEnd(previous: string, next: string, from: Place): Place | undefined {
  const begin = suffixBegin(previous, next);
  const [before, after] = [{ ...from }, { ...from }];
  while (after.offset < begin) step(next, after);
  const shift = previous.length - next.length;
  while (before.offset < after.offset + shift) step(previous, before);
  if (before.offset !== after.offset + shift) return undefined; // in the middle of a sequence
  while (after.offset < next.length && before.style !== after.style) {
    step(previous, before);
    step(next, after);
  }
  return after;
}

/** What to send to turn the line `previous` on the screen into `next`; both begin and end in no style. */
export default function lineUpdate(previous: string, next: string, columns: number | undefined): string {
  const before = plainWidth(previous);
  const after = plainWidth(next);
  if (before < 0 || after < 0 || columns === undefined || !(columns >= 1))
    return stock(previous, next, columns);

  const full = toColumn(0) + ERASE_TO_END + next;
  const common = commonPrefix(previous, next);
  // Where the common whole cells and whole sequences end, and the styles in force there, sent as they were before.
  const begin: Place = { offset: 0, column: 0, style: NO_STYLE };
  let styles = '';
  while (begin.offset < common) {
    const { offset } = begin;
    if (next.charCodeAt(offset) === ESC) {
      const end = sgrEnd(next, offset);
      if (end > common) break;
      styles += next.slice(offset, end);
    }
    step(next, begin);
  }
  // As in the stock code: a cursor waiting at the last cell can't be put back by a column number.
  const { offset, column } = begin;
  if (column === 0 || column >= columns || before > columns || after > columns) return full;
  const partial = toColumn(column) + ERASE_TO_END + styles + next.slice(offset);
  const middle = before === after ? middleUpdate(previous, next, begin) : undefined;
  return [partial, middle ?? full].reduce((best, way) => (way.length < best.length ? way : best), full);
}

/** Only what is between the two parts that stay. */
function middleUpdate(previous: string, next: string, begin: Place): string | undefined {
  const end = commonEnd(previous, next, begin);
  if (end === undefined) return undefined;
  const middle = change(NO_STYLE, begin.style) + next.slice(begin.offset, end.offset);
  return toColumn(begin.column) + middle + (end.style === NO_STYLE ? '' : PLAIN_AGAIN);
}
