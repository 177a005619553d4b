// Tasks that are due together: one runs, then whoever pressed a key is heard, then the next.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSlices } from '../src/slices.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Slices of 8 ms each, and what was done at which millisecond. */
function scene() {
  let spent = 0;
  const now = (): number => performance.now() + spent;
  const done: string[] = [];
  const slice = createSlices(now);
  const task = (name: string) =>
    slice(() => {
      done.push(name);
      spent += 8;
    });
  return { task, done };
}

test('two that are due at once do not run one behind the other', () => {
  const { task, done } = scene();
  const [a, b] = [task('a'), task('b')];
  a.after(10);
  b.after(10);
  vi.advanceTimersByTime(10);
  expect(done).toEqual(['a']);
  expect([a, b].map((one) => one.isWaiting())).toEqual([false, true]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(['a', 'b']);
});

test('one that goes on and on leaves the others their turn', () => {
  const { task, done } = scene();
  const b = task('b');
  const a = task('a');
  for (let turn = 0; turn < 20; turn++) {
    if (!a.isWaiting()) a.after(0);
    if (turn === 5) b.after(0);
    vi.advanceTimersByTime(1);
  }
  expect(done.indexOf('b')).toBeGreaterThan(0);
  expect(done.indexOf('b')).toBeLessThan(9);
});

test('asked twice it runs once, and not at all when it was stopped', () => {
  const { task, done } = scene();
  const [a, b] = [task('a'), task('b')];
  a.after(5);
  a.after(20);
  b.after(5);
  b.stop();
  vi.advanceTimersByTime(10);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(done).toEqual(['a']);
});
