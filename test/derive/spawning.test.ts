import { describe, expect, test } from 'vitest';
import { slotItems } from '../../src/derive/slotItems.ts';
import { fastestNames, fastestParents, NOBODY_SPAWNED, spawningAfter } from '../../src/derive/spawning.ts';
import type { Proc, Sample } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { aLimit, aSample } from './aSample.ts';

const shell = aProc({ pid: 2, comm: 'sh', ppid: 1 });
const workers = (from: number, count: number): Proc[] =>
  Array.from({ length: count }, (_, i) => aProc({ pid: from + i, ppid: 2, comm: 'worker' }));

function look(at: number, born: readonly Proc[], own: Partial<Sample> = {}): Sample {
  return aSample([shell, ...born], { at, births: born, interval: 1, ...own });
}

test('names and parents over the last ten seconds, the fastest first', () => {
  const cron = aProc({ pid: 300, ppid: 9, comm: 'cron' });
  let spawning = spawningAfter(NOBODY_SPAWNED, look(1000, workers(10, 30)));
  spawning = spawningAfter(spawning, look(2000, [...workers(40, 10), cron]));
  expect(fastestNames(spawning)).toEqual([
    { name: 'worker', perSecond: 20 },
    { name: 'cron', perSecond: 0.5 },
  ]);
  // The parent of cron has left, so nobody can be named for it.
  expect(fastestParents(spawning)).toEqual([
    { pid: 2, starttime: shell.starttime, name: 'sh', perSecond: 20 },
  ]);
  spawning = spawningAfter(spawning, look(11_500, []));
  expect(fastestNames(spawning).map(({ perSecond }) => perSecond)).toEqual([5, 0.5]);
  expect(spawningAfter(spawning, look(30_000, []))).toHaveLength(1);
});

test('the first look has no births: who is there already was not just born', () => {
  expect(spawningAfter(NOBODY_SPAWNED, look(0, workers(10, 3), { interval: undefined }))).toEqual([]);
});

describe('the Slots view', () => {
  const sample = look(1000, workers(10, 30));
  const items = slotItems(
    {
      ...sample,
      slots: {
        ...sample.slots,
        tasks: { used: 31, limit: 100, limitedBy: 'pid_max' },
        limits: [aLimit({ used: 31, free: 68 })],
        users: [
          { uid: 0, user: 'root', tasks: 5, limit: 3, exempt: true },
          { uid: 5, user: 'bob', tasks: 1, limit: null, exempt: false },
          { uid: 6, user: 'ann', tasks: 1, limit: 9, exempt: false },
        ],
      },
    },
    spawningAfter(NOBODY_SPAWNED, sample),
  );

  test('limits first, then whom none binds, then who spawns', () => {
    expect(items.map(({ kind, name, used }) => `${kind} ${name} ${used}`)).toEqual([
      'host pid_max 31',
      'user root 5',
      'user bob 1',
      'name worker 30',
      'parent 2 sh 30',
    ]);
    expect(items[0]).toMatchObject({ share: 0.31, free: 68 });
    expect(items[1]?.note).toBe('limit does not bind');
    expect(items[2]?.note).toBe('no limit');
  });

  test('a name stands for its members, a parent for itself, a limit for nobody', () => {
    expect(items[3]).toMatchObject({ share: 0.3, growth: 30 });
    expect(items[3]?.members?.map(({ pid }) => pid)).toEqual(workers(10, 30).map(({ pid }) => pid));
    expect(items[4]?.members).toEqual([shell]);
    expect(items[0]?.members).toBeUndefined();
  });
});
