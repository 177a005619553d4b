// Strings from the machine on their way to a terminal. Any local user can plant an escape sequence, a line break or a
// right-to-left override in the name of a process; what leaves `safe` can only be looked at.
import stringWidth from 'string-width';

/** Where most strings stop: printable ASCII is as safe as it is, and as wide as it is long. */
const ASCII = /^[\x20-\x7e]*$/;
/** So are these: characters of one unit and one cell that never join a neighbour (build/plainText.ts has the same). */
const PLAIN =
  /^[\x20-\x7e\xa0-\xac\xae-\u024f\u0391-\u03a1\u03a3-\u03ff\u0400-\u0481\u048a-\u052f\u2010-\u2027\u2190-\u2193\u2500-\u25f0\u2713\u2717\u2800-\u28ff]*$/;

/**
 * What a terminal would obey, swallow or reorder instead of showing it. By property, not by list, so that characters
 * of later Unicode versions are in: controls, formats (bidi, zero width, tags, soft hyphen), lone surrogates, line and
 * paragraph separators, variation selectors and fillers, non-characters. A combining mark at the very start would
 * change the text before it.
 */
const UNSAFE =
  /^\p{M}|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
const NOT_ASCII = /[^\x20-\x7e]/gu;

/** The mark for all that has no picture of its own; bytes that are no UTF-8 already come as this from the decoder. */
const REPLACED = '\ufffd';
const CONTROL_PICTURES = 0x2400;

function mark(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === 0x7f ? '\u2421' : REPLACED;
}

/**
 * The one function that every string of the machine passes before a terminal. Each unsafe character becomes one
 * visible mark of one cell; a safe string comes back as it is. Doing it twice changes nothing.
 * @param ascii for `--ascii` and locales without UTF-8: everything outside printable ASCII becomes `?`
 */
export function safe(text: string, ascii = false): string {
  if ((ascii ? ASCII : PLAIN).test(text)) return text;
  return ascii ? text.replace(NOT_ASCII, '?') : text.replace(UNSAFE, mark);
}

// Terminals disagree about the width of much that is not ASCII: they know different versions of Unicode, and only some
// join emoji sequences. A row that a terminal finds wider than we do would wrap and break the screen, one that it finds
// narrower only ends early. So a width is counted by character, and where terminals differ it is the larger one.

/** Marks that even old tables (Unicode 5, xterm.js without addons) draw into the cell before them; not the keycap U+20E3, which makes emoji of digits. */
const COMBINING =
  /[\u0300-\u036f\u0483-\u0486\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0655\u0670\u0901\u0902\u093c\u0941-\u0948\u094d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u20d0-\u20e2\u20e4-\u20ef\u3099\u309a\ufe20-\ufe23]/u;
/** Blocks that wcwidth(3) of glibc and old tables make wide throughout, unassigned and neutral characters included. */
const WIDE_BLOCK = /[\u2e80-\u303e\u3040-\ua4cf\ufe30-\ufe6f\uff00-\uff60]/u;

/** Cells + 1 of each character met so far; 0 for not yet met. The system commits only the pages that are used. */
let known: Uint8Array | undefined;

function cellsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  known ??= new Uint8Array(0x11_0000);
  const met = known[code] ?? 0;
  if (met > 0) return met - 1;
  const width = COMBINING.test(character)
    ? 0
    : WIDE_BLOCK.test(character)
      ? 2
      : Math.max(1, stringWidth(character));
  known[code] = width + 1;
  return width;
}

/** The width of a text in terminal cells: never less than a terminal needs. A character that `safe` would mark counts 1. */
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** Made when it is needed: it costs 14 ms, and most machines never name a process beyond PLAIN. */
let segmenter: Intl.Segmenter | undefined;

/**
 * A text as exactly `width` cells: cut, or filled up with blanks. A character (with its marks) is kept whole or left
 * out; where half of a wide one would fit there is a blank.
 * @param ellipsis stands at the end of what was cut
 */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = ''): string {
  if (!(width > 0)) return '';
  const room = Math.floor(width);
  // As many cells of plain characters as there is room for, and one more: what follows can't come into view.
  const isPlain = PLAIN.test(text.length > room ? text.slice(0, room + 1) : text);
  if (isPlain && text.length <= room) return align === 'left' ? text.padEnd(room) : text.padStart(room);
  if (isPlain) {
    const end = cells(ellipsis) <= room ? ellipsis : '';
    return text.slice(0, room - cells(end)) + end;
  }
  let cut = fitted(text, room);
  if (cut.length < text.length && cells(ellipsis) <= room)
    cut = fitted(text, room - cells(ellipsis)) + ellipsis;
  const blanks = ' '.repeat(room - cells(cut));
  return align === 'left' ? cut + blanks : blanks + cut;
}

/** The longest beginning of whole characters that is at most `room` cells wide. */
function fitted(text: string, room: number): string {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let width = 0;
  let end = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    width += cells(segment);
    if (width > room) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
