// A sweep says who waits to start its members again, as kill and free do.
import { expect, test } from 'vitest';
import { sweep } from '../../../src/signal/sweep/sweep.ts';
import { createFakeKernel, type FakeKernel } from '../../support/fakeKernel.ts';
import { requestFor, wired } from './rig.ts';

const SAYS = 'nodemon (20) starts it again when a file changes: slotop kill 20';

/** nodemon, the shell that it starts apps by, an app with a worker of its own, and an app of nobody. */
function machine(): FakeKernel {
  return createFakeKernel({
    self: 50,
    processes: [
      { pid: 1, ppid: 0, comm: 'init' },
      { pid: 20, ppid: 1, comm: 'node', cmdline: ['node', '/usr/bin/nodemon', 'app.js'] },
      { pid: 21, ppid: 20, comm: 'sh', cmdline: ['sh', '-c', 'app; true'] },
      { pid: 22, ppid: 21, comm: 'app' },
      { pid: 23, ppid: 22, comm: 'app' },
      { pid: 30, ppid: 1, comm: 'app' },
      { pid: 50, ppid: 1, comm: 'slotop' },
    ],
  });
}

const detailsOf = (fake: FakeKernel) => {
  const report = sweep(wired(fake).kernel, requestFor(fake, ['app']));
  return Object.fromEntries(report.targets.map(({ pid, outcome, detail }) => [pid, [outcome, detail]]));
};

test('of each whom it would start again, also a worker and one over a shell; of nobody else', () => {
  expect(detailsOf(machine())).toEqual({
    22: ['killed', SAYS],
    23: ['killed', SAYS],
    30: ['killed', null],
  });
});

test('the shell between them dies meanwhile: it is known from before', () => {
  const fake = machine();
  fake.before('kill', 22, () => fake.exit(21));
  expect(detailsOf(fake)).toMatchObject({ 22: ['killed', SAYS], 23: ['killed', SAYS] });
});

test('nothing is said of one that ended, whoever has its number', () => {
  const fake = machine();
  fake.before(
    'kill',
    22,
    () => void fake.replace(20, { comm: 'node', cmdline: ['node', '/usr/bin/nodemon'] }),
  );
  expect(detailsOf(fake)).toMatchObject({ 22: ['killed', null], 23: ['killed', null] });
});
