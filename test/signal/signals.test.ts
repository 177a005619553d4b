import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { parseSignal, SIGNALS } from '../../src/signal/signals.ts';

describe('signals', () => {
  test('every name that Node knows means the same number', () => {
    for (const [name, number] of Object.entries(constants.signals)) {
      expect(parseSignal(name)?.number, name).toBe(number);
    }
  });

  test('a signal is found by name, with SIG, in any case, and by number', () => {
    for (const signal of SIGNALS) {
      const spellings = [signal.name, `SIG${signal.name}`, signal.name.toLowerCase(), String(signal.number)];
      for (const spelling of spellings) expect(parseSignal(spelling), spelling).toBe(signal);
    }
  });

  test('SIGTERM stands first, the others by number, each once and with a line of help', () => {
    expect(SIGNALS[0]?.name).toBe('TERM');
    const others = SIGNALS.slice(1).map(({ number }) => number);
    expect(others).toEqual([...new Set(others)].sort((a, b) => a - b));
    expect(SIGNALS.every(({ help }) => help.length > 0)).toBe(true);
  });

  test('real-time signals count from either end', () => {
    expect(parseSignal('RTMIN')?.number).toBe(34);
    expect(parseSignal('SIGRTMAX')?.number).toBe(64);
    expect(parseSignal('RTMIN+3')?.number).toBe(37);
    expect(parseSignal('RTMAX-30')?.number).toBe(34);
  });

  test.each([
    '',
    '0',
    '-1',
    '-9',
    '65',
    '33',
    '1e1',
    '15 ',
    'SIG',
    'NOPE',
    'RTMIN+31',
    'RTMAX-31',
    'SIGSIGTERM',
  ])('"%s" is no signal', (text) => {
    expect(parseSignal(text)).toBeUndefined();
  });
});
