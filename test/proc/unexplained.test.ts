// When everybody is read for CPU time that nobody accounts for, and when that is let be.
import { expect, test } from 'vitest';
import { createUnexplained } from '../../src/proc/unexplained.ts';

const CORE = 150; // clock ticks of a core between two looks

/** In how many of so many looks all are read, where the rows account for `explained` of `busy`. */
function searches(
  unexplained: ReturnType<typeof createUnexplained>,
  looks: number,
  busy: (look: number) => number,
  explained = 0,
): number {
  let count = 0;
  for (let look = 0; look < looks; look++) if (unexplained.isWanted(busy(look), explained, CORE)) count++;
  return count;
}

test('a quarter of all in each of four looks, and then it rests, each time longer', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 4, () => CORE)).toBe(4);
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
  expect(searches(beside, 4, () => 2 * CORE)).toBe(4);

  const after = createUnexplained();
  searches(after, 10, () => 2 * CORE);
  expect(searches(after, 8, () => 0)).toBe(0);
  expect(searches(after, 4, () => CORE)).toBe(4);
});

test('a search that found who it is ends, and the next one is not put off', () => {
  const unexplained = createUnexplained();
  expect(unexplained.isWanted(CORE, 0, CORE)).toBe(true);
  expect(unexplained.isWanted(CORE, CORE, CORE)).toBe(false);
  expect(searches(unexplained, 4, () => 2 * CORE, CORE)).toBe(4);
});

test('what the kernel does for itself on a large machine sets nothing off', () => {
  expect(searches(createUnexplained(), 100, (look) => (look % 5 === 0 ? 28 : 16))).toBe(0);
  expect(searches(createUnexplained(), 1, () => 35)).toBe(1);
});
