// NEW/s: a row's own children, a branch's sum, and unknown before there are two looks.
import { expect, test } from 'vitest';
import { birthRate } from '../../src/derive/births.ts';
import { branchCell, cellOf } from '../../src/derive/cell.ts';
import { cellText, columnOf } from '../../src/derive/column.ts';
import { COLUMNS } from '../../src/derive/columns.ts';
import { aProc } from './aProc.ts';
import { aSample } from './aSample.ts';

const parent = aProc({ pid: 10 });
const child = aProc({ pid: 11, ppid: 10 });
const births = [child, aProc({ pid: 12, ppid: 10 }), aProc({ pid: 13, ppid: 11 })];
const sample = aSample([parent, ...births], { births, interval: 2 });
const column = columnOf(COLUMNS, 'new');

test('a row counts its own children a second, a branch those of all in it', () => {
  expect(birthRate([parent], sample)).toBe(1);
  expect(birthRate([child], sample)).toBe(0.5);
  expect(column?.value(cellOf(parent, sample), sample)).toBe(1);
  expect(column?.value(branchCell([parent, child], sample), sample)).toBe(1.5);
});

test('before the second look it is unknown, and on a quiet machine zero', () => {
  const first = aSample([parent], { interval: undefined });
  expect(column && cellText(column, cellOf(parent, first), first)).toBe('-');
  const quiet = aSample([parent], { interval: 2 });
  expect(column && cellText(column, cellOf(parent, quiet), quiet)).toBe('0');
});
