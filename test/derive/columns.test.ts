import { describe, expect, test } from 'vitest';
import { cellText, columnOf, fitColumns, type Column } from '../../src/derive/column.ts';
import { cellOf, type Cell } from '../../src/derive/cell.ts';
import { COLUMNS, DEFAULT_COLUMNS } from '../../src/derive/columns.ts';
import { GROUP_COLUMNS, PORT_COLUMNS, portColumns } from '../../src/derive/otherColumns.ts';
import { SLOT_COLUMNS, slotColumns } from '../../src/derive/slotColumns.ts';
import { ASCII } from '../../src/derive/style.ts';
import { fitTable, headText, rowText } from '../../src/derive/rowText.ts';
import { themeOf } from '../../src/derive/style.ts';
import { processColumns } from '../../src/derive/tables.ts';
import type { Socket } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { aSample, aSocket, cellsOf } from './aSample.ts';

const sample = aSample([aProc()]);
const plain = (line: string): string => line.replace(/\x1b\[[\d;]*m/g, '');
const mono = themeOf(false, true);

function withPidMax(pidMax: number): readonly Column<Cell>[] {
  return processColumns(DEFAULT_COLUMNS, { ...sample, slots: { ...sample.slots, pidMax } }, true);
}

describe.each([32_768, 4_194_304])('pid_max %i', (pidMax) => {
  test('at 80 columns COMMAND has at least 34 cells', () => {
    const { columns, rest } = fitTable(withPidMax(pidMax), 80);
    expect(rest).toBeGreaterThanOrEqual(34);
    expect(columns.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['PID', 'USER', 'S', 'SLOT', 'CPU%', 'PORT', 'COMMAND']),
    );
  });

  test('the columns leave in a fixed order, and what stays keeps its place', () => {
    const gone: string[] = [];
    for (let width = 200; width >= 30; width--) {
      const shown = fitTable(withPidMax(pidMax), width).columns.map(({ id }) => id);
      expect(shown).toEqual(DEFAULT_COLUMNS.filter((id) => shown.includes(id)));
      gone.push(...DEFAULT_COLUMNS.filter((id) => !shown.includes(id) && !gone.includes(id)));
    }
    expect(gone).toEqual(['TIME+', 'MEM%', 'RES', 'CPU%', 'USER', 'PORT']);
  });

  test('the widest pid fits', () => {
    const width = withPidMax(pidMax)[0]?.width;
    expect(width).toBe(String(pidMax - 1).length);
  });
});

test('in a very narrow terminal PID and the beginning of COMMAND are left', () => {
  expect(fitTable(withPidMax(4_194_304), 10).columns.map(({ id }) => id)).toEqual(['PID', 'COMMAND']);
});

test('at 80 columns the other views show what they have, but the service of a port and what Slots says last', () => {
  expect(fitTable(GROUP_COLUMNS, 80).columns.length).toBe(GROUP_COLUMNS.length);
  const left = PORT_COLUMNS.filter((column) => !fitTable(PORT_COLUMNS, 80).columns.includes(column));
  expect(left.map(({ id }) => id)).toEqual(['SERVICE']);
  const shown = (width: number): string =>
    fitTable(slotColumns(ASCII, width), width)
      .columns.map(({ id }) => id)
      .join(' ');
  expect(shown(120)).toBe('KIND USED LIMIT FREE USED% GROW/s FULL IN LAST 60 s REFUSED NAME');
  expect(shown(80)).toBe('KIND USED LIMIT FREE USED% GROW/s FULL IN LAST 60 s NAME');
  expect(shown(60)).toBe('KIND USED LIMIT USED% GROW/s FULL IN NAME');
  expect(shown(40)).toBe('KIND USED LIMIT USED% NAME');
});

test.each([60, 40])(
  'of an address its mark is left at %i columns: public, or reached from here only',
  (width) => {
    const table = fitTable(portColumns(width), width);
    const marks = ['0.0.0.0', '::', '127.0.0.1', '::1', '10.0.0.1'].map((address) => {
      const column = columnOf(table.columns, 'address') as Column<Socket>;
      return cellText(column, aSocket({ address }), sample);
    });
    expect(marks).toEqual(['*', '*', 'lo', 'lo', '']);
    expect(table.rest).toBeGreaterThanOrEqual(14);
    expect(headText(table, 'PORT', false, mono)).toMatch(/ AD PIDS /);
  },
);

test('where an address has room it is written out, and every width has its mark or itself', () => {
  expect(portColumns(80)).toBe(PORT_COLUMNS);
  for (let width = 40; width < 200; width++) {
    expect(fitTable(portColumns(width), width).columns.map(({ id }) => id)).toContain('ADDRESS');
  }
});

