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

test('a quarter of all in each of four looks, and then what goes on as it did is let be', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 5, () => CORE)).toBe(4);
  expect(searches(unexplained, 400, (look) => CORE + (look % 7) * 5)).toBe(0);
});

test('a load outside that comes and goes is searched for less and less often', () => {
  const short = (look: number): number => (look % 3 === 0 ? 0 : CORE);
  expect(searches(createUnexplained(), 100, short)).toBeLessThanOrEqual(12);

  const unexplained = createUnexplained();
  searches(unexplained, 2, () => CORE);
  searches(unexplained, 1, () => CORE, CORE); // found, this time
  const long = (look: number): number => (look % 20 < 6 ? CORE : 0);
  const first = searches(unexplained, 200, long);
  expect(first).toBeGreaterThan(4);
  expect(searches(unexplained, 200, long)).toBeLessThan(first);
});

test('one who begins beside a load outside is searched for at once, in the middle of a look too', () => {
  for (const outside of [CORE / 2, CORE * 1.2])
    for (const firstLook of [0.1, 0.3, 0.45, 0.8, 1]) {
      const unexplained = createUnexplained();
      searches(unexplained, 50, () => outside);
      const wanted = searches(unexplained, 6, (look) => outside + CORE * (look === 0 ? firstLook : 1));
      expect(wanted).toBe(4);
    }
});

test('one who begins after a calm is searched for, though more was let be before', () => {
  const unexplained = createUnexplained();
  searches(unexplained, 10, () => 2 * CORE);
  expect(searches(unexplained, 20, () => 0)).toBe(0);
  expect(searches(unexplained, 5, () => CORE)).toBe(4);

  const often = createUnexplained();
  for (let nth = 1; nth < 6; nth++) {
    expect(searches(often, 6, () => nth * CORE)).toBe(4);
    searches(often, 20, () => 0);
  }
  searches(often, 1000, () => 0);
  expect(searches(often, 6, () => 2 * CORE)).toBe(4);
  searches(often, 20, () => 0);
  expect(searches(often, 6, () => CORE)).toBe(4);
});

test('those who begin one after the other are each searched for, beside a load outside', () => {
  const unexplained = createUnexplained();
  const outside = CORE / 2;
  searches(unexplained, 10, () => outside);
  for (let nth = 0; nth < 5; nth++) {
    expect(searches(unexplained, 4, () => outside + CORE)).toBe(3);
    expect(searches(unexplained, 10, () => outside + CORE, CORE)).toBe(0); // found
    expect(searches(unexplained, 10, () => outside)).toBe(0); // gone
  }
  searches(unexplained, 20, () => 0);
  expect(searches(unexplained, 5, () => CORE * 0.5)).toBe(4);
});

test('a search that found who it is ends, and the next one is not put off', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 2, () => CORE)).toBe(1);
  expect(unexplained.isWanted(CORE, CORE, CORE, true)).toBe(false);
  expect(searches(unexplained, 5, () => 2 * CORE, CORE)).toBe(4);
});

test('what somebody used who was found, or is gone, is not let be when the search for him ends late', () => {
  const outside = CORE / 3;
  const found = createUnexplained();
  searches(found, 20, () => outside);
  expect(searches(found, 2, () => outside + CORE)).toBe(1);
  expect(searches(found, 1, () => 2 * CORE, CORE)).toBe(1); // found, but the load outside rises
  expect(searches(found, 10, () => outside)).toBe(0);
  expect(searches(found, 5, () => outside + CORE)).toBe(4);

  const gone = createUnexplained();
  expect(searches(gone, 2, () => 2 * CORE)).toBe(1);
  expect(searches(gone, 10, () => CORE / 2)).toBe(3);
  expect(searches(gone, 5, () => CORE * 1.5)).toBe(4);
});

test('a search goes on when it found one of two', () => {
  const unexplained = createUnexplained();
  expect(searches(unexplained, 3, () => 2 * CORE)).toBe(2);
  expect(searches(unexplained, 5, () => 2 * CORE, CORE)).toBe(2);
});

test('a search goes on after a pause, and is given up after a calm', () => {
  const pausing = createUnexplained();
  expect(searches(pausing, 3, () => CORE)).toBe(2);
  expect(searches(pausing, 7, () => 0)).toBe(0);
  expect(searches(pausing, 5, () => CORE)).toBe(2);

  const given = createUnexplained();
  searches(given, 3, () => CORE);
  searches(given, 8, () => 0);
  expect(searches(given, 1, () => 3 * CORE)).toBe(0); // noticed only
  expect(searches(given, 5, () => 3 * CORE)).toBe(4);
});

test('what the kernel does for itself on a large machine sets nothing off', () => {
  expect(searches(createUnexplained(), 100, (look) => (look % 5 === 0 ? 28 : 16))).toBe(0);
  expect(searches(createUnexplained(), 2, () => 35)).toBe(1);
});

test('what was used and is over sets nothing off: a burst of one look, or any where nobody runs any more', () => {
  const burst = createUnexplained();
  expect(searches(burst, 60, (look) => (look % 10 === 9 ? 2 * CORE : 0))).toBe(0);
  expect(searches(burst, 5, () => CORE)).toBe(4);
  const over = createUnexplained();
  for (let look = 0; look < 60; look++) expect(over.isWanted(2 * CORE, 0, CORE, false)).toBe(false);
  expect(searches(over, 5, () => CORE)).toBe(4);
});
