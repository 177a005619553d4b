// The function bar: as many keys as fit, each whole, the way out among them.
import { cells } from './safe.ts';
import type { Theme } from './style.ts';

interface BarItem {
  readonly key: string;
  readonly word: string;
}

/** Esc is given its room first: whoever sees nothing else must see how to leave. */
function fitting(items: readonly BarItem[], width: number): ReadonlySet<BarItem> {
  const fit = new Set<BarItem>();
  let used = -1;
  const byNeed = [...items].sort((a, b) => Number(b.key === 'Esc') - Number(a.key === 'Esc'));
  for (const item of byNeed) {
    const needed = cells(item.key + item.word) + 1;
    if (used + needed > width) continue; // a shorter one after it may still fit
    used += needed;
    fit.add(item);
  }
  return fit;
}

export function barText(items: readonly BarItem[], width: number, { paint }: Theme): string {
  const fit = fitting(items, width);
  const drawn = items.filter((item) => fit.has(item));
  const used = drawn.reduce((sum, { key, word }) => sum + cells(key + word) + 1, -1);
  const text = drawn.map(({ key, word }) => paint('barKey', key) + paint('bar', word)).join(' ');
  return text + ' '.repeat(Math.max(0, width - Math.max(0, used)));
}