test('the default columns are the ones of the contract, and all exist', () => {
  expect(DEFAULT_COLUMNS.join(' ')).toBe('PID USER S SLOT CPU% MEM% RES PORT TIME+ COMMAND');
  for (const id of DEFAULT_COLUMNS) expect(columnOf(COLUMNS, id)?.id).toBe(id);
});

test('a column has one name, and a help of one line', () => {
  for (const columns of [COLUMNS, GROUP_COLUMNS, PORT_COLUMNS, SLOT_COLUMNS] as readonly (readonly {
    id: string;
    help: string;
    width: number;
  }[])[]) {
    expect(new Set(columns.map(({ id }) => id.toLowerCase())).size).toBe(columns.length);
    for (const { help } of columns) expect(help).toMatch(/^\S.*\S$/);
    expect(columns.map(({ width }) => width === 0)).toEqual(columns.map((_, i) => i === columns.length - 1));
  }
});

test('columns are cut only from the narrowest terminal on, and never below one cell for the last', () => {
  for (let width = 1; width < 60; width++) {
    const shown = fitColumns(withPidMax(32_768), width);
    expect(shown.at(-1)?.id).toBe('COMMAND');
    expect(
      shown.reduce((sum, column) => sum + (column.width > 0 ? column.width + 1 : 1), 0),
    ).toBeLessThanOrEqual(Math.max(1, width));
  }
});

test('unknown is a dash, not zero', () => {
  const cell = cellOf(aProc({ cpu: undefined, uid: undefined, fds: undefined }), sample);
  for (const id of ['CPU%', 'USER', 'FDS'])
    expect(cellText(columnOf(COLUMNS, id) as Column<Cell>, cell, sample)).toBe('-');
  expect(cellText(columnOf(COLUMNS, 'CPU%') as Column<Cell>, cellOf(aProc({ cpu: 0 }), sample), sample)).toBe(
    '0.0',
  );
});

test('a value that does not fit is marked as cut, a number too', () => {
  const table = fitTable(withPidMax(32_768), 80);
  const line = plain(
    rowText(
      table,
      cellOf(aProc({ pid: 1_234_567, uid: undefined }), sample),
      sample,
      { cursor: false, tagged: false },
      '',
      mono,
    ),
  );
  expect(line).toMatch(/^ 1234\+ -/);
});

test('the cursor and tags are marks, not only colours', () => {
  const table = fitTable(withPidMax(32_768), 80);
  const first = (cursor: boolean, tagged: boolean): string =>
    plain(rowText(table, cellOf(aProc(), sample), sample, { cursor, tagged }, '', mono)).slice(0, 1);
  expect([first(false, false), first(true, false), first(false, true), first(true, true)]).toEqual([
    ' ',
    '>',
    '*',
    '#',
  ]);
});

test('blanks have no colour', () => {
  const table = fitTable(withPidMax(32_768), 80);
  const marks = { cursor: false, tagged: false };
  const line = (socketsOf: ReadonlyMap<number, readonly Socket[]>): string => {
    const served = { ...sample, socketsOf };
    return rowText(table, cellOf(aProc({ state: 'S' }), served), served, marks, '', themeOf(true, true));
  };
  expect(line(new Map())).not.toContain('\x1b[1;36m');
  expect(line(new Map([[aProc().pid, [aSocket()]]]))).toContain('\x1b[1;36m');
});

test('an arrow tells the order', () => {
  const table = fitTable(withPidMax(32_768), 200);
  expect(plain(headText(table, 'CPU%', true, mono))).toContain(' CPU%v ');
  expect(plain(headText(table, 'PID', false, mono))).toContain(' PID^ ');
  expect(plain(headText(table, 'S', false, mono))).toContain(' ^ ');
  expect(cellsOf(headText(table, 'S', false, mono))).toBe(200);
});

test('every column of the contract is there to be chosen', () => {
  const promised =
    'PPID PGRP SESSION TTY NI NLWP VIRT SHR NEW/s AGE START UNIT CGROUP EXE CWD FDS IO_R IO_W WCHAN OOM CONTAINER';
  for (const id of [...promised.split(' '), ...DEFAULT_COLUMNS])
    expect(COLUMNS.map((column) => column.id)).toContain(id);
});

test('columns beside the usual ones are seen: the command makes room', () => {
  const ids = [...DEFAULT_COLUMNS.slice(0, -1), 'CONTAINER', 'COMMAND'];
  const { columns, rest } = fitTable(processColumns(ids, sample, true), 80);
  expect(columns.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['PID', 'S', 'SLOT', 'PORT', 'CONTAINER', 'COMMAND']),
  );
  expect(rest).toBeGreaterThanOrEqual(16);
});
