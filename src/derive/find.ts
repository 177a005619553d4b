// Searching the text of a pane: which lines hold the words, and how a hit is marked.
import type { Theme } from './style.ts';

const SGR = /\x1b\[[\d;]*m/g;

/** Case counts only where a capital is written, as in filters. */
function pattern(text: string): RegExp {
  const escaped = text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(escaped, /\p{Lu}/u.test(text) ? 'gu' : 'giu');
}

/**
 * The line of the next hit, going round at the end.
 * @param from the first line that is looked at
 * @param lines with or without colours
 */
export function findLine(
  lines: readonly string[],
  text: string,
  from: number,
  way: 1 | -1,
): number | undefined {
  if (text === '') return undefined;
  const wanted = pattern(text);
  for (let steps = 0; steps < lines.length; steps++) {
    const at = (((from + steps * way) % lines.length) + lines.length) % lines.length;
    if (lines[at]?.replace(SGR, '').search(wanted) !== -1) return at;
  }
  return undefined;
}

/**
 * Every hit in reverse video; the present one has `>` at the beginning of its line too, so that no colour is needed.
 * @returns the line of that place, with its hits
 */
export function hitsMarked(
  { text, line: present }: { readonly text: string; readonly line: number | undefined },
  { paint }: Theme,
): (line: string, at: number) => string {
  if (text === '') return (line) => line;
  const wanted = pattern(text);
  return (line, at) => {
    const plain = line.replace(SGR, '');
    if (plain.search(wanted) === -1) return line;
    const marked = plain.replace(wanted, (hit) => paint('cursor', hit));
    return at === present && marked.startsWith(' ') ? `>${marked.slice(1)}` : marked;
  };
}
