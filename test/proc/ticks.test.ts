import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { parseAuxv, readClockTicks } from '../../src/proc/ticks.ts';
import { procDir } from '../support/procDir.ts';

test('reads back any vector in both byte orders and both word sizes', () => {
  const entry = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  const entries = fc.uniqueArray(entry, { selector: ([type]) => type });
  fc.assert(
    fc.property(entries, fc.constantFrom<4 | 8>(4, 8), fc.boolean(), (pairs, word, little) => {
      const bytes = new Uint8Array((pairs.length + 2) * 2 * word);
      const view = new DataView(bytes.buffer);
      const set = (at: number, value: number): void =>
        word === 8 ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little);
      // What stands after AT_NULL is not the vector's.
      [...pairs, [0, 0], [61, 1]].flat().forEach((value, i) => set(i * word, value));
      expect([...parseAuxv(bytes, word, little)]).toEqual(pairs);
    }),
  );
});

test('a vector cut short says what it has', () => {
  expect([...parseAuxv(new Uint8Array(12), 8, true)]).toEqual([]);
});

test('the real machine: 100 ticks a second on every Linux that runs Node, and a page of a power of two', () => {
  const { ticksPerSecond, pageSize } = readClockTicks(openKernel());
  expect(ticksPerSecond).toBe(100);
  expect(Math.log2(pageSize) % 1).toBe(0);
  expect(pageSize).toBeGreaterThanOrEqual(4096);
});

test('a machine with other values is believed', () => {
  const auxv = new Uint8Array(new BigUint64Array([6n, 65536n, 17n, 250n, 0n, 0n]).buffer);
  const { root } = procDir({ processes: [{ pid: 1 }], files: { '1/auxv': auxv } });
  expect(readClockTicks(openKernel(root))).toEqual({ ticksPerSecond: 250, pageSize: 65536 });
});

test('a proc root without an auxv has the usual values', () => {
  const { root } = procDir({ processes: [{ pid: 1 }], files: { '1/auxv': undefined } });
  expect(readClockTicks(openKernel(root))).toEqual({ ticksPerSecond: 100, pageSize: 4096 });
});
