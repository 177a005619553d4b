import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { parseLoadavg } from '../../src/proc/loadavg.ts';
import { createMachineReader, parseMeminfo } from '../../src/proc/machine.ts';
import { parseSystemStat } from '../../src/proc/systemStat.ts';
import { procDir } from '../support/procDir.ts';

const statOf = (cpu: readonly number[]): string =>
  `cpu  ${cpu.join(' ')}\ncpu0 ${cpu.join(' ')}\nintr ${'0 '.repeat(2000)}\nctxt 9\nbtime 1700000000\nprocesses 77\n`;

describe('memory', () => {
  test('used is what programs cannot get', () => {
    const text =
      'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 700 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n';
    expect(parseMeminfo(text)).toEqual({
      memTotal: 1000 * 1024,
      memUsed: 300 * 1024,
      swapTotal: 50 * 1024,
      swapUsed: 30 * 1024,
    });
  });

  test('an old kernel has no MemAvailable', () => {
    const text = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n';
    expect(parseMeminfo(text).memUsed).toBe(600 * 1024);
  });

  test('a missing line is unknown, not zero', () => {
    expect(parseMeminfo('').memTotal).toBeNaN();
    expect(parseMeminfo('MemTotal: 1000 kB\n').memUsed).toBeNaN();
  });
});

test('guest time is not counted twice, and iowait is idle', () => {
  expect(parseSystemStat(statOf([10, 20, 30, 400, 50, 6, 7, 8, 9, 1]))).toEqual({
    busy: 81,
    total: 531,
    cores: 1,
    forks: 77,
    bootTime: 1700000000,
  });
  expect(parseSystemStat('')).toBe(undefined);
});

test('loadavg', () => {
  expect(parseLoadavg('0.00 0.03 12.01 1/92 4532\n')).toEqual({
    load: [0, 0.03, 12.01],
    running: 1,
    tasks: 92,
    lastPid: 4532,
  });
  expect(parseLoadavg('')).toBe(undefined);
});

describe('the CPU share', () => {
  const readerOf = (root: string) => createMachineReader(openKernel(root));

  test('is unknown at the first look, then that of the time between', () => {
    const dir = procDir({ processes: [{ pid: 1 }], files: { stat: statOf([100, 0, 0, 900, 0, 0, 0, 0]) } });
    const machine = readerOf(dir.root);
    expect(machine.read().cpu).toBe(undefined);
    dir.write('stat', statOf([130, 0, 0, 940, 30, 0, 0, 0])); // 30 busy, 40 idle, 30 waiting for a disk
    expect(machine.read().cpu).toBeCloseTo(0.3);
    expect(machine.read().cpu).toBeCloseTo(0.3); // in the same tick nothing new is known
  });

  test('is a share whatever the counters do', () => {
    const dir = procDir({ processes: [{ pid: 1 }] });
    const counters = fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(counters, { minLength: 2, maxLength: 5 }), (looks) => {
        const machine = readerOf(dir.root);
        for (const cpu of looks) {
          dir.write('stat', statOf(cpu));
          const share = machine.read().cpu;
          if (share === undefined) continue;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('the real machine', () => {
  const machine = createMachineReader(openKernel()).read();
  expect(machine.hostname).toBe(hostname());
  expect(machine.cores).toBeGreaterThanOrEqual(availableParallelism());
  expect(machine.memTotal).toBe(
    Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024,
  );
  expect(machine.memUsed).toBeGreaterThan(0);
  expect(machine.memUsed).toBeLessThan(machine.memTotal);
  expect(machine.swapUsed).toBeLessThanOrEqual(machine.swapTotal);
  expect(
    Math.abs(machine.uptimeSeconds - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])),
  ).toBeLessThan(5);
  expect(Math.abs(machine.bootTime + machine.uptimeSeconds - Date.now() / 1000)).toBeLessThan(60);
});

test('a proc root that says nothing does not make it zero', () => {
  const dir = procDir({
    processes: [{ pid: 1 }],
    files: { stat: undefined, meminfo: undefined, loadavg: undefined, uptime: undefined },
  });
  const machine = createMachineReader(openKernel(dir.root)).read();
  expect(machine.cpu).toBe(undefined);
  expect(
    [machine.memTotal, machine.memUsed, ...machine.load, machine.uptimeSeconds].every(Number.isNaN),
  ).toBe(true);
});
