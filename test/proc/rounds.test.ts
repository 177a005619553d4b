// Who is read when: every promise of a look in turns, on machines of up to 28,000 processes, by counting calls.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRounds, type Rounds } from '../../src/proc/rounds.ts';
import { parseSystemStat } from '../../src/proc/systemStat.ts';
import { createProcTable, type ProcTable } from '../../src/proc/table.ts';
import type { Proc } from '../../src/types.ts';
import { bigMachine, type BigMachine, type Being } from './bigMachine.ts';

const INTERVAL_MS = 1_500;
const CORE_TICKS = INTERVAL_MS / 10;
const TICKS = (INTERVAL_MS / 1000) * 100;

interface Scene {
  readonly machine: BigMachine;
  readonly table: ProcTable;
  readonly rounds: Rounds;
  /** A tick of the screen: time passes, somebody may use a whole core, and a look is made. @returns who is new */
  tick(spinner?: Being, outside?: number): readonly Proc[];
}

function scene(
  size: number,
  pidMax?: number,
  change: (machine: BigMachine) => Partial<BigMachine> = () => ({}),
): Scene {
  const real = bigMachine(size, pidMax);
  const machine = Object.assign(real, change(real));
  const table = createProcTable(machine, 100, 4096);
  const rounds = createRounds(machine, table);
  const tick = (spinner?: Being, outside = 0): readonly Proc[] => {
    machine.pass(INTERVAL_MS, spinner === undefined ? outside : TICKS, spinner);
    Object.assign(machine.calls, { read: 0, reread: 0, open: 0, stat: 0, list: 0 });
    table.beginLook();
    const stat = parseSystemStat(new TextDecoder().decode(machine.read('stat') as Uint8Array));
    return rounds.lookInTurns({ visible: [], intervalMs: INTERVAL_MS, coreTicks: CORE_TICKS }, stat);
  };
  tick();
  while (rounds.readOn(Infinity));
  tick();
  return { machine, table, rounds, tick };
}

const pids = (procs: Iterable<{ readonly pid: number }>): number[] =>
  [...procs].map(({ pid }) => pid).sort((a, b) => a - b);

/** Calls of the kernel door in the last tick. */
function total({ machine: { calls } }: Scene): number {
  return calls.read + calls.reread + calls.open + calls.stat + calls.list;
}

describe('what a tick costs when nothing happens', () => {
  // The guard against a regression that no clock on a busy machine would show: counts, not times.
  test.each([
    [200, 215],
    [1_000, 515],
    [10_000, 615],
    [28_000, 1_420],
  ])('%i processes: at most %i calls, no listing', (size, most) => {
    const it = scene(size);
    for (let tick = 0; tick < 6; tick++) it.tick();
    expect(it.machine.calls.list).toBe(0);
    expect(total(it)).toBeLessThanOrEqual(most);
    expect(it.machine.calls.kept).toBeLessThanOrEqual(1_200);
  });

  test('where there are no more than 1,000 all are read through their descriptors', () => {
    const it = scene(1_000);
    it.tick();
    it.tick();
    expect(it.machine.calls.reread).toBe(500);
    expect(it.machine.calls.open).toBe(0);
  });
});

describe('how old a row can be', () => {
  test.each([
    [300, 0],
    [600, INTERVAL_MS],
    [1_000, INTERVAL_MS],
    [1_200, INTERVAL_MS],
    [10_000, 25_500],
    [28_000, 30_000],
  ])('%i processes: at most %i ms', (size, most) => {
    const it = scene(size);
    for (let tick = 0; tick < 60; tick++) it.tick();
    expect(it.table.oldestMs()).toBeLessThanOrEqual(most);
    const ages = [...it.table.procs.values()].map(({ readAt }) => it.machine.now() - readAt);
    expect(Math.max(...ages)).toBeLessThanOrEqual(most);
  });
});

