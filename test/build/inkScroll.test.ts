// A scrolled table: the terminal moves the lines itself, and whatever is drawn so looks as if it were drawn anew.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { create } from '../../build/inkLogUpdate.ts';
import { scrollOf } from '../../build/inkScroll.ts';
import { createScreen } from '../support/screen.ts';

const COLS = 24;

/** A terminal, and how to draw frames on it. */
function scene(rows: number) {
  const screen = createScreen(COLS, rows);
  let sent = '';
  const write = (text: string): void => {
    sent += text;
    screen.write(text.replaceAll(/\r?\n/g, '\r\n')); // termios(3), ONLCR
  };
  const terminal = { rows, columns: COLS, write };
  const draw = create(terminal, { incremental: true }, () => 0);
  async function cells(): Promise<unknown[]> {
    await new Promise<void>((resolve) => screen.write('', resolve));
    return Array.from({ length: COLS * rows }, (_, at) => screen.cell(at % COLS, Math.floor(at / COLS)));
  }
  return {
    frame(lines: readonly string[]) {
      sent = '';
      draw(lines.join('\n'));
      return sent.length;
    },
    cells,
    draw,
    terminal,
    write,
    sent: () => sent,
  };
}

const SELECTED = (text: string): string => `\x1b[7m${text.padEnd(COLS)}\x1b[27m`;

/** A table of processes under a head and above a bar, from a row on, with the cursor in a line. */
function table(rows: number, top: number, cursor: number): string[] {
  const shown = Array.from({ length: rows - 3 }, (_, at) => `${100 + top + at} ${'w'.repeat(COLS - 4)}`);
  return [
    'SLOTS',
    ...shown.map((text, at) => (at === cursor ? SELECTED(text) : text)),
    `at ${top}`,
    'F1Help',
  ];
}

test.each([1, -1, 5, -5])('a table that moves by %i is not sent again', async (by) => {
  const { frame, cells } = scene(30);
  const whole = frame(table(30, 50, by > 0 ? 26 : 0));
  const some = frame(table(30, 50 + by, by > 0 ? 26 : 0));
  expect(some).toBeLessThan(whole / 2);
  const fresh = scene(30);
  fresh.frame(table(30, 50 + by, by > 0 ? 26 : 0));
  expect(await cells()).toEqual(await fresh.cells());
});

test.each<[string, (at: ReturnType<typeof scene>) => void]>([
  ['somebody else had the screen', ({ draw }) => draw.reset()],
  ['it was erased', ({ draw }) => draw.clear()],
  ['another frame was drawn by others', ({ draw }) => draw.sync('')],
  ['the terminal has another width', ({ terminal }) => void (terminal.columns = COLS + 1)],
])('nothing is moved where %s', (_, happen) => {
  const at = scene(30);
  at.frame(table(30, 50, 26));
  happen(at);
  at.frame(table(30, 51, 26));
  expect(at.sent()).not.toMatch(/\x1b\[\d+[ML]/);
});

test('what comes into sight has no colour that others left behind', async () => {
  const at = scene(30);
  const lines = table(30, 50, 26);
  at.frame(lines);
  at.write('\x1b[41m');
  const moved = [...lines.slice(0, 1), ...lines.slice(2, 28), '', ...lines.slice(28)];
  at.frame(moved);
  expect(at.sent()).toMatch(/\x1b\[1M/);
  const fresh = scene(30);
  fresh.frame(moved);
  expect(await at.cells()).toEqual(await fresh.cells());
});

test('nothing is moved where as many lines would have to be sent again', () => {
  const lines = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(scrollOf(lines, lines)).toBeUndefined();
  expect(scrollOf(lines, ['b', 'c', 'x', 'd', 'e', 'f', 'g', 'h'])).toBeUndefined();
  expect(scrollOf(lines, ['b', 'c', 'd', 'x', 'e', 'f', 'g', 'h'])).toEqual({
    first: 0,
    last: 2,
    by: 1,
    count: 3,
  });
  expect(scrollOf(lines, ['1', '2', '3', '4', '5', '6', '7', '8'])).toBeUndefined();
  expect(scrollOf([], lines)).toBeUndefined();
});

const line = fc.oneof(
  fc.constantFrom(
    '',
    'x'.repeat(COLS),
    '\x1b[41mred\x1b[49m',
    SELECTED('here'),
    'é 中文',
    '中'.repeat(COLS / 2),
  ),
  fc.integer({ min: 0, max: 40 }).map((pid) => `${pid} worker`),
);
/** What may happen to a screen: a part of it is moved, by however much, and lines change. */
const change = fc.record({
  first: fc.nat(20),
  length: fc.nat(20),
  by: fc.integer({ min: -6, max: 6 }),
  fresh: fc.array(line, { minLength: 6, maxLength: 6 }),
  changed: fc.array(fc.tuple(fc.nat(20), line), { maxLength: 3 }),
});

test('law: however lines move and change, the screen is what it would be if it were drawn anew', async () => {
  const rows = fc.integer({ min: 1, max: 16 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(line, { minLength: 16, maxLength: 16 }),
      fc.array(change),
      async (height, start, changes) => {
        const { frame, cells } = scene(height);
        let lines = start.slice(0, height);
        frame(lines);
        for (const { first, length, by, fresh, changed } of changes) {
          const part = lines.slice(first, first + length);
          const moved = by > 0 ? [...part.slice(by), ...fresh] : [...fresh.slice(0, -by), ...part];
          lines = [
            ...lines.slice(0, first),
            ...moved.slice(0, part.length),
            ...lines.slice(first + part.length),
          ];
          for (const [at, text] of changed) if (at < height) lines[at] = text;
          frame(lines);
          const anew = scene(height);
          anew.frame(lines);
          expect(await cells()).toEqual(await anew.cells());
        }
      },
    ),
    { numRuns: 100 },
  );
});
