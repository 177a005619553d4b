/// <reference path="../../build/stock.d.ts" />
import { describe, expect, it } from 'vitest';
import * as stock from 'stock:ansi-tokenize';
import stockLineUpdate from 'stock:ink-line-update';
import stockSanitize from 'stock:ink-sanitize';
import stockWidth from 'stock:string-width';
import {
  rememberedLines,
  restyled,
  styledCharsFromTokens,
  styledCharsToString,
  tokenize,
} from '../../build/ansiTokenize.ts';
import lineUpdate from '../../build/inkLineUpdate.ts';
import sanitizeAnsi from '../../build/inkSanitize.ts';
import { isPlain, plainWidth } from '../../build/plainText.ts';
import { styleCounts } from '../../build/sgrStyles.ts';
import stringWidth from '../../build/stringWidth.ts';
import { createScreen } from '../support/screen.ts';
import { random, randomText } from './randomText.ts';

const ROUNDS = 30_000;
/** A third all plain, a third nearly, a third wild. */
const KINDS = [0, 3, 35].map((odd) => ({ odd, newlines: true }));

function* texts(seed: number): Generator<string> {
  const next = random(seed);
  for (let round = 0; round < ROUNDS; round++) yield randomText(next, 24, KINDS[round % KINDS.length]!);
}

/** Fails with the first text on which the two differ; one expect for each of 30,000 would take longer than the work. */
function sameForAll(
  seed: number,
  fast: (text: string) => unknown,
  original: (text: string) => unknown,
): void {
  for (const text of texts(seed)) {
    const ours = JSON.stringify(fast(text));
    const theirs = JSON.stringify(original(text));
    if (ours !== theirs) expect({ text, result: ours }).toEqual({ text, result: theirs });
  }
}

describe('the same as the published modules on 30,000 random texts', () => {
  it('is not compared with itself', () => {
    expect(stock.tokenize).not.toBe(tokenize);
    expect(stockWidth).not.toBe(stringWidth);
    expect(stockSanitize).not.toBe(sanitizeAnsi);
  });

  it('the texts take both paths', () => {
    const plain = [...texts(0)].filter((text) => plainWidth(text) >= 0).length;
    expect(plain).toBeGreaterThan(ROUNDS / 3);
    expect(plain).toBeLessThan((ROUNDS * 4) / 5);
  });

  it('tokens, cells, and the strings made of our cells and of stock cells, whole and in part', () => {
    const middle = <T>(list: T[]): T[] => list.slice(list.length >> 2, -(list.length >> 2) || undefined);
    for (const text of texts(1)) {
      const theirTokens = stock.tokenize(text);
      const theirCells = stock.styledCharsFromTokens(theirTokens);
      const tokens = tokenize(text);
      const cells = styledCharsFromTokens(tokens);
      const whole = stock.styledCharsToString(theirCells);
      const part = stock.styledCharsToString(middle(theirCells));
      const theirs = JSON.stringify([theirTokens, theirCells, whole, part, whole, part]);
      const ours = JSON.stringify([
        tokens,
        cells,
        styledCharsToString(cells),
        styledCharsToString(middle(cells)),
        styledCharsToString(theirCells),
        styledCharsToString(middle(theirCells)),
      ]);
      if (ours !== theirs) expect({ text, result: ours }).toEqual({ text, result: theirs });
    }
  });

  it('tokens up to a cell', () => {
    sameForAll(
      2,
      (text) => tokenize(text, text.length >> 2),
      (text) => stock.tokenize(text, text.length >> 2),
    );
    expect(tokenize('abc', 1)).toEqual(stock.tokenize('abc', 1));
  });

  it('lines restyled without cells', () => {
    let answered = 0;
    for (const text of texts(3)) {
      const ours = restyled(text);
      if (ours === undefined) continue;
      answered++;
      const lines: stock.StyledChar[][] = [[]];
      for (const cell of stock.styledCharsFromTokens(stock.tokenize(text))) {
        if (cell.value === '\n') lines.push([]);
        else lines.at(-1)!.push(cell);
      }
      const theirs = lines.map((line) => stock.styledCharsToString(line));
      if (ours.join('\n') !== theirs.join('\n')) expect({ text, ours }).toEqual({ text, ours: theirs });
    }
    expect(answered).toBeGreaterThan(ROUNDS / 3);
  });

  it('string-width and sanitize', () => {
    sameForAll(6, stringWidth, stockWidth);
    sameForAll(7, sanitizeAnsi, stockSanitize);
  });
});

