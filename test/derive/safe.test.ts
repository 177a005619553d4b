import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cells, fit, safe } from '../../src/derive/safe.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  // Lone surrogates and every control: what fast-check's own units leave out.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc
    .array(
      fc.constantFrom(
        'a',
        '\x1b[31m',
        '\x9b',
        '\u0301',
        '\u200d',
        '\ufe0f',
        '漢',
        '👍',
        '🏽',
        '🇦',
        '한',
        'ᄒ',
        'ᅡ',
        '\ud800',
      ),
    )
    .map((parts) => parts.join('')),
);

/**
 * How far a terminal's cursor goes for a text, behind a cell, as all texts stand on the screen: in the first column xterm
 * gives a mark of no width a cell of its own.
 */
function columnAfter(text: string): Promise<number> {
  const terminal = new Terminal({ cols: 400, rows: 2, allowProposedApi: true });
  return new Promise((done) => terminal.write(`x${text}`, () => done(terminal.buffer.active.cursorX - 1)));
}

describe('safe', () => {
  it.each([
    ['an escape sequence', '\x1b[31mred', '␛[31mred'],
    ['a window title', '\x1b]0;x\x07', '␛]0;x␇'],
    ['line breaks and tabs', 'a\nb\rc\td', 'a␊b␍c␉d'],
    ['DEL', 'a\x7f', 'a␡'],
    ['C1: CSI and NEL', 'a\x9b31m\x85', 'a\ufffd31m\ufffd'],
    ['bidi', 'gpj.\u202eexe\u200e\u200f\u2066x\u2069\u061c', 'gpj.\ufffdexe\ufffd\ufffd\ufffdx\ufffd\ufffd'],
    ['zero width', 'ss\u200bhd\u200d\u2060\ufeff\u00ad', 'ss\ufffdhd\ufffd\ufffd\ufffd\ufffd'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a\ufffdb\ufffd'],
    ['tags and variation selectors', 'a\u{e0041}\ufe0f\u{e0100}', 'a\ufffd\ufffd\ufffd'],
    ['fillers that look like nothing', 'a\u3164\u115f', 'a\ufffd\ufffd'],
    ['a lone surrogate', 'a\ud800b\udfff', 'a\ufffdb\ufffd'],
    ['what a decoder made of bad bytes', 'a\ufffd', 'a\ufffd'],
    ['a mark with nothing to stand on', '\u0301a', '\ufffda'],
    ['good text', 'naïve 漢字 e\u0301 👍 Ж', 'naïve 漢字 e\u0301 👍 Ж'],
  ])('%s', (_, text, shown) => {
    expect(safe(text)).toBe(shown);
  });

  it('is printable ASCII alone in ascii mode', () => {
    expect(safe('\x1b[31m漢é\u202e👍', true)).toBe('?[31m????');
    fc.assert(fc.property(anyText, (text) => /^[\x20-\x7e]*$/.test(safe(text, true))));
  });

  it('changes nothing the second time, in either mode', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, ascii) => {
        const once = safe(text, ascii);
        expect(safe(once, ascii)).toBe(once);
      }),
    );
  });

  it('lets nothing through that a terminal obeys, swallows or reorders', () => {
    // By ranges and from the standards, not by the properties that the code itself uses.
    const bad =
      /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0f]|\p{Cs}/u;
    const allowed = /\u202f/g; // a narrow blank: it only looks like one
    fc.assert(fc.property(anyText, (text) => !bad.test(safe(text).replace(allowed, ''))));
    for (let code = 0; code <= 0x10_ffff; code++) {
      const shown = safe(`x${String.fromCodePoint(code)}`).replace(allowed, '');
      if (bad.test(shown)) expect.fail(`U+${code.toString(16)} comes through`);
    }
  });
});

