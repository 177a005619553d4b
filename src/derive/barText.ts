// The function bar: as many keys as fit, each whole.
import { cells } from './safe.ts';
import type { Theme } from './style.ts';

export function barText(
  items: readonly { readonly key: string; readonly word: string }[],
  width: number,
  { paint }: Theme,
): string {
  const drawn: string[] = [];
  let used = 0;
  for (const { key, word } of items) {
    const needed = cells(key + word) + (used > 0 ? 1 : 0);
    if (used + needed > width) continue; // a shorter one after it may still fit
    used += needed;
    drawn.push(paint('barKey', key) + paint('bar', word));
  }
  return drawn.join(' ') + ' '.repeat(width - used);
}
