import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { home, jumped, moved, paged, settled, START, type Cursor } from '../../src/derive/viewport.ts';

const rowsOf = (keys: readonly string[]): { key: string }[] => keys.map((key) => ({ key }));
const someRows = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map(String), { maxLength: 40 }).map(rowsOf);
const someHeight = fc.integer({ min: 0, max: 20 });
const aPlace = fc.tuple(someRows, someHeight, fc.integer({ min: -50, max: 50 }));

function inRange(cursor: Cursor, rows: readonly { key: string }[], height: number): void {
  const shown = Math.max(1, height);
  expect(cursor.index).toBeGreaterThanOrEqual(0);
  expect(cursor.index).toBeLessThan(Math.max(1, rows.length));
  expect(cursor.key).toBe(rows[cursor.index]?.key);
  expect(cursor.top).toBeGreaterThanOrEqual(0);
  expect(cursor.top).toBeLessThanOrEqual(Math.max(0, rows.length - shown));
  expect(cursor.index).toBeGreaterThanOrEqual(cursor.top);
  expect(cursor.index).toBeLessThan(cursor.top + shown);
}

describe('the cursor is on a row that is in sight, and no line is left empty that a row could fill', () => {
  test.each([
    ['moved', moved],
    ['paged', paged],
    ['jumped', jumped],
  ])('%s', (_name, go) => {
    fc.assert(
      fc.property(aPlace, fc.integer({ min: -50, max: 50 }), ([rows, height, by], more) => {
        const once = go(START, rows, height, by);
        inRange(once, rows, height);
        inRange(go(once, rows, height, more), rows, height);
      }),
    );
  });

  test('settled on other rows and another height, and home', () => {
    fc.assert(
      fc.property(aPlace, someRows, someHeight, ([rows, height, by], later, laterHeight) => {
        inRange(settled(moved(START, rows, height, by), later, laterHeight), later, laterHeight);
        inRange(home(rows, height), rows, height);
      }),
    );
  });
});

test('whatever changes around it, the cursor stays on its process', () => {
  fc.assert(
    fc.property(aPlace, someRows, someHeight, ([rows, height, by], later, laterHeight) => {
      const cursor = moved(START, rows, height, by);
      const after = settled(cursor, later, laterHeight);
      if (later.some(({ key }) => key === cursor.key)) expect(after.key).toBe(cursor.key);
    }),
  );
});

test('and on its line of the screen, unless the rows end there', () => {
  fc.assert(
    fc.property(aPlace, someRows, ([rows, height, by], later) => {
      fc.pre(height > 0);
      const cursor = moved(START, rows, height, by);
      const after = settled(cursor, later, height);
      if (!later.some(({ key }) => key === cursor.key)) return;
      const line = cursor.index - cursor.top;
      const lowest = Math.max(0, later.length - height);
      const atAnEnd = after.index - line < 0 || after.index - line > lowest;
      if (!atAnEnd) expect(after.index - after.top).toBe(line);
    }),
  );
});

test('a cursor whose process left keeps its place', () => {
  const cursor = moved(START, rowsOf(['a', 'b', 'c', 'd']), 3, 2);
  expect(settled(cursor, rowsOf(['a', 'b', 'd', 'e']), 3)).toMatchObject({ key: 'd', index: 2 });
});

test('an untouched cursor rests on the first line, whoever comes to stand there', () => {
  const cursor = settled(START, rowsOf(['a', 'b']), 3);
  expect(settled(cursor, rowsOf(['busy', 'a', 'b']), 3)).toMatchObject({ key: 'busy', index: 0, top: 0 });
  const touched = moved(cursor, rowsOf(['a', 'b']), 3, 0);
  expect(settled(touched, rowsOf(['busy', 'a', 'b']), 3)).toMatchObject({ key: 'a', index: 1 });
});

test('a jump within sight does not scroll; one beyond it puts the line in the middle', () => {
  const rows = rowsOf(Array.from({ length: 50 }, (_, i) => String(i)));
  expect(jumped(START, rows, 10, 7).top).toBe(0);
  expect(jumped(START, rows, 10, 30)).toMatchObject({ index: 30, top: 25 });
});
