import { describe, expect, test } from 'vitest';
import { drawMeter, type MeterContext } from '../../src/derive/meterLine.ts';
import { METERS, shownMeters } from '../../src/derive/meters.ts';
import { themeOf } from '../../src/derive/style.ts';
import { tableHeight } from '../../src/store/room.ts';
import { createAppStore } from '../../src/store.ts';
import type { Sample } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { aSample } from './aSample.ts';

const theme = themeOf(false, true);
const births = ['java', 'java', 'java', 'sh'].map((comm, i) => aProc({ pid: 50 + i, comm, uid: 1000 }));
const base = aSample(births);
const sampleWith = (slots: Partial<Sample['slots']>, own: Partial<Sample> = {}): Sample => ({
  ...base,
  ...own,
  slots: { ...base.slots, ...slots },
});
function meter(
  id: string,
  sample: Sample,
  width = 120,
  live = 'LIVE 1.5s',
  suspect?: MeterContext['suspect'],
): string {
  const line = METERS.find((one) => one.id === id)?.line({ sample, theme, live, suspect });
  return drawMeter(line ?? [], width, theme)
    .replace(/\x1b\[[\d;]*m/g, '')
    .trimEnd();
}

const tight = sampleWith({
  tightest: { kind: 'host', name: 'pid_max', used: 31_204, limit: 32_768 },
  forksPerSecond: 112.4,
  fullInSeconds: 13.9,
});

describe('line 1', () => {
  test('the tightest limit: used/limit, bar, percent, tasks a second, full in N s', () => {
    expect(meter('slots', tight)).toMatch(
      /^SLOTS host pid_max 31204\/32768 \[#+\.+\] 95% \+113\/s full in 14 s LIVE 1\.5s web01$/,
    );
  });

  test('all but the name and the host at 80 columns', () => {
    expect(meter('slots', tight, 80)).toMatch(
      /^SLOTS host pid_max 31204\/32768 \[#+\.*\] 95% \+113\/s full in 14 s( LIVE 1\.5s( web01)?)?$/,
    );
  });

  test('at 40 columns what matters most', () => {
    expect(meter('slots', tight, 40)).toBe('SLOTS 31204/32768 95% full in 14 s');
    expect(meter('slots', sampleWith({ ...tight.slots, fullInSeconds: null }), 40)).toBe(
      'SLOTS 31204/32768 [######] 95% new 112/s',
    );
  });

  test('when it does not grow it is not said to be full some time', () => {
    expect(meter('slots', sampleWith({ fullInSeconds: null }))).not.toContain('full');
  });

  test('the drift of a quiet machine is no forecast', () => {
    const drift = sampleWith({ fullInSeconds: 3600, forksPerSecond: 12 });
    expect(meter('slots', drift)).not.toContain('full');
    expect(meter('slots', drift)).toContain('new 12/s');
  });

  test('a full table says so in words', () => {
    const full = sampleWith({ tightest: { kind: 'user', name: 'bob', used: 400, limit: 400 } });
    expect(meter('slots', full)).toContain('user bob 400/400');
    expect(meter('slots', full)).toContain('100% FULL');
    const nearly = sampleWith({ tightest: { kind: 'user', name: 'bob', used: 3999, limit: 4000 } });
    expect(meter('slots', nearly)).toContain(' 99% ');
  });

  test('an unknown rate is a dash', () => {
    expect(meter('slots', sampleWith({ forksPerSecond: null }))).toContain('new -/s');
  });

  test('a cgroup is named by its last folder', () => {
    const cgroup = sampleWith({
      tightest: { kind: 'cgroup', name: '/system.slice/app.service', used: 1, limit: 9 },
    });
    expect(meter('slots', cgroup)).toContain('cgroup app.service 1/9');
  });

  test('a suspected group with its growth, its slots and the key; in little room the name and the key', () => {
    const worker = { name: 'worker', slots: 31_004, growth: 812 };
    const at = (width: number): string => meter('slots', tight, width, 'LIVE 1.5s', worker);
    expect(at(120)).toContain('full in 14 s worker +812/s, 31004 slots: press R LIVE 1.5s');
    expect(at(80)).toMatch(
      /^SLOTS 31204.32768 \[#+\] 95% full in 14 s worker \+812.s, 31004 slots: press R$/,
    );
    expect(at(60)).toBe('SLOTS 31204/32768 95% full in 14 s worker press R');
    expect(at(40)).toBe('SLOTS 31204/32768 95% worker press R');
    const still = meter('slots', tight, 120, '', { ...worker, growth: 0 });
    expect(still).toContain('worker 31004 slots: press R');
  });

  test('a table that refuses the next fork is full, whatever the share, and is not said to be full some time', () => {
    const full = sampleWith({
      tightest: { kind: 'host', name: 'pid_max', used: 396, limit: 400 },
      fullInSeconds: 0,
      forksPerSecond: 0,
    });
    expect(meter('slots', full)).toMatch(/ 99% FULL new 0\/s /);
  });

  test('that looking is paused is kept where the host name is not', () => {
    expect(meter('slots', tight, 70, 'PAUSED')).toContain('PAUSED');
    expect(meter('slots', tight, 70, 'PAUSED')).not.toContain('web01');
  });
});

test('the user nearest to their own limit, not the one with the most tasks', () => {
  const users = [
    { uid: 0, user: 'root', tasks: 9000, limit: 100, exempt: true },
    { uid: 1, user: 'big', tasks: 500, limit: 10_000, exempt: false },
    { uid: 2, user: 'near', tasks: 90, limit: 100, exempt: false },
  ];
  expect(meter('user', sampleWith({ users }))).toMatch(/^user near 90\/100 \[#+\.+\] 90%$/);
  expect(meter('user', sampleWith({ users: users.slice(0, 1) }))).toBe(
    'user root 9000 tasks limit does not bind',
  );
  expect(meter('user', sampleWith({ users: [] }))).toBe('user -');
});

test('the control group nearest to its limit, its refusals, and what is hidden from us', () => {
  const cgroups = [
    { path: '/a', version: 2 as const, current: 5, max: null, refused: null },
    { path: '/b/c.service', version: 2 as const, current: 50, max: 100, refused: 4021 },
  ];
  const sample = sampleWith({
    cgroups,
    visibleTasks: 118,
    tasks: { used: 31_204, limit: 32_768, limitedBy: 'pid_max' },
  });
  expect(meter('cgroup', sample)).toMatch(
    /^cgroup c\.service 50\/100 \[#+\.+\] 50% refused 4021 forks seen 118 of 31204 tasks$/,
  );
  expect(meter('cgroup', sampleWith({ cgroups: [] }))).toBe('cgroup no limit');
});

test('CPU, memory, load and states', () => {
  const procs = ['R', 'Z', 'Z', 'T', 't', 'D', 'S'].map((state, i) => aProc({ pid: i + 1, state }));
  const line = meter('machine', aSample(procs));
  expect(line).toContain('CPU 25.0% of 2  MEM 1.9G/7.5G  load 0.10 0.20 0.30  R 1  D 1  T 2  Z 2');
  expect(meter('machine', aSample(procs), 80)).toContain('Z 2');
  const states = new Map(Object.entries({ R: 9, T: 2, t: 1 })); // what the table has counted stands
  expect(meter('machine', { ...aSample(procs), states })).toContain('R 9  D 0  T 3  Z 0');
  expect(meter('machine', { ...base, machine: { ...base.machine, cpu: undefined } })).toContain('CPU - of 2');
});

test('the names that spawn fastest, with their owners', () => {
  const sample = { ...base, births, interval: 2 };
  expect(meter('spawn', sample)).toBe('spawn java 1.5/s (bob) sh 0.5/s (bob)');
  expect(meter('spawn', sample, 30)).toBe('spawn java 1.5/s (bob)');
  expect(meter('spawn', base)).toBe('spawn nobody new');
});

describe('room', () => {
  const room = (height: number): [meters: number, rows: number] => [
    shownMeters(
      height,
      METERS.map(({ id }) => id),
    ).length,
    tableHeight(createAppStore({ cols: 80, height }).getState()),
  ];

  test('24 lines: 5 meters and at least 15 rows', () => {
    const [meters, rows] = room(24);
    expect(meters).toBe(5);
    expect(rows).toBeGreaterThanOrEqual(15);
  });

  test('below, the table comes first, and line 1 always stays', () => {
    expect(room(15)).toEqual([2, 10]);
    expect(room(10)).toEqual([1, 6]);
    for (let height = 5; height < 60; height++) {
      const [meters, rows] = room(height);
      expect(meters).toBeGreaterThanOrEqual(1);
      expect(rows).toBeGreaterThanOrEqual(1);
      expect(meters + rows + 3).toBe(height);
    }
  });
});
