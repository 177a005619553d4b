// The writer of the README's picture, on screens small enough to say what must come out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScreen, type Screen } from '../support/screen.ts';
import { runsOf, svgOf } from './svg.ts';

async function screenOf(bytes: string, cols = 20, rows = 2): Promise<Screen> {
  const screen = createScreen(cols, rows);
  await new Promise<void>((resolve) => screen.write(bytes, resolve));
  return screen;
}

/** Text and attributes of a well-formed document. @throws Error where it is not: XML 1.0 as far as the writer uses it */
function parse(svg: string): { texts: string[]; tags: string[] } {
  const open: string[] = [];
  const texts: string[] = [];
  const tags: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="(?:[^<&"]|&(?:amp|lt|gt|quot);)*")*)(\/?)>|([^<]+)/gy;
  while (token.lastIndex < svg.length) {
    const at = token.lastIndex;
    const match = token.exec(svg);
    if (match === null) throw new Error(`not XML at ${at}: ${svg.slice(at, at + 60)}`);
    const [, close, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt|quot);)|[\0-\x08\x0b-\x1f]/.test(text)) throw new Error(`not XML: ${text}`);
      texts.push(text);
    } else if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      tags.push(`${name}${attributes}`);
      if (empty !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return { texts: texts.filter((text) => text.trim() !== ''), tags };
}

test('neighbours of one style are one run, with its colours and its place', async () => {
  const screen = await screenOf('ab\x1b[1;32mcd\x1b[0m ef\r\n\x1b[7mx\x1b[0m');
  const runs = runsOf(screen, 0).map(({ x, width, text, bold }) => ({ x, width, text, bold }));
  expect(runs).toEqual([
    { x: 0, width: 2, text: 'ab', bold: false },
    { x: 2, width: 2, text: 'cd', bold: true },
    { x: 4, width: 16, text: `${' ef'.padEnd(16)}`, bold: false },
  ]);
  const [inverse, plain] = runsOf(screen, 1);
  expect(inverse?.fg).toBe(plain?.bg);
  expect(inverse?.bg).toBe(plain?.fg);
});

test('a wide character takes two cells, and what follows stands where the terminal has it', async () => {
  const runs = runsOf(await screenOf('a進b'), 0).map(({ x, width, text }) => [x, width, text.trim()]);
  expect(runs).toEqual([
    [0, 1, 'a'],
    [1, 2, '進'],
    [3, 17, 'b'],
  ]);
});

test('&, < and > are escaped, blanks keep words on the grid, lines and bars are drawn', async () => {
  const { texts, tags } = parse(svgOf(await screenOf('a<b>&"   c│├─└█░░\r\n└─ x'), 'one & "two"'));
  expect(texts).toEqual(['one &amp; &quot;two&quot;', 'a&lt;b&gt;&amp;&quot;', 'c', 'x']);
  const places = tags.map((tag) => / x="([\d.]+)"[^]* textLength="([\d.]+)"/.exec(tag)?.slice(1));
  const [first, second, third] = places
    .filter((place) => place !== undefined)
    .map((place) => Number(place[0]));
  expect(((second ?? 0) - (first ?? 0)) / 8.4).toBeCloseTo(9, 2);
  expect(((third ?? 0) - (first ?? 0)) / 8.4).toBeCloseTo(3, 2);
  expect(tags.filter((tag) => tag.startsWith('path'))).toHaveLength(1 + 2 + 1 + 2 + 2 + 1);
  // Two ░ side by side are one bar: no seam.
  expect(tags.filter((tag) => tag.includes('fill-opacity'))).toHaveLength(1);
});

test('whatever stands on the screen: well-formed, and the runs cover every cell once', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 });
  const style = fc.integer({ min: 0, max: 107 }).map((number) => `\x1b[${number}m`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, style), { maxLength: 8 }), async (parts) => {
      const screen = await screenOf(parts.join(''), 24, 3);
      parse(svgOf(screen, 'any'));
      for (let y = 0; y < 3; y++) {
        let next = 0;
        for (const { x, width } of runsOf(screen, y)) {
          expect(x).toBe(next);
          next += width;
        }
        expect(next).toBe(24);
      }
    }),
    { numRuns: 150 },
  );
});
