/// <reference path="./stock.d.ts" />
// Stands in for @alcalzone/ansi-tokenize inside Ink: the three functions that Ink 8 calls, with the same results.
// The stock ones run Intl.Segmenter and make an object for each cell of each frame, and four Sets for each change
// of style: half of all the time of a frame. Here a plain text (plainText.ts) is made of shared cells and shared
// styles, and remembered; anything else goes to the stock functions.
import {
  styledCharsFromTokens as stockFromTokens,
  tokenize as stockTokenize,
  type Char,
  type StyledChar,
  type Token,
} from 'stock:ansi-tokenize';
import { ESC, NEWLINE, isPlain, plainWidth, sgrEnd } from './plainText.ts';
import { recent } from './recent.ts';
import { NO_STYLE, change, codesOf, shared, styleAfter, type Style } from './sgrStyles.ts';

/** Longer texts are not remembered: with the number of entries this bounds the memory. */
export const LONGEST_REMEMBERED = 4096;
const lines = recent<string, Token[]>(256);
/** Lives as long as its tokens are remembered. */
const styledOf = new WeakMap<readonly Token[], StyledChar[]>();
const chars = new Map<number, Char>();
/** All of ASCII and the drawing characters in use; true colour times every script would not be bounded. */
const CELLS_PER_STYLE = 256;
const cells = new WeakMap<Style, Map<number, StyledChar>>();

/** Texts held now; for the proof that it is bounded. */
export function rememberedLines(): number {
  return lines.size();
}

function charOf(unit: number): Char {
  let char = chars.get(unit);
  if (char === undefined) {
    char = { type: 'char', value: String.fromCharCode(unit), fullWidth: false };
    chars.set(unit, char);
  }
  return char;
}

function cellOf(unit: number, style: Style): StyledChar {
  let row = cells.get(style);
  if (row === undefined || row.size >= CELLS_PER_STYLE) {
    row = new Map();
    cells.set(style, row);
  }
  let cell = row.get(unit);
  if (cell === undefined) {
    cell = { ...charOf(unit), styles: style };
    row.set(unit, cell);
  }
  return cell;
}

function tokenizePlain(text: string): Token[] {
  const tokens: Token[] = [];
  const styled: StyledChar[] = [];
  let style = NO_STYLE;
  for (let index = 0; index < text.length;) {
    const unit = text.charCodeAt(index);
    if (isPlain(unit) || unit === NEWLINE) {
      tokens.push(charOf(unit));
      styled.push(cellOf(unit, style));
      index++;
    } else {
      const end = sgrEnd(text, index);
      const sequence = text.slice(index, end);
      for (const code of codesOf(sequence)) tokens.push(code);
      style = styleAfter(style, sequence);
      index = end;
    }
  }
  styledOf.set(tokens, styled);
  return tokens;
}

/** As the stock function. The tokens of a plain text are shared between calls: read them, don't write them. */
export function tokenize(text: string, endChar = Number.POSITIVE_INFINITY): Token[] {
  if (endChar !== Number.POSITIVE_INFINITY) return stockTokenize(text, endChar);
  const known = lines.get(text);
  if (known !== undefined) return known;
  if (plainWidth(text) < 0) return stockTokenize(text);
  const tokens = tokenizePlain(text);
  return text.length > LONGEST_REMEMBERED ? tokens : lines.set(text, tokens);
}

/** As the stock function; the cells of a plain text are shared. */
export function styledCharsFromTokens(tokens: Token[]): StyledChar[] {
  return styledOf.get(tokens) ?? stockFromTokens(tokens);
}

/** As the stock function. */
export function styledCharsToString(characters: readonly StyledChar[]): string {
  let text = '';
  let codes: StyledChar['styles'] = NO_STYLE;
  let style = NO_STYLE;
  for (const character of characters) {
    if (character.styles !== codes) {
      codes = character.styles;
      const next = shared(codes, style);
      if (next !== style) {
        text += change(style, next);
        style = next;
      }
    }
    text += character.value;
  }
  return text + change(style, NO_STYLE);
}

/**
 * What `styledCharsToString(styledCharsFromTokens(tokenize(text)))` makes of each line of a plain text, without a cell
 * in between; a style that is open at a newline goes on in the next line. Undefined when the text isn't plain.
 */
export function restyled(text: string): string[] | undefined {
  const result: string[] = [];
  let line = '';
  let style = NO_STYLE;
  let sent = NO_STYLE;
  for (let index = 0, run = 0; index <= text.length;) {
    while (isPlain(text.charCodeAt(index))) index++;
    if (index > run) {
      line += change(sent, style) + text.slice(run, index);
      sent = style;
    }
    if (index === text.length || text.charCodeAt(index) === NEWLINE) {
      result.push(line + change(sent, NO_STYLE));
      line = '';
      sent = NO_STYLE;
      index++;
    } else {
      const end = text.charCodeAt(index) === ESC ? sgrEnd(text, index) : -1;
      if (end < 0) return undefined;
      style = styleAfter(style, text.slice(index, end));
      index = end;
    }
    run = index;
  }
  return result;
}
