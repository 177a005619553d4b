// The screen as a user meets it, at every size.
import { describe, expect, test } from 'vitest';
import { cells } from '../../src/derive/safe.ts';
import { spawnNamed } from '../support/procs.ts';
import { headLine, openSlotop, rowOf, tableRows } from '../support/slotop.ts';

const SIZES = [
  [80, 24],
  [120, 35],
  [200, 50],
  [60, 15],
  [40, 10],
] as const;

describe.each(SIZES)('at %dx%d', (cols, rows) => {
  test('line 1 is SLOTS, then head, rows, status and function bar; nothing wraps', async () => {
    const terminal = await openSlotop({ cols, rows });
    const lines = terminal.lines();
    expect(terminal.buffer).toBe('alternate');
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toMatch(/^SLOTS .*\d+\/\d+ \[/);
    expect(headLine(lines)).toBeGreaterThan(0);
    expect(tableRows(lines).length).toBeGreaterThanOrEqual(Math.min(rows - 9, 3));
    expect(lines.at(-1)).toMatch(/^F1Help/);
    for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(cols);

    terminal.press('q');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: 0 });
  });
});

test('80x24 keeps 15 rows and 34 cells of command', async () => {
  const terminal = await openSlotop({ cols: 80, rows: 24 });
  const lines = terminal.lines();
  const head = lines[headLine(lines)] ?? '';
  expect(head).toMatch(/PID.? USER +S +SLOT +CPU% .*PORT COMMAND/);
  expect(80 - head.indexOf('COMMAND')).toBeGreaterThanOrEqual(34);
  expect(lines.length - headLine(lines) - 3).toBeGreaterThanOrEqual(15);
});

test('a resize redraws the whole screen at the new size', async () => {
  const terminal = await openSlotop({ cols: 120, rows: 35 });
  for (const [cols, rows] of [
    [60, 15],
    [200, 50],
    [80, 24],
  ] as const) {
    terminal.resize(cols, rows);
    await terminal.waitFor(
      (lines) =>
        lines.length === rows &&
        lines[0]?.startsWith('SLOTS') === true &&
        (lines.at(-1) ?? '').startsWith('F1Help'),
      `a screen of ${cols}x${rows}`,
    );
    for (const line of terminal.lines()) expect(cells(line)).toBeLessThanOrEqual(cols);
  }
});

test('names from the machine are made safe: escape sequences, newlines and wide characters draw as marks', async () => {
  const evil = await spawnNamed('sl\x1b]0;pwned\x07');
  const wide = await spawnNamed('sl進程\u202Ename');
  const newline = await spawnNamed('sl\nbad) R 1');
  const terminal = await openSlotop({ cols: 120, rows: 35, args: ['sl'] });
  for (const { pid } of [evil, wide, newline])
    await terminal.waitFor((lines) => rowOf(lines, pid) !== undefined, `row of ${pid}`);
  const lines = terminal.lines();
  expect(terminal.bytes.text).not.toContain(']0;pwned\x07');
  expect(terminal.bytes.text).not.toContain('\u202E');
  expect(rowOf(lines, evil.pid)).toContain(']0;pwned');
  expect(rowOf(lines, wide.pid)).toContain('進程');
  expect(rowOf(lines, newline.pid)).toContain('bad) R 1');
  for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(120);
});

test('--ascii draws with ASCII alone, NO_COLOR without colours', async () => {
  const ascii = await openSlotop({ cols: 100, rows: 30, args: ['--ascii'] });
  // eslint complains of control characters, and they are what is looked for here: anything beyond ASCII.
  expect([...ascii.bytes.text].filter((character) => (character.codePointAt(0) ?? 0) > 0x7e)).toEqual([]);
  const plain = await openSlotop({ cols: 100, rows: 30, env: { NO_COLOR: '1' } });
  expect(plain.bytes.text).not.toMatch(/\x1b\[[\d;]*[34]\dm/);
});
