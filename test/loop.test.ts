// When the screen looks again: a scripted sampler, and a clock that moves when it is told to.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLoop, type Loop } from '../src/loop.ts';
import type { Sampler } from '../src/proc/sample.ts';
import { createAppStore } from '../src/store.ts';
import type { Socket } from '../src/types.ts';
import { aProc } from './derive/aProc.ts';
import { aSample, aSocket } from './derive/aSample.ts';
import { createFakeKernel } from './support/fakeKernel.ts';

const DELAY_MS = 1_500;

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
      return aSample([aProc({ pid: 10 })], { version: looks, unread: 0, sockets });
    },
    readOn: () => undefined,
    searchPorts: (budget) => {
      if (budget > 0) searched++;
      return !isFound();
    },
    detail: () => undefined,
  };
  const loop = createLoop(createFakeKernel(), sampler, createAppStore({ cols: 80, height: 24 }));
  loop.first();
  loop.start();
  return { loop, looks: () => looks, searches: () => searched };
}

test('a new listener is shown with its holder as soon as that is found, not at the next look', () => {
  const { loop, looks, searches } = scene(aSocket(), 8);
  vi.advanceTimersByTime(500); // the second look
  const before = looks();
  while (searches() < 8) vi.advanceTimersByTime(10);
  expect(looks()).toBe(before + 1);
  vi.advanceTimersByTime(DELAY_MS - 10);
  expect(looks()).toBe(before + 1); // and the next one a whole interval later
  vi.advanceTimersByTime(20);
  expect(looks()).toBe(before + 2);
  loop.stop();
});

test('a new UDP socket waits for the next look: name look-ups open one at every moment', () => {
  const { loop, looks, searches } = scene(aSocket({ proto: 'udp', state: 'UNCONN' }), 8);
  vi.advanceTimersByTime(500);
  const before = looks();
  while (searches() < 8) vi.advanceTimersByTime(10);
  expect(looks()).toBe(before);
  loop.stop();
});

test('where every holder is known nothing is searched for between looks', () => {
  const { loop, searches } = scene(aSocket(), 0);
  vi.advanceTimersByTime(10 * DELAY_MS);
  expect(searches()).toBe(0);
  loop.stop();
});
