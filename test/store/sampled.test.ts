// A new look whose rows are made in slices: what the user does meanwhile counts, and nothing is lost.
import { describe, expect, test } from 'vitest';
import { moved } from '../../src/derive/viewport.ts';
import { sampled, sampledSteps } from '../../src/store/sampled.ts';
import { change, createAppStore, move, seekLater, type Store } from '../../src/store.ts';
import type { Sample } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample, procMap } from '../derive/aSample.ts';

const MANY = 5_000;

/** A screen that has seen `MANY` processes, and a look at one more of them. */
function scene(): { store: Store; before: Sample; next: Sample; newborn: string } {
  const procs = Array.from({ length: MANY }, (_, at) => aProc({ pid: at + 1, ppid: at === 0 ? 0 : 1 }));
  const table = procMap(procs);
  const store = createAppStore({ cols: 80, height: 24 });
  const before: Sample = { ...aSample(procs, { shape: 1, at: 1_000, interval: undefined }), procs: table };
  sampled(store, before);
  const newborn = aProc({ pid: MANY + 1, ppid: 1, starttime: 9 });
  table.set(newborn.pid, newborn);
  const next: Sample = { ...before, version: 2, shape: 2, at: 2_500, births: [newborn], interval: 1.5 };
  return { store, before, next, newborn: `${MANY + 1}@9` };
}

const keysOf = (store: Store): string[] => store.getState().rows.map(({ key }) => key);

describe('a look whose rows are made in slices', () => {
  test('the sample is there at once, the rows of the look before until the new ones are made', () => {
    const { store, next, newborn } = scene();
    const { rows } = store.getState();
    const steps = sampledSteps(store, next);
    let rests = 0;
    while (steps.next().done !== true) {
      rests++;
      expect(store.getState().sample).toBe(next);
      expect(store.getState().rows).toBe(rows);
    }
    expect(rests).toBeGreaterThan(3);
    expect(keysOf(store)).toContain(newborn);
    expect(store.getState().spawning).toHaveLength(1);
  });

  test('a cursor that moved meanwhile stays where the user put it', () => {
    const { store, next } = scene();
    const steps = sampledSteps(store, next);
    steps.next();
    move(store, (cursor, rows, height) => moved(cursor, rows, height, 7), 2_600);
    const { key } = store.getState().cursor;
    while (steps.next().done !== true);
    expect(store.getState().cursor).toMatchObject({ key, index: 7 });
    expect(store.getState().rows[7]?.key).toBe(key);
    expect(store.getState().heldOrder).toBeDefined();
  });

  test('another way of looking meanwhile: the rows are those of the new one', () => {
    const { store, next, newborn } = scene();
    const steps = sampledSteps(store, next);
    steps.next();
    const { sort } = store.getState();
    change(store, { tree: false, sort: { ...sort, processes: { column: 'PID', reverse: true } } });
    while (steps.next().done !== true);
    expect(keysOf(store)[0]).toBe(newborn);
  });

  test('one that is left off has lost the rows only', () => {
    const { store, next, newborn } = scene();
    const steps = sampledSteps(store, next);
    steps.next();
    sampled(store, { ...next, version: 3, at: 4_000, births: [] });
    expect(keysOf(store)).toContain(newborn);
    expect(store.getState().spawning).toHaveLength(2);
  });

  test('that somebody else stands under the cursor is dated by when it is seen', () => {
    const { store, next } = scene();
    const table = next.procs as Map<number, (typeof next.births)[number]>;
    table.delete(1);
    let now = next.at;
    const steps = sampledSteps(store, { ...next, births: [] }, () => now);
    steps.next();
    now += 400;
    while (steps.next().done !== true);
    expect(store.getState().cursorChangedAt).toBe(next.at + 400);
  });
});

describe('what was looked for in vain', () => {
  /** Only the first half of the processes was read when it was looked for. */
  function partial(): { store: Store; whole: Sample; wanted: string } {
    const { next } = scene();
    const half = [...next.procs.values()].slice(0, MANY / 2);
    const store = createAppStore({ cols: 80, height: 24 });
    sampled(store, { ...aSample(half, { isPartial: true }), procs: procMap(half) });
    return { store, whole: { ...next, isPartial: false }, wanted: `${MANY - 5}@100` };
  }

  test('while some were still to be read is gone to when it comes', () => {
    const { store, whole, wanted } = partial();
    seekLater(store, ({ key }) => key === wanted);
    sampled(store, { ...whole, procs: store.getState().sample?.procs ?? whole.procs, isPartial: true });
    expect(store.getState().sought).toBeDefined();
    sampled(store, whole);
    expect(store.getState().cursor.key).toBe(wanted);
    expect(store.getState().sought).toBeUndefined();
  });

  test('is forgotten when the user moves, when all are read, and where all were', () => {
    const { store, whole, wanted } = partial();
    seekLater(store, ({ key }) => key === wanted);
    move(store, (cursor, rows, height) => moved(cursor, rows, height, 1), 1_100);
    sampled(store, whole);
    expect(store.getState().cursor.index).toBe(1);

    const other = partial();
    seekLater(other.store, () => false);
    sampled(other.store, whole);
    expect(other.store.getState().sought).toBeUndefined();
    seekLater(other.store, () => true);
    expect(other.store.getState().sought).toBeUndefined();
  });
});
