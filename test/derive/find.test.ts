// Searching in a pane: the next hit, round the end, and marks that need no colour.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLine, hitsMarked } from '../../src/derive/find.ts';
import { cells } from '../../src/derive/safe.ts';
import { wrapped } from '../../src/derive/panes/wrap.ts';
import { themeOf } from '../../src/derive/style.ts';
import { anyText } from './aSample.ts';
import { safe } from '../../src/derive/safe.ts';

const lines = [' one', ' \x1b[1mTwo\x1b[0m words', ' three', ' two.'];

test('goes on, back and round; case counts only where a capital is written', () => {
  expect(findLine(lines, 'two', 0, 1)).toBe(1);
  expect(findLine(lines, 'two', 2, 1)).toBe(3);
  expect(findLine(lines, 'two', 4, 1)).toBe(1);
  expect(findLine(lines, 'two', 0, -1)).toBe(3);
  expect(findLine(lines, 'Two', 2, 1)).toBe(1);
  expect(findLine(lines, 'two words', 0, 1)).toBe(1);
  expect(findLine(lines, 'none', 0, 1)).toBe(undefined);
  expect(findLine(lines, '', 0, 1)).toBe(undefined);
  expect(findLine(lines, '[1m', 0, 1)).toBe(undefined);
  expect(findLine([], 'x', 0, 1)).toBe(undefined);
});

test('the present hit has a mark of its own, every hit is in reverse video', () => {
  const mono = themeOf(false, true);
  const marked = lines.map(hitsMarked({ text: 'two', line: 3 }, mono));
  expect(marked).toEqual([' one', ' \x1b[7mTwo\x1b[0m words', ' three', '>\x1b[7mtwo\x1b[0m.']);
});

test('wrapping loses nothing but blanks, and never goes beyond the width', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 50 }), fc.nat(20), (text, width, indent) => {
      const line = safe(text);
      const pieces = wrapped(line, width, indent);
      for (const piece of pieces) expect(cells(piece)).toBeLessThanOrEqual(Math.max(2, width));
      const bare = (words: string): string => words.replace(/\s/gu, '');
      expect(bare(pieces.join(''))).toBe(bare(line));
    }),
  );
});