describe('the changed part of a line', () => {
  const next = random(9);

  /** A line and what became of it: some of it kept at the front or at both sides. */
  function change(odd: number): [string, string] {
    const kind = { odd, newlines: false };
    const kept = randomText(next, 12, kind);
    const [before, after] = [randomText(next, 6, kind), randomText(next, 6, kind)];
    if (next(8) === 0) return [kept + before, after];
    if (next(3) === 0) {
      // Other letters, or other colours, in the middle.
      const end = randomText(next, 12, kind);
      const other = next(2) === 0 ? before.replaceAll(/[aZ~]/g, 'b') : before.replaceAll('[3', '[4');
      return [kept + before + end, kept + other + end];
    }
    const cut = next(4) === 0 ? next(kept.length + 1) : kept.length;
    return [kept + before, kept.slice(0, cut) + after];
  }

  it('is found as by the published module or leads to the same cells, in 30,000 random changes', async () => {
    let partial = 0;
    const shorter: { before: string; after: string; theirs: string; ours: string }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [before = '', after = ''] = change([0, 0, 2, 20][round % 4]!).map(asFromInk);
      const columns = [undefined, 0, 1, 10, 20, 40, 80, 200, Number.NaN, 37.5][next(10)];
      const theirs = stockLineUpdate(before, after, columns);
      const ours = lineUpdate(before, after, columns);
      if (ours.length < theirs.length && columns === COLUMNS) shorter.push({ before, after, theirs, ours });
      else if (ours !== theirs && ours.length >= theirs.length)
        expect({ before, after, columns, ours }).toEqual({ before, after, columns, ours: theirs });
      if (plainWidth(before + after) >= 0 && !ours.startsWith('\x1b[1G')) partial++;
    }
    expect(partial).toBeGreaterThan(ROUNDS / 20);
    expect(shorter.length).toBeGreaterThan(100);
    for (const { before, ours, theirs, ...rest } of shorter)
      expect({ before, ...rest, ours, cells: await cellsOf(before, ours) }).toEqual({
        before,
        ...rest,
        ours,
        cells: await cellsOf(before, theirs),
      });
  });

  it('does not take the end of a sequence for letters', async () => {
    const [before, after] = ['aa\x1b[31mccc\x1b[39mX', 'aa\x1b[31mb\x1b[39m9mX'];
    const update = lineUpdate(before, after, COLUMNS);
    expect(await cellsOf(before, update)).toEqual(await cellsOf(after, ''));
  });

  /** Closed, and without those sequences that are something else to Ink than to a terminal: half of a colour, and 21. */
  function asFromInk(line: string): string {
    return restyled(line.replaceAll(/\x1b\[(?:21|38|48|38;5|38;2;1|48;9)m/g, ''))?.[0] ?? line;
  }

  const COLUMNS = 40;
  const screen = createScreen(COLUMNS, 2);

  /** What stands there when `update` was sent to a line, and the next line was written to after that. */
  async function cellsOf(line: string, update: string): Promise<unknown[]> {
    await new Promise<void>((done) => screen.write(`\x1b[0m\x1b[2J\x1b[H${line}${update}\r\nnext`, done));
    return Array.from({ length: 2 * COLUMNS }, (_, at) =>
      screen.cell(at % COLUMNS, Math.floor(at / COLUMNS)),
    );
  }
});

describe('plain characters', () => {
  const all = Array.from({ length: 0x10000 }, (_, unit) => unit).filter(isPlain);

  it('are one cell, and not ignorable', () => {
    for (const unit of all) {
      const char = String.fromCharCode(unit);
      expect([unit, stockWidth(char), stock.tokenize(char)]).toEqual([
        unit,
        1,
        [{ type: 'char', value: char, fullWidth: false }],
      ]);
      expect(char).not.toMatch(/\p{Default_Ignorable_Code_Point}|\p{Control}|\p{Mark}/u);
    }
  });

  it('join none of their neighbours', () => {
    const next = random(8);
    const shuffled = Array.from({ length: 5_000 }, () => String.fromCharCode(all[next(all.length)]!));
    const segments = [
      ...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(shuffled.join('')),
    ];
    expect(segments.length).toBe(shuffled.length);
    expect(stockWidth(shuffled.join(''))).toBe(shuffled.length);
  });
});

it('holds a bounded number of lines and styles, whatever comes', () => {
  for (let round = 0; round < 20_000; round++) {
    const colour = `\x1b[38;2;${round & 255};${(round >> 8) & 255};7m`;
    const cells = styledCharsFromTokens(tokenize(`${colour}row ${round}\x1b[0m`));
    styledCharsToString(cells);
  }
  tokenize('long '.repeat(10_000));
  expect(rememberedLines()).toBeLessThanOrEqual(512);
  expect(rememberedLines()).toBeGreaterThan(0);
  expect(styleCounts().styles).toBeLessThanOrEqual(512);
  expect(styleCounts().sequences).toBeLessThanOrEqual(512);
});
