// The function bar: as many keys as fit, whole.
import type { Theme } from './style.ts';

export function barText(
  items: readonly { readonly key: string; readonly word: string }[],
  width: number,
  theme: Theme,
): string {
  let room = width;
  let text = '';
  for (const { key, word } of items) {
    const needed = key.length + word.length + 1;
    if (needed > room + 1) continue;
    room -= needed;
    text += theme.paint('barKey', key) + theme.paint('bar', word) + (room > 0 ? ' ' : '');
  }
  return text + ' '.repeat(Math.max(0, room));
}
