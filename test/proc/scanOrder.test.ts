// When those born under our eyes are due, and in which order.
import { expect, test } from 'vitest';
import { createScanOrder, type Entry } from '../../src/proc/scanOrder.ts';
import type { Proc } from '../../src/types.ts';

function scene() {
  const order = createScanOrder();
  let count = 0;
  return {
    order,
    born: (pid: number, bornAt?: number): Entry =>
      order.add({ pid, starttime: pid, ppid: 1 } as Proc, ++count, bornAt),
    look: (entry: Entry, now: number) => order.scanned(entry, ++count, now),
    count: () => count,
    due: (now: number) => [...order.young(now)].map(({ pid }) => pid),
  };
}

test('a newborn is due at once, after one second and after four, each time until it was looked into', () => {
  const { born, look, due } = scene();
  const one = born(10, 100);
  expect(due(100)).toEqual([10]);
  expect(due(100)).toEqual([10]);
  look(one, 100);
  expect(due(1099)).toEqual([]);
  expect(due(1100)).toEqual([10]);
  expect(due(1500)).toEqual([10]);
  look(one, 1500);
  expect(due(4099)).toEqual([]);
  expect(due(4100)).toEqual([10]);
  look(one, 4100);
  expect(due(1e9)).toEqual([]);
});

test('one that was passed over comes again at its next age, and one that was missed for long but once', () => {
  const { order, born, look, due } = scene();
  const one = born(10, 0);
  order.passed(one, 0);
  expect(due(999)).toEqual([]);
  expect(due(1000)).toEqual([10]);
  const other = born(11, 0);
  expect(due(9000)).toEqual([11, 10]);
  look(one, 9000);
  look(other, 9000);
  expect(due(1e9)).toEqual([]);
});

test('the newest come first, also before older ones that become due with them', () => {
  const { born, look, due } = scene();
  [1, 2, 3].forEach((pid) => look(born(pid, pid), pid));
  [4, 5].forEach((pid) => born(pid, 1500 + pid));
  expect(due(1600)).toEqual([5, 4, 3, 2, 1]);
});

test('who was there before us, who left, and whose number somebody else has now, is not due', () => {
  const { order, born, due } = scene();
  born(10);
  born(11, 0);
  born(12, 0);
  expect(due(0)).toEqual([12, 11]);
  order.remove(11);
  const next = born(12, 50);
  expect([...order.young(50)]).toEqual([next]);
});

test('where nearly all that were due have died, who is left stays due', () => {
  const { order, born, due } = scene();
  const pids = Array.from({ length: 100 }, (_, at) => at + 10);
  pids.forEach((pid) => born(pid, 0));
  expect(due(0)).toHaveLength(100);
  pids.filter((pid) => pid !== 50).forEach((pid) => order.remove(pid));
  expect(due(0)).toEqual([50]);
});

test('who waits longest is next, since it appeared or since it was looked into', () => {
  const { order, born, look } = scene();
  const [one, two, three] = [born(1), born(2), born(3)];
  expect(order.next()).toBe(one);
  look(one, 0);
  expect(order.next()).toBe(two);
  look(three, 0);
  look(two, 0);
  expect(order.next()).toBe(one);
  const four = born(4);
  look(one, 0);
  look(three, 0);
  expect(order.next()).toBe(two);
  order.remove(2);
  expect(order.next()).toBe(four);
  order.remove(4);
  expect(order.next()).toBe(one);
});

test('a moment is past when everybody who was there was looked into since, or has left', () => {
  const { order, born, look, count } = scene();
  expect(order.isPast(0)).toBe(true);
  const [one, two] = [born(1), born(2)];
  const then = count();
  look(two, 0);
  born(3);
  expect(order.isPast(then)).toBe(false);
  look(one, 0);
  expect(order.isPast(then)).toBe(true);
  order.remove(3);
  const later = count();
  look(one, 0);
  expect(order.isPast(later)).toBe(false);
  look(two, 0);
  born(4);
  expect(order.isPast(later)).toBe(true);
});

test('those that were there before us are a backlog until they were looked into once, or left', () => {
  const { order, born, look } = scene();
  const [one] = [born(1), born(2), born(3, 0)];
  look(one, 0);
  look(one, 0);
  expect(order.hasBacklog()).toBe(true);
  order.remove(1);
  order.remove(2);
  expect(order.hasBacklog()).toBe(false);
});
