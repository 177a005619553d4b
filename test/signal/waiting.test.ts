// Who waits to start it again: known before the kill, said only where it is true after it.
import { expect, test } from 'vitest';
import { stillWaiting, waitingAbove, withWaiting } from '../../src/signal/waiting.ts';
import type { Proc, TargetReport } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { procMap } from '../derive/aSample.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';

const NODEMON = aProc({
  pid: 100,
  starttime: 7,
  comm: 'node',
  cmdline: ['node', '/usr/bin/nodemon', 'app.js'],
});
const SHELL = aProc({ pid: 101, ppid: 100, comm: 'sh', cmdline: ['sh', '-c', 'app; true'] });
const APP = aProc({ pid: 102, ppid: 101, comm: 'app', cmdline: ['app'] });
const OTHER = aProc({ pid: 103, ppid: 1, comm: 'app', cmdline: ['app'] });

const above = (...targets: readonly Proc[]) => waitingAbove(targets, procMap([NODEMON, SHELL, APP, OTHER]));

function report(target: Proc, outcome: TargetReport['outcome'], detail: string | null = null): TargetReport {
  const { pid, starttime, ppid, comm, state, nlwp } = target;
  const own = { pid, starttime, ppid, comm, name: comm, uid: 0, user: 'root', state, nlwp };
  return { ...own, ports: [], matched: 'pid', outcome, detail };
}

test('nodemon is found over a shell, for its own only', () => {
  expect([...above(APP, OTHER)]).toEqual([
    [
      102,
      {
        pid: 100,
        starttime: 7,
        says: 'nodemon (100) starts it again when a file changes',
        advice: 'slotop kill 100',
      },
    ],
  ]);
});

test('it is said of the killed, behind what else is said of them', () => {
  const says = 'nodemon (100) starts it again when a file changes: slotop kill 100';
  const details = (...reports: readonly TargetReport[]) =>
    withWaiting(reports, above(APP)).map(({ detail }) => detail);
  expect(details(report(APP, 'killed'))).toEqual([says]);
  expect(details(report(APP, 'killed', 'by force'))).toEqual([`by force; ${says}`]);
  expect(details(report(APP, 'survived'), report(OTHER, 'killed'))).toEqual([null, null]);
});

test('nothing is said of one that ended meanwhile, whoever has its number, nor of one that brought it back already', () => {
  const kernel = createFakeKernel({ processes: [{ pid: 100, starttime: 7 }] });
  expect(stillWaiting(kernel, above(APP), []).size).toBe(1);
  const by = { pid: 100, starttime: 7, comm: 'node', kind: 'nodemon', advice: '' };
  expect(stillWaiting(kernel, above(APP), [{ pid: 9, comm: 'app', ppid: 100, unit: null, by }]).size).toBe(0);
  kernel.replace(100, { comm: 'innocent' });
  expect(stillWaiting(kernel, above(APP), []).size).toBe(0);
});
