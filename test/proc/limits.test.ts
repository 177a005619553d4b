import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProcessLimit } from '../../src/proc/limits.ts';

const HEAD = 'Limit                     Soft Limit           Hard Limit           Units     \n';

test('reads the soft and the hard number of tasks', () => {
  const text = `${HEAD}Max processes             50                   96365                processes \n`;
  expect(parseProcessLimit(text)).toEqual({ soft: 50, hard: 96365 });
});

test('unlimited is known: infinitely many', () => {
  const text = `${HEAD}Max processes             7                    unlimited            processes \n`;
  expect(parseProcessLimit(text)).toEqual({ soft: 7, hard: Infinity });
});

test('a text without the line is unknown, not unlimited', () => {
  expect(
    parseProcessLimit(
      `${HEAD}Max open files            1024                 4096                 files     \n`,
    ),
  ).toBe(undefined);
  expect(parseProcessLimit('')).toBe(undefined);
});

test('reads the file of a real process', () => {
  const limit = parseProcessLimit(readFileSync('/proc/self/limits', 'utf8'));
  expect(limit?.soft).toBeGreaterThan(0);
  expect(limit?.hard).toBeGreaterThanOrEqual(limit?.soft ?? Infinity);
});
