// Ink's own caches, as our build makes them.
import { expect, test } from 'vitest';

test('Ink keeps few of the texts that it has wrapped, those that were used last', async () => {
  const { wrapTextCache } = await import('../../node_modules/ink/build/wrap-text.js');
  for (let n = 0; n < 10_000; n++) wrapTextCache.set(`text ${n}`, 'wrapped');
  expect(wrapTextCache.get('text 9999')).toBe('wrapped');
  expect(wrapTextCache.get('text 0')).toBeUndefined();
  expect(wrapTextCache.size).toBeLessThanOrEqual(512);
});
