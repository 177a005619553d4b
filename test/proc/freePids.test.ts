import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { freePids, type PidTable } from '../../src/proc/freePids.ts';
import type { Proc } from '../../src/types.ts';
import { procDir } from '../support/procDir.ts';

const proc = (pid: number, own: Partial<Proc> = {}): Proc =>
  ({ pid, pgrp: 1, session: 1, nlwp: 1, ...own }) as Proc;
const table = (...procs: Proc[]): Map<number, Proc> => new Map(procs.map((p) => [p.pid, p]));

function free(procs: Map<number, Proc>, own: Partial<PidTable> = {}): number {
  const dir = procDir({ processes: [{ pid: 1 }] });
  for (const tid of [20, 21, 350]) mkdirSync(join(dir.root, `20/task/${tid}`), { recursive: true });
  const used = [...procs.values()].reduce((sum, { nlwp }) => sum + nlwp, 0);
  return freePids(openKernel(dir.root), procs, {
    pidMax: 400,
    used,
    visibleTasks: used,
    lastPid: 399,
    ...own,
  });
}

test('at first every number up to pid_max - 1 is to be had', () => {
  expect(free(table(proc(1), proc(2)), { lastPid: 2 })).toBe(397);
});

test('once 300 was passed, those below that are not in use are lost', () => {
  expect(free(table(proc(1), proc(2)))).toBe(100);
  expect(free(table(proc(1), proc(2), proc(301)))).toBe(99);
});

test('threads are counted by their own numbers', () => {
  // 20 and 21 are reserved ones, 350 is not.
  expect(free(table(proc(1), proc(20, { nlwp: 3 })))).toBe(99);
});

test('a group or session whose leader has gone still holds its number', () => {
  expect(free(table(proc(1), proc(310, { pgrp: 305, session: 304 })))).toBe(97);
  expect(free(table(proc(1), proc(305), proc(310, { pgrp: 305, session: 44 })))).toBe(98);
});

test('where some are hidden, or there is plenty of room, the rough answer does', () => {
  expect(free(table(proc(1)), { used: 200 })).toBe(199);
  expect(free(table(proc(1)), { pidMax: 32_768 })).toBe(32_766);
});