describe('cells', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['naïve', 5],
    ['e\u0301', 1],
    ['漢字', 4],
    ['한글', 4],
    ['ｶﾞ', 2],
    ['Ω…│█', 4],
    ['नी', 2],
  ])('%j is as wide as in a terminal', async (text, width) => {
    expect(cells(text)).toBe(width);
    expect(await columnAfter(text)).toBe(width);
  });

  it.each([
    ['👍', 2], // xterm.js without addons knows Unicode 6, where it is narrow
    ['👍🏽', 4], // 2 where sequences are joined, 4 where they are not
    ['🇩🇪', 2],
    ['1\u20e3', 2], // a keycap, or a digit with a ring
    ['\u1112\u1161', 3], // a syllable in parts: 2 or 3
  ])('%j has the larger of the widths that terminals give it', async (text, width) => {
    expect(cells(text)).toBe(width);
    expect(await columnAfter(text)).toBeLessThanOrEqual(width);
  });

  it('is never less than a terminal or Ink counts, for any character', async () => {
    const lines = 4096;
    for (let from = 0; from < 0x3_0000; from += lines) {
      const texts = Array.from({ length: lines }, (_, i) => safe(`x${String.fromCodePoint(from + i)}`));
      const terminal = new Terminal({ cols: 8, rows: lines + 1, allowProposedApi: true });
      await new Promise<void>((done) => terminal.write(texts.join('|\r\n'), done));
      for (const [i, text] of texts.entries()) {
        const line = terminal.buffer.active.getLine(i);
        let bar = 1;
        while (bar < 8 && line?.getCell(bar)?.getChars() !== '|') bar++;
        const widest = Math.max(i < lines - 1 && from + i !== 0x7c ? bar : 0, stringWidth(text));
        if (widest > cells(text)) expect.fail(`U+${(from + i).toString(16)}: ${widest} > ${cells(text)}`);
      }
    }
  }, 120_000);

  it('is never less than a terminal or Ink counts, for any text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const shown = safe(text);
        expect(stringWidth(shown)).toBeLessThanOrEqual(cells(shown));
        expect(await columnAfter(shown)).toBeLessThanOrEqual(cells(shown));
      }),
    );
  });
});

describe('fit', () => {
  it.each([
    ['abc', 5, 'left', '…', 'abc  '],
    ['abc', 5, 'right', '…', '  abc'],
    ['abcdef', 5, 'left', '…', 'abcd…'],
    ['abcdef', 5, 'right', '', 'abcde'],
    ['abcdef', 6, 'left', '…', 'abcdef'],
    ['漢字', 3, 'left', '', '漢 '],
    ['漢字', 3, 'right', '', ' 漢'],
    ['漢字漢', 4, 'left', '…', '漢… '],
    ['漢字', 4, 'left', '…', '漢字'],
    ['e\u0301e\u0301e\u0301', 2, 'left', '', 'e\u0301e\u0301'],
    ['👍🏽', 3, 'left', '', '   '],
    ['ab', 1, 'left', '…', '…'],
    ['ab', 1, 'left', '...', 'a'],
    ['ab', 0, 'left', '…', ''],
    ['ab', -3, 'left', '…', ''],
    ['ab', Number.NaN, 'left', '…', ''],
  ] as const)('%j in %d, %s, %j', (text, width, align, ellipsis, shown) => {
    expect(fit(text, width, align, ellipsis)).toBe(shown);
  });

  it('is exactly as wide as asked for, for every text', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.nat(40),
        fc.constantFrom('left', 'right'),
        fc.constantFrom('', '…', '...', '漢'),
        (text, width, align, ellipsis) => {
          expect(cells(fit(text, width, align, ellipsis))).toBe(width);
        },
      ),
    );
  });

  it('takes whole characters only, from the beginning', () => {
    const whole = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    fc.assert(
      fc.property(anyText, fc.nat(20), (text, width) => {
        const kept = fit(`x${text}`, width).trimEnd();
        const ends = new Set([0]);
        for (const { segment, index } of whole.segment(`x${text}`)) ends.add(index + segment.length);
        expect(`x${text}`.startsWith(kept)).toBe(true);
        // A blank at the end may be the text's own or the filling; up to the last other character it is whole.
        expect(
          ends.has(kept.length) ||
            `x${text}`.slice(kept.length).trimStart() !== `x${text}`.slice(kept.length),
        ).toBe(true);
      }),
    );
  });
});
