// When everybody is read for CPU time that nobody accounts for, and when that is let be.
import { expect, test } from 'vitest';
import { createUnexplained } from '../../src/proc/unexplained.ts';

const CORE = 150; // clock ticks of a core between two looks

/** In how many of so many looks all are read, where the rows account for `explained` of `busy` and somebody runs. */
function searches(
  unexplained: ReturnType<typeof createUnexplained>,
  looks: number,
  busy: (look: number) => number,
  explained = 0,
): number {
  let count = 0;
  for (let look = 0; look < looks; look++)
    if (unexplained.isWanted(busy(look), explained, CORE, true)) count++;
  return count;
}

test('a quarter of all in each of four looks, and then it rests, each time longer', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 5, () => CORE)).toBe(4);
  expect(searches(unexplained, 39, () => CORE)).toBe(0);
  expect(searches(unexplained, 400, () => CORE)).toBeLessThanOrEqual(16);
});

test('a load outside that comes and goes is searched for no more often than one that stays', () => {
  const bursts = (look: number): number => (look % 3 === 0 ? 0 : CORE);
  expect(searches(createUnexplained(), 100, bursts)).toBeLessThanOrEqual(12);
});

test('one who begins beside a load outside is searched for at once, and so is one who begins after a calm', () => {
  const beside = createUnexplained();
  searches(beside, 10, () => CORE);
  expect(searches(beside, 5, () => 2 * CORE)).toBe(4);

  const after = createUnexplained();
  searches(after, 10, () => 2 * CORE);
  expect(searches(after, 8, () => 0)).toBe(0);
  expect(searches(after, 5, () => CORE)).toBe(4);
});

test('a search that found who it is ends, and the next one is not put off', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 2, () => CORE)).toBe(1);
  expect(unexplained.isWanted(CORE, CORE, CORE, true)).toBe(false);
  expect(searches(unexplained, 5, () => 2 * CORE, CORE)).toBe(4);
});

test('what the kernel does for itself on a large machine sets nothing off', () => {
  expect(searches(createUnexplained(), 100, (look) => (look % 5 === 0 ? 28 : 16))).toBe(0);
  expect(searches(createUnexplained(), 2, () => 35)).toBe(1);
});

test('what was used and is over sets nothing off: a burst of one look, or any where nobody runs any more', () => {
  const burst = createUnexplained();
  expect(searches(burst, 60, (look) => (look % 10 === 0 ? 2 * CORE : 0))).toBe(0);
  const over = createUnexplained();
  for (let look = 0; look < 60; look++) expect(over.isWanted(2 * CORE, 0, CORE, false)).toBe(false);
  expect(searches(over, 5, () => CORE)).toBe(4);
});
