import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as stat from '../../src/proc/stat.ts';
import { statOf } from '../support/identity.ts';
import { statLine } from '../support/procText.ts';

const line = stat.newStatLine();
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

describe('comm may hold anything', () => {
  test.each([
    'a) R 1 (',
    ') S 1 1 1',
    '((((',
    'two\nlines',
    ' ',
    '',
    'kworker/u257:3-events_unbound_with_a_name_of_64_bytes_in_all_xxxx',
    '\u7a0b\u5e8f',
    '\ufeffsshd',
  ])('%j', (comm) => {
    expect(stat.parseStat(bytesOf(statLine({ pid: 42, comm, ppid: 7, starttime: 99 })), line)).toBe(true);
    expect(line.comm).toBe(comm);
    expect([line.state, line.field[stat.PPID], line.field[stat.STARTTIME]]).toEqual(['S', 7, 99]);
  });

  test('bytes cut inside a character of UTF-8 become a mark, and the numbers stay right', () => {
    const cut = Buffer.concat([
      Buffer.from('42 (caf'),
      Buffer.from([0xc3]),
      Buffer.from(statLine({ pid: 42, comm: '' }).slice(4)),
    ]);
    expect(stat.parseStat(cut, line)).toBe(true);
    expect(line.comm).toBe('caf\ufffd');
    expect(line.field[stat.STARTTIME]).toBe(1042);
  });

  test('every comm and every number that the kernel can write comes back', () => {
    const number = fc.integer({ min: 0, max: 2 ** 52 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        number,
        number,
        fc.integer({ min: -20, max: 19 }),
        (comm, utime, starttime, nice) => {
          const name = Buffer.from(comm).toString('utf8');
          expect(
            stat.parseStat(
              bytesOf(statLine({ pid: 9, comm: name, utime, starttime, nice, ttyNr: -3 })),
              line,
            ),
          ).toBe(true);
          expect(line.comm).toBe(name);
          expect([
            line.field[stat.UTIME],
            line.field[stat.STARTTIME],
            line.field[stat.NICE],
            line.field[stat.TTY_NR],
          ]).toEqual([utime, starttime, nice, -3]);
        },
      ),
    );
  });
});

describe('what is no stat line', () => {
  const whole = statLine({ pid: 42, comm: 'sh', starttime: 123_456 });

  test.each(['', '42', '42 (sh', '42 (sh)', '42 (sh) ', ')(', 'nonsense'])('%j', (text) => {
    expect(stat.parseStat(bytesOf(text), line)).toBe(false);
  });

  test('a line that ends early never passes a part of a number for the starttime', () => {
    for (let length = 0; length < whole.length; length++) {
      const known = stat.parseStat(bytesOf(whole.slice(0, length)), line);
      if (known) expect(line.field[stat.STARTTIME]).toBe(123_456);
    }
  });

  test('nothing of the line before is left in a short one', () => {
    stat.parseStat(bytesOf(statLine({ pid: 1, rss: 4096 * 77 })), line);
    expect(line.field[stat.RSS]).toBe(77);
    const short = whole.split(' ').slice(0, 22).join(' ');
    expect(stat.parseStat(bytesOf(`${short} `), line)).toBe(true);
    expect(line.field[stat.RSS]).toBe(0);
  });
});

test('every live process reads as an independent reader has it', () => {
  let compared = 0;
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const before = statOf(Number(name));
    let bytes: Buffer;
    try {
      bytes = readFileSync(`/proc/${name}/stat`);
    } catch {
      continue; // it left meanwhile
    }
    const after = statOf(Number(name));
    if (before === undefined || JSON.stringify(before) !== JSON.stringify(after)) continue;
    expect(stat.parseStat(bytes, line)).toBe(true);
    const { field } = line;
    expect({
      pid: before.pid,
      comm: line.comm,
      state: line.state,
      ppid: field[stat.PPID],
      pgrp: field[stat.PGRP],
      session: field[stat.SESSION],
      nlwp: field[stat.NUM_THREADS],
      starttime: field[stat.STARTTIME],
    }).toEqual(before);
    compared++;
  }
  expect(compared).toBeGreaterThan(3);
});
