// When the screen looks again: a scripted sampler, and a clock that moves when it is told to.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLoop, type Loop } from '../src/loop.ts';
import type { Kernel } from '../src/kernel.ts';
import type { Sampler } from '../src/proc/sample.ts';
import { createAppStore } from '../src/store.ts';
import type { Sample, Socket } from '../src/types.ts';
import { aProc } from './derive/aProc.ts';
import { aSample, aSocket } from './derive/aSample.ts';
import { createFakeKernel } from './support/fakeKernel.ts';

const DELAY_MS = 1_500;

/** Its clock is that of the timers. */
const kernel = (): Kernel => ({ ...createFakeKernel(), now: () => performance.now() });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A new socket, whose holder is found after so many slices of searching. */
function scene(socket: Socket, slices: number): { loop: Loop; looks: () => number; searches: () => number } {
  const holders = [{ pid: 10, starttime: 1, fd: 3 }];
  let looks = 0;
  let searched = 0;
  const isFound = (): boolean => searched >= slices;
  const sampler: Sampler = {
    look: () => {
      looks++;
      const sockets = [isFound() ? { ...socket, holders } : socket];
      return aSample([aProc({ pid: 10 })], { version: looks, isPartial: false, sockets });
    },
    readOn: () => undefined,
    searchPorts: (budget) => {
      if (budget > 0) searched++;
      return !isFound();
    },
    detail: () => undefined,
  };
  const loop = createLoop(kernel(), sampler, createAppStore({ cols: 80, height: 24 }));
  loop.first();
  loop.start();
  return { loop, looks: () => looks, searches: () => searched };
}

test('a new listener is shown with its holder as soon as that is found, not at the next look', () => {
  const { loop, looks, searches } = scene(aSocket(), 12);
  vi.advanceTimersByTime(500); // the second look
  const before = looks();
  while (searches() < 12) vi.advanceTimersByTime(10);
  expect(looks()).toBe(before + 1);
  vi.advanceTimersByTime(DELAY_MS - 10);
  expect(looks()).toBe(before + 1); // and the next one a whole interval later
  vi.advanceTimersByTime(20);
  expect(looks()).toBe(before + 2);
  loop.stop();
});

test('a new UDP socket waits for the next look: name look-ups open one at every moment', () => {
  const { loop, looks, searches } = scene(aSocket({ proto: 'udp', state: 'UNCONN' }), 12);
  vi.advanceTimersByTime(500);
  const before = looks();
  while (searches() < 12) vi.advanceTimersByTime(10);
  expect(looks()).toBe(before);
  loop.stop();
});

test('where every holder is known nothing is searched for between looks', () => {
  const { loop, searches } = scene(aSocket(), 0);
  vi.advanceTimersByTime(10 * DELAY_MS);
  expect(searches()).toBe(0);
  loop.stop();
});

/** Everybody was read at the first look, and one more is born in each; the clock moves whenever it is looked at. */
function largeScene(size: number) {
  const procs = Array.from({ length: size }, (_, at) => aProc({ pid: at + 1, ppid: at === 0 ? 0 : 1 }));
  const table = new Map(procs.map((proc) => [proc.pid, proc]));
  const base: Sample = { ...aSample(procs, { isPartial: false }), procs: table };
  let looks = 0;
  const sampler: Sampler = {
    look: () => {
      const pid = size + ++looks;
      table.set(pid, aProc({ pid, ppid: 1 }));
      return { ...base, version: looks, shape: looks };
    },
    readOn: () => undefined,
    searchPorts: () => false,
    detail: () => undefined,
  };
  let now = 0;
  const store = createAppStore({ cols: 80, height: 24 });
  const loop = createLoop({ ...createFakeKernel(), now: () => ++now }, sampler, store);
  loop.first();
  loop.start();
  return { loop, store, looks: () => looks };
}

test('the rows of a large machine are made in slices, between which the screen is that of the look before', () => {
  const { loop, store, looks } = largeScene(20_000);
  const before = store.getState().rows;
  vi.advanceTimersByTime(500); // the second look
  expect(looks()).toBe(2);
  let slices = 1;
  while (store.getState().rows === before && slices < 100) {
    vi.advanceTimersByTime(3);
    slices++;
  }
  expect(slices).toBeGreaterThan(3);
  expect(slices).toBeLessThan(100);
  expect(store.getState().rows).toHaveLength(20_002);
  expect(looks()).toBe(2); // the next one waits for them
  vi.advanceTimersByTime(10 * DELAY_MS);
  expect(looks()).toBeGreaterThan(4);
  loop.stop();
});

test('a look that the user asks for meanwhile has its rows at once, and the looks go on', () => {
  const { loop, store, looks } = largeScene(20_000);
  vi.advanceTimersByTime(500);
  loop.look();
  expect(store.getState().rows).toHaveLength(20_003);
  vi.advanceTimersByTime(10 * DELAY_MS);
  expect(looks()).toBeGreaterThan(5);
  loop.stop();
  const then = looks();
  vi.advanceTimersByTime(10 * DELAY_MS);
  expect(looks()).toBe(then);
});

test('all that came with the first reading is shown before anything more is read of it', () => {
  let slices = 0;
  const readBefore: number[] = [];
  const sampler: Sampler = {
    look: () => {
      readBefore.push(slices);
      return aSample([aProc({ pid: 10 })], { version: readBefore.length, isPartial: slices < 3 });
    },
    readOn(budget) {
      if (budget > 0) slices++;
      return slices < 3 ? 'processes' : slices < 50 ? 'details' : undefined;
    },
    searchPorts: () => false,
    detail: () => undefined,
  };
  const loop = createLoop(kernel(), sampler, createAppStore({ cols: 80, height: 24 }));
  loop.first();
  loop.start();
  vi.advanceTimersByTime(400);
  expect(readBefore).toEqual([0, 3]);
  expect(slices).toBe(50); // and the rest of it after that
  loop.stop();
});

test('the first look at all of a large machine leaves the search to its slices, the looks behind it do not', () => {
  const budgets: number[] = [];
  const sampler: Sampler = {
    look({ portBudgetMs }) {
      budgets.push(portBudgetMs);
      return aSample([aProc({ pid: 10 })], { version: budgets.length, isPartial: budgets.length <= 2 });
    },
    readOn: () => undefined,
    searchPorts: () => false,
    detail: () => undefined,
  };
  const loop = createLoop(kernel(), sampler, createAppStore({ cols: 80, height: 24 }));
  loop.first();
  loop.start();
  while (budgets.length < 5) vi.advanceTimersByTime(10);
  const [first, second, whole, ...later] = budgets;
  expect(first).toBeGreaterThan(0);
  expect([second, whole]).toEqual([0, 0]);
  expect(Math.min(...later)).toBeGreaterThan(0);
  loop.stop();
});
