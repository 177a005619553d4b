import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline } from '../../src/derive/sparkline.ts';
import { ASCII, UNICODE } from '../../src/derive/style.ts';

const minute = (count: (step: number) => number): number[] => Array.from({ length: 30 }, (_, i) => count(i));

test('a rising minute rises, a flat one lies flat, a small one is no mountain', () => {
  expect(
    sparkline(
      minute((step) => step * 100),
      8,
      UNICODE.history,
    ),
  ).toBe('▁▂▃▄▅▆▇█');
  expect(
    sparkline(
      minute(() => 31_204),
      5,
      UNICODE.history,
    ),
  ).toBe('▁▁▁▁▁');
  expect(
    sparkline(
      minute((step) => step % 2),
      30,
      ASCII.history,
    ),
  ).toBe('.'.repeat(30));
});

test('a short spike is not lost where a cell stands for several counts', () => {
  const spike = sparkline(
    minute((step) => (step === 13 ? 900 : 100)),
    10,
    ASCII.history,
  );
  expect(spike).toBe('....@.....');
});

test('what was not counted yet is blank, the present stands on the right', () => {
  expect(sparkline([1, 50], 30, ASCII.history)).toBe(`${' '.repeat(28)}.@`);
});

test('always so many cells, of the glyphs that there are', () => {
  const counts = fc.array(fc.nat(4_000_000), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 30 }), (used, cells) => {
      const text = sparkline(used, cells, ASCII.history);
      expect(text).toHaveLength(cells);
      expect([...text].every((glyph) => glyph === ' ' || ASCII.history.includes(glyph))).toBe(true);
    }),
  );
});
