// The signal masks of /proc/PID/status, and the lines of /proc/PID/limits.
import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { parseLimits } from '../../src/proc/limits.ts';
import { parseSignalMasks } from '../../src/proc/signalMasks.ts';
import { readText } from '../../src/proc/text.ts';

test('bit n - 1 is signal n; what waits for the thread and for the process is one list', () => {
  const text =
    'SigPnd:\t0000000000000002\nShdPnd:\t0000000000004002\nSigBlk:\t8000000000000000\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000000\n';
  expect(parseSignalMasks(text)).toEqual({ pending: [2, 15], blocked: [64], ignored: [13], caught: [] });
  expect(parseSignalMasks('Name:\tx\n')).toBe(undefined);
});

test('of ourselves: Node ignores SIGPIPE; the open files are limited', () => {
  const kernel = openKernel();
  expect(parseSignalMasks(readText(kernel, 'self/status') ?? '')?.ignored).toContain(13);
  const limits = parseLimits(readText(kernel, 'self/limits') ?? '');
  expect(limits.length).toBeGreaterThanOrEqual(16);
  expect(limits.find(({ name }) => name === 'Max open files')).toMatchObject({
    soft: expect.stringMatching(/^\d+$/) as string,
    unit: 'files',
  });
  expect(limits.find(({ name }) => name === 'Max nice priority')?.unit).toBe('');
});
