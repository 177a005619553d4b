/// <reference path="./stock.d.ts" />
// Styles are few and come again in every row of every frame. Each distinct one is one shared array here, and what
// the terminal must be sent between two of them is worked out once, by the stock functions.
import {
  ansiCodesToString,
  diffAnsiCodes,
  reduceAnsiCodesIncremental,
  tokenize,
  type AnsiCode,
} from 'stock:ansi-tokenize';
import { recent } from './recent.ts';

/** A reduced list of codes, shared by all cells that look like that. Never write into it. */
export type Style = AnsiCode[];

export const NO_STYLE: Style = [];

// True colour can make styles without end, so all of these forget.
const LIMIT = 256;
const styles = recent<string, Style>(LIMIT);
const canonical = new WeakMap<readonly AnsiCode[], Style>([[NO_STYLE, NO_STYLE]]);
const sequences = recent<string, readonly AnsiCode[]>(LIMIT);
const successors = new WeakMap<Style, Map<string, Style>>();
const changes = new WeakMap<Style, Map<Style, string>>();
/** Entries in the inner maps of one style; a style with more starts again. */
const INNER_LIMIT = 256;

/** Styles, sequences: how many are held; for the proof that it is bounded. */
export function styleCounts(): { readonly styles: number; readonly sequences: number } {
  return { styles: styles.size(), sequences: sequences.size() };
}

function hasCodes(style: Style, codes: readonly AnsiCode[]): boolean {
  if (style.length !== codes.length) return false;
  return style.every(({ code, endCode }, at) => code === codes[at]?.code && endCode === codes[at]?.endCode);
}

/**
 * The shared array with the same codes.
 * @param likely tried first: neighbouring cells mostly look the same, and the stock functions give each its own array
 */
export function shared(codes: readonly AnsiCode[], likely = NO_STYLE): Style {
  if (codes.length === 0) return NO_STYLE;
  if (hasCodes(likely, codes)) return likely;
  const known = canonical.get(codes);
  if (known !== undefined) return known;
  const key = codes.map((code) => `${code.code}\0${code.endCode}`).join('\0');
  const style = styles.get(key) ?? styles.set(key, [...codes]);
  canonical.set(style, style);
  return style;
}

/** The single codes of one SGR sequence: `ESC[1;31m` is two. */
export function codesOf(sequence: string): readonly AnsiCode[] {
  const known = sequences.get(sequence);
  if (known !== undefined) return known;
  const codes = tokenize(sequence).filter((token) => token.type === 'ansi');
  return sequences.set(sequence, codes);
}

function inner<K, V>(of: WeakMap<Style, Map<K, V>>, style: Style): Map<K, V> {
  let map = of.get(style);
  if (map === undefined || map.size >= INNER_LIMIT) {
    map = new Map();
    of.set(style, map);
  }
  return map;
}

/** The style in force after an SGR sequence. */
export function styleAfter(style: Style, sequence: string): Style {
  const known = successors.get(style)?.get(sequence);
  if (known !== undefined) return known;
  const next = shared(reduceAnsiCodesIncremental(style, [...codesOf(sequence)]));
  inner(successors, style).set(sequence, next);
  return next;
}

/** What to send to get from one style to another. Both must be shared ones. */
export function change(from: Style, to: Style): string {
  if (from === to) return '';
  const known = changes.get(from)?.get(to);
  if (known !== undefined) return known;
  const sent = ansiCodesToString(diffAnsiCodes(from, to));
  inner(changes, from).set(to, sent);
  return sent;
}
