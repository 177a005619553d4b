import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  count,
  cpuTime,
  duration,
  percent,
  plural,
  rate,
  startClock,
} from '../../src/derive/format.ts';
import { barText } from '../../src/derive/barText.ts';
import { themeOf } from '../../src/derive/style.ts';
import { portsText } from '../../src/derive/portText.ts';
import { aSocket } from './aSample.ts';

describe('never wider than the columns that use them', () => {
  const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });

  test.each([
    ['bytes', bytes, 5, 2 ** 59],
    ['count', count, 5, 999_000_000],
    ['percent', percent, 5, 99_999],
    ['rate', rate, 5, 999_000_000],
    ['cpuTime', cpuTime, 8, 3600 * 24 * 9999],
    ['duration', duration, 6, 3600 * 24 * 99],
  ] as const)('%s', (_name, text, width, most) => {
    fc.assert(
      fc.property(amount(most), (value) => {
        expect(text(value).length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test('as a person writes them', () => {
  expect([0, 1, 1024, 11 * 2 ** 20, 3.1 * 2 ** 30].map(bytes)).toEqual(['0', '1K', '1K', '11M', '3.1G']);
  expect([0, 31_204, 120_000, 1_200_000].map(count)).toEqual(['0', '31204', '120k', '1.2M']);
  expect([0, 99.94, 99.96, 1200].map(percent)).toEqual(['0.0', '99.9', '100', '1200']);
  expect([10.44, 723.1, 5 * 3600 + 23 * 60 + 11, 31 * 86_400 + 4 * 3600].map(cpuTime)).toEqual([
    '0:10.44',
    '12:03.10',
    '5h23:11',
    '31d04h',
  ]);
  expect([8, 249, 8100, 3 * 86_400 + 2 * 3600].map(duration)).toEqual(['8s', '4m09s', '2h15m', '3d02h']);
  expect([plural(1, 'slot'), plural(2, 'process', 'processes')]).toEqual(['1 slot', '2 processes']);
});

test('ports: the lowest first, each once, a star where every address may come in, and how many more there are', () => {
  const ports = (...of: (readonly [number, string])[]): string =>
    portsText(
      of.map(([port, address]) => aSocket({ port, address })),
      7,
    );
  expect(ports([443, '10.0.0.1'], [80, '10.0.0.1'])).toBe('80,443');
  expect(ports([8080, '127.0.0.1'], [9000, '::1'], [9001, '::1'])).toBe('8080+2');
  expect(ports([80, '0.0.0.0'], [80, '::'])).toBe('80*');
  expect(ports([80, '127.0.0.1'], [80, '::'])).toBe('80*');
  expect(ports()).toBe('');
});

test('a start is a time of today, else a date', () => {
  const now = new Date(2026, 10, 21, 14, 0, 0).getTime();
  const at = (...when: [number, number, number, number?]): string =>
    startClock(new Date(...when).getTime(), now);
  expect(at(2026, 10, 21, 9)).toBe('09:00:00');
  expect(at(2026, 10, 20, 9)).toBe('Nov 20');
  expect(at(2026, 0, 3)).toBe('Jan  3');
  expect(at(2025, 10, 21)).toBe('2025');
});

test('the way out is on the bar of the narrowest terminal', () => {
  const items = [
    { key: 'Enter', word: 'Send it now' },
    { key: 'Esc', word: 'Leave' },
  ];
  const bar = (width: number): string =>
    barText(items, width, themeOf(false, true)).replace(/\x1b\[[\d;]*m/g, '');
  expect(bar(30)).toBe('EnterSend it now EscLeave     ');
  expect(bar(20)).toBe('EscLeave            ');
  expect(bar(4)).toBe('    ');
});