describe('one that slept and spins', () => {
  test.each([
    [400, 2],
    [1_000, 2],
    [10_000, 6],
    [28_000, 6],
  ])('%i processes: is the busiest row within %i looks, wherever it is', (size, most) => {
    for (const place of [0, 0.13, 0.5, 0.77, 0.999]) {
      const it = scene(size);
      for (let tick = 0; tick < 30; tick++) it.tick();
      const spinner = [...it.machine.beings.values()][Math.floor(size * place)] as Being;
      let looks = 0;
      while (looks < 30) {
        it.tick(spinner);
        looks++;
        if ((it.table.procs.get(spinner.pid)?.cpu ?? 0) > 2) break;
      }
      expect(looks, `at ${place}`).toBeLessThanOrEqual(most);
      it.tick(spinner);
      expect(it.table.procs.get(spinner.pid)?.cpu).toBeCloseTo(100, 0);
    }
  });

  test('CPU that nobody in sight uses is looked for once, then let be for a minute', () => {
    const it = scene(28_000);
    for (let tick = 0; tick < 30; tick++) it.tick();
    const costs: number[] = [];
    for (let tick = 0; tick < 30; tick++) {
      it.tick(undefined, TICKS);
      costs.push(total(it));
    }
    expect(costs.filter((cost) => cost > 5_000)).toHaveLength(4);
    const spinner = [...it.machine.beings.values()][20_000] as Being;
    let looks = 0;
    while (looks < 30 && (it.table.procs.get(spinner.pid)?.cpu ?? 0) <= 2) {
      spinner.ticks += TICKS;
      it.tick(undefined, 2 * TICKS);
      looks++;
    }
    expect(looks).toBeLessThanOrEqual(6);
  });
});

describe('who is born and who leaves', () => {
  test('every newborn is there at the next look, without a listing; threads and the dead are not', () => {
    const it = scene(5_000);
    const born = Array.from({ length: 100 }, () => it.machine.fork());
    for (let count = 0; count < 50; count++) it.machine.thread();
    const [dead] = born.splice(7, 1) as [Being];
    it.machine.exit(dead.pid);
    expect(pids(it.tick())).toEqual(pids(born));
    expect(it.machine.calls.list).toBe(0);
    expect(pids(it.table.procs.values())).toEqual(pids(it.machine.beings.values()));
  });

  test('one whose number was given out before it could be seen is there once it can', () => {
    const hidden = new Set<number>();
    const it = scene(5_000, undefined, ({ read, stat }) => ({
      read: (path: string) => (hidden.has(Number.parseInt(path, 10)) ? 'gone' : read(path)),
      stat: (path: string) => (hidden.has(Number(path)) ? 'gone' : stat(path)),
    }));
    const born = it.machine.fork();
    hidden.add(born.pid);
    expect(it.tick()).toEqual([]);
    hidden.clear();
    expect(pids(it.tick())).toEqual([born.pid]);
    expect(it.machine.calls.list).toBe(0);
  });

  test('a number that came round to somebody else is never taken for who had it', () => {
    const it = scene(5_000, 5_400);
    for (let count = 0; count < 399; count++) it.machine.fork();
    it.tick();
    for (const [pid, how] of [
      [2_000, 'found by a listing'],
      [2_001, 'looked up'],
    ] as const) {
      for (let rest = 0; rest < 4; rest++) it.tick();
      it.machine.exit(pid);
      const heir = it.machine.fork();
      expect(heir.pid, how).toBe(pid);
      expect(pids(it.tick()), how).toEqual([pid]);
      expect(it.table.procs.get(pid)?.starttime, how).toBe(heir.starttime);
    }
    expect(it.machine.calls.list).toBe(0);
  });

  test('a look after thousands of forks lists', () => {
    const it = scene(5_000);
    for (let count = 0; count < 3_000; count++) it.machine.fork();
    expect(it.tick()).toHaveLength(3_000);
    expect(it.machine.calls.list).toBe(1);
  });

  test('those that left are found by a listing when the machine has fewer processes than we know', () => {
    const it = scene(10_000);
    for (let tick = 0; tick < 20; tick++) it.tick();
    for (const pid of [40, 5_000, 9_999]) it.machine.exit(pid);
    for (let tick = 0; tick < 3; tick++) it.tick();
    expect(it.table.procs.size).toBe(9_997);
  });

  test('one restored with a number of its own choice is found within a minute', () => {
    const it = scene(2_000);
    it.machine.restore(1_000_000);
    let ticks = 0;
    while (!it.table.procs.has(1_000_000) && ticks < 100) {
      it.tick();
      ticks++;
    }
    expect(ticks * INTERVAL_MS).toBeLessThanOrEqual(61_500);
  });

  test('orphans are read at once for their new parent', () => {
    const it = scene(5_000);
    const parent = it.machine.fork();
    const child = it.machine.fork(parent.pid);
    for (let tick = 0; tick < 10; tick++) it.tick();
    it.machine.exit(parent.pid);
    while (it.table.procs.has(parent.pid)) it.tick();
    expect(it.table.procs.get(child.pid)?.ppid).toBe(1);
  });

  test('a counter that somebody made up is not trusted: every look lists', () => {
    const it = scene(50, undefined, (machine) => {
      const { read } = machine;
      return {
        read: (path: string) =>
          path === 'loadavg' ? new TextEncoder().encode('0.00 0.00 0.00 1/50 77\n') : read(path),
      };
    });
    const born = it.machine.fork();
    it.tick();
    it.tick();
    expect(it.table.procs.has(born.pid)).toBe(true);
    const other = it.machine.fork();
    expect(pids(it.tick())).toEqual([other.pid]);
    expect(it.machine.calls.list).toBeGreaterThanOrEqual(1);
  });

  test('whatever comes and goes, with numbers that wrap: nobody alive is missing, nobody is taken for another', () => {
    const step = fc.record({
      births: fc.nat(60),
      deaths: fc.array(fc.nat(1_000), { maxLength: 30 }),
      threads: fc.nat(10),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const it = scene(320, 700);
        for (const { births, deaths, threads } of steps) {
          for (const at of deaths) {
            const alive = [...it.machine.beings.keys()].filter((pid) => pid > 2);
            if (alive.length > 150) it.machine.exit(alive[at % alive.length] as number);
          }
          for (let count = 0; count < births && it.machine.beings.size < 420; count++) it.machine.fork();
          for (let count = 0; count < Math.min(threads, 2); count++) it.machine.thread();
          it.tick();
          for (const { pid, starttime } of it.machine.beings.values())
            expect(it.table.procs.get(pid)?.starttime).toBe(starttime);
        }
        it.tick();
        expect(it.table.procs.size).toBe(it.machine.beings.size);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a machine where others come and go, outside of our pid namespace', () => {
  /** Listings in 90 s in which each look finds one process less on the whole machine. */
  function listings(size: number, leave: (machine: BigMachine) => void): number {
    let outside = 1_000;
    const it = scene(size, undefined, (machine) => ({
      stat: (path: string) =>
        path === '.' ? { uid: 0, ino: 1, size: 0, nlink: machine.beings.size + outside } : 'gone',
      list: () => (machine.pass(10), machine.calls.list++, [...machine.beings.keys()].map(String)),
    }));
    it.machine.fork();
    it.tick(); // the counter of numbers is no constant
    let count = 0;
    for (let tick = 0; tick < 60; tick++) {
      outside--;
      leave(it.machine);
      it.tick();
      count += it.machine.calls.list;
    }
    return count;
  }

  test('is listed seldom: each listing in vain makes the next one wait', () => {
    expect(listings(10_000, () => undefined)).toBeLessThanOrEqual(7);
  });

  test('is listed as soon as that is paid for while ours leave', () => {
    let next = 9_000;
    expect(listings(10_000, ({ exit }) => exit(next--))).toBeGreaterThanOrEqual(10);
  });

  test('is not listed for it where all are read at every look', () => {
    expect(listings(1_000, () => undefined)).toBeLessThanOrEqual(1);
  });
});

describe('what is counted as it changes', () => {
  test('the states are those of all rows; while the census stands nobody came, left or got a thread', () => {
    const step = fc.record({
      births: fc.nat(3),
      changes: fc.array(fc.record({ at: fc.nat(200), state: fc.constantFrom('R', 'S', 'Z', 'T') })),
      threads: fc.option(fc.nat(200), { nil: undefined }),
      death: fc.option(fc.nat(200), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const { machine, table, tick } = scene(40);
        const one = (at: number): Being => [...machine.beings.values()][at % machine.beings.size] as Being;
        const told = (): string => [...table.procs.values()].map(({ pid, nlwp }) => `${pid} ${nlwp}`).join();
        let before = { census: table.census.count(), told: told() };
        for (const { births, changes, threads, death } of steps) {
          for (let count = 0; count < births; count++) machine.fork();
          for (const { at, state } of changes) one(at).state = state;
          if (threads !== undefined) one(threads).nlwp = 1 + (threads % 5);
          if (death !== undefined && machine.beings.size > 10) machine.exit(one(death).pid);
          tick();
          const counts = new Map<string, number>();
          for (const { state } of table.procs.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
          expect(new Map([...table.census.states].filter(([, count]) => count !== 0))).toEqual(counts);
          const now = { census: table.census.count(), told: told() };
          if (now.census === before.census) expect(now.told).toBe(before.told);
          // Who only runs or sleeps makes nobody count again.
          else expect(now.told).not.toBe(before.told);
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the first look at a large machine', () => {
  function firstLook(size: number): { machine: BigMachine; table: ProcTable; rounds: Rounds } {
    const machine = bigMachine(size);
    const table = createProcTable(machine, 100, 4096);
    const rounds = createRounds(machine, table);
    table.beginLook();
    rounds.lookInTurns({ visible: [], intervalMs: INTERVAL_MS, coreTicks: CORE_TICKS }, undefined);
    return { machine, table, rounds };
  }

  test('shows the oldest at once, without a listing of all', () => {
    const { machine, table, rounds } = firstLook(28_000);
    expect(rounds.isPartial()).toBe(true);
    expect(table.procs.size).toBeGreaterThan(1_200);
    expect(machine.calls.read).toBeLessThan(1_600);
    expect([...table.procs.keys()].slice(0, 3)).toEqual([1, 2, 3]);
  });

  test('of at most 1,200 it is whole', () => {
    const { table, rounds } = firstLook(1_200);
    expect(rounds.isPartial()).toBe(false);
    expect(table.procs.size).toBe(1_200);
  });

  test('leaves the rest for slices behind it, and nobody of them counts as born', () => {
    const machine = bigMachine(28_000);
    const read = machine.read.bind(machine);
    const slow = { ...machine, read: (path: string) => (machine.pass(0.02), read(path)) };
    const table = createProcTable(slow, 100, 4096);
    const rounds = createRounds(slow, table);
    const births: Proc[] = [];
    let looks = 0;
    do {
      table.beginLook();
      births.push(
        ...rounds.lookInTurns({ visible: [], intervalMs: INTERVAL_MS, coreTicks: CORE_TICKS }, undefined),
      );
      if (looks++ > 0) rounds.readOn(slow.now() + 15); // between looks, in slices
    } while (rounds.isPartial() && looks < 50);
    expect(looks).toBeGreaterThan(2);
    expect(table.procs.size).toBe(28_000);
    expect(births).toEqual([]);
    expect([...table.procs.values()].every(({ seenAt }) => seenAt === 0)).toBe(true);
  });
});

describe('a look that reads everybody', () => {
  test('between looks in turns it leaves no row unread and nobody out', () => {
    const it = scene(5_000);
    it.machine.fork();
    it.machine.exit(100);
    it.table.beginLook();
    expect(it.rounds.lookAtAll()).toHaveLength(1);
    expect(it.table.oldest()).toBeUndefined();
    expect(pids(it.table.procs.values())).toEqual(pids(it.machine.beings.values()));
  });
});
