// Scripted races: each of these has cost somebody's process its life in some tool.
import { describe, expect, test } from 'vitest';
import { exitCode } from '../../../src/signal/report.ts';
import { isThread } from '../../../src/signal/sweep/census.ts';
import { sweep, sweepSteps, type SweepOptions } from '../../../src/signal/sweep/sweep.ts';
import type { Report } from '../../../src/types.ts';
import { createFakeKernel, type FakeKernel } from '../../support/fakeKernel.ts';
import { statLine } from '../../support/procText.ts';
import { CONT, KILL, requestFor, STOP, wired } from './rig.ts';

const SELF = 50;
const ours = { pid: SELF, comm: 'slotop', session: SELF, pgrp: SELF };

interface Scene {
  readonly processes: Parameters<FakeKernel['fork']>[0][];
  readonly targets?: readonly string[];
  readonly tree?: boolean;
  readonly exclude?: string;
  readonly options?: SweepOptions;
  /** After the plan was made. */
  readonly then?: (fake: FakeKernel) => void;
  /** At every call. */
  readonly meanwhile?: (fake: FakeKernel, calls: number) => void;
}

function play({ processes, targets = ['rogue'], options, then, meanwhile, ...more }: Scene): {
  fake: FakeKernel;
  report: Report;
  outcomeOf: (pid: number) => string | undefined;
  signalsTo: (pid: number) => number[];
} {
  const fake = createFakeKernel({ self: SELF, processes: [...processes, ours] });
  const wire = wired(fake);
  const request = requestFor(wire.kernel, targets, more);
  then?.(fake);
  wire.meanwhile = (calls) => meanwhile?.(fake, calls);
  const report = sweep(wire.kernel, request, options);
  expect(wire.blind).toEqual([]);
  return {
    fake,
    report,
    outcomeOf: (pid) => report.targets.find((target) => target.pid === pid)?.outcome,
    signalsTo: (pid) => fake.kills.filter((one) => one.pid === pid).map(({ signal }) => signal),
  };
}

describe('who has the number now', () => {
  test('a pid given out again between look and STOP: continued at once, never killed', () => {
    const { fake, outcomeOf, signalsTo } = play({
      processes: [
        { pid: 20, comm: 'rogue' },
        { pid: 21, comm: 'rogue' },
      ],
      then: (table) => table.before('kill', 20, () => void table.replace(20, { comm: 'innocent' })),
    });
    expect(signalsTo(20)).toEqual([STOP, CONT]);
    expect(fake.get(20)).toMatchObject({ comm: 'innocent', state: 'S' });
    expect(outcomeOf(20)).toBe('recycled');
    expect(outcomeOf(21)).toBe('killed');
  });

  test('given out again before anything was sent: nothing is', () => {
    const { outcomeOf, signalsTo } = play({
      processes: [{ pid: 20, comm: 'rogue' }],
      then: (table) => void table.replace(20, { comm: 'innocent' }),
    });
    expect(signalsTo(20)).toEqual([]);
    expect(outcomeOf(20)).toBe('recycled');
  });

  test('given out again between STOP and KILL: the next one lives', () => {
    let done = false;
    const { fake, signalsTo } = play({
      processes: [{ pid: 20, comm: 'rogue' }],
      meanwhile(table) {
        if (done || !table.processes.has(20) || table.get(20).state !== 'T') return;
        done = true;
        table.replace(20, { comm: 'innocent' });
      },
    });
    expect(signalsTo(20)).not.toContain(KILL);
    expect(fake.get(20)).toMatchObject({ comm: 'innocent', state: 'S' });
  });

  test('a newcomer that becomes another program as it is stopped is none of ours', () => {
    const { fake, outcomeOf, signalsTo } = play({
      processes: [{ pid: 20, comm: 'rogue', ignores: [KILL] }],
      then(table) {
        table.fork({ pid: 30, comm: 'rogue', ppid: 20 });
        table.before('kill', 30, () => void (table.get(30).comm = 'ls'));
      },
    });
    expect(signalsTo(30)).toEqual([STOP, CONT]);
    expect(fake.get(30).state).toBe('S');
    expect(outcomeOf(30)).toBeUndefined();
  });

  test('a pid that was named means that process only', () => {
    const { fake, signalsTo } = play({
      processes: [{ pid: 20, comm: 'rogue' }],
      targets: ['20'],
      then: (table) => table.after(1500, () => void table.fork({ pid: 20, comm: 'rogue' })),
    });
    expect(signalsTo(20)).toEqual([STOP, KILL]);
    expect(fake.get(20).state).toBe('S');
  });

  test('the number of a session that has ended is no group any more', () => {
    const { fake } = play({
      processes: [20, 21].map((pid) => ({ pid, comm: `a${pid}`, session: 20 })),
      targets: ['session:20'],
      then: (table) => table.after(2000, () => void table.fork({ pid: 20, comm: 'b', session: 20 })),
    });
    expect(fake.get(20)).toMatchObject({ comm: 'b', state: 'S' });
    expect(fake.kills.filter(({ signal }) => signal === KILL)).toHaveLength(2);
  });

  test('a thread is told from a process', () => {
    const line = statLine({ pid: 7, comm: 'a) R 1 (b' });
    expect(isThread(Buffer.from(line))).toBe(false);
    const words = line.slice(line.lastIndexOf(')') + 2).split(' ');
    expect(words[35]).toBe('17'); // SIGCHLD
    const thread = `${line.slice(0, line.lastIndexOf(')') + 2)}${words.with(35, '-1').join(' ')}`;
    expect(isThread(Buffer.from(thread))).toBe(true);
  });
});

describe('who is spared', () => {
  test('a newcomer of our own session, by the same rules as in the plan', () => {
    const { fake, report, outcomeOf, signalsTo } = play({
      processes: [{ pid: 20, comm: 'rogue' }],
      then: (table) => void table.fork({ pid: 30, comm: 'rogue', ppid: SELF, session: SELF, pgrp: SELF }),
    });
    expect(signalsTo(30)).toEqual([]);
    expect(fake.get(30).state).toBe('S');
    expect(outcomeOf(30)).toBe('refused');
    expect(report.counts).toMatchObject({ matched: 2, killed: 1, refused: 1 });
  });

  test('who was shown as refused stays refused', () => {
    const { signalsTo, report } = play({
      processes: [
        { pid: 20, comm: 'rogue' },
        { pid: 30, comm: 'rogue', session: SELF },
      ],
      then: (table) => void (table.get(30).session = 30), // it has left our session meanwhile
    });
    expect(signalsTo(30)).toEqual([]);
    expect(report.counts).toMatchObject({ matched: 2, killed: 1, refused: 1 });
  });

  test('the excluded, newcomers too', () => {
    const { signalsTo } = play({
      processes: [
        { pid: 20, comm: 'rogue', uid: 7 },
        { pid: 21, comm: 'rogue' },
      ],
      exclude: 'user:7',
      then: (table) => void table.fork({ pid: 30, comm: 'rogue', uid: 7 }),
    });
    expect(signalsTo(20)).toEqual([]);
    expect(signalsTo(30)).toEqual([]);
    expect(signalsTo(21)).toEqual([STOP, KILL]);
  });

  test('of a tree: what was stopped before, and what else the parent has', () => {
    const { fake, signalsTo } = play({
      processes: [
        { pid: 20, comm: 'a' },
        { pid: 21, comm: 'b', ppid: 20 },
        { pid: 30, comm: 'c' },
      ],
      targets: ['20'],
      tree: true,
      then: (table) => void table.fork({ pid: 22, comm: 'd', ppid: 21 }),
    });
    expect([20, 21, 22].some((pid) => fake.processes.has(pid))).toBe(false);
    expect(signalsTo(30)).toEqual([]);
    // Leaf first: a parent's death wakes stopped orphans.
    const killed = fake.kills.filter(({ signal }) => signal === KILL).map(({ pid }) => pid);
    expect(killed).toEqual([22, 21, 20]);
  });
});

describe('the services of a session', () => {
  test.each([
    { uid: 0, comm: 'dbus-daemon', isSpared: true },
    { uid: 7, comm: 'dbus-daemon', isSpared: false },
    { uid: 0, comm: 'systemd', cmdline: ['/lib/systemd/systemd', '--user'], isSpared: true },
    { uid: 7, comm: 'systemd', cmdline: ['/lib/systemd/systemd', '--user'], isSpared: false },
  ])('one of $comm of uid $uid, born since: ours is spared, and nobody else’s', ({ isSpared, ...one }) => {
    const { fake, outcomeOf, signalsTo } = play({
      processes: [{ pid: 20, comm: one.comm, uid: 7 }],
      targets: [one.comm],
      then: (table) => void table.fork({ pid: 30, ...one }),
    });
    expect(signalsTo(20)).toEqual([STOP, KILL]);
    expect(outcomeOf(30)).toBe(isSpared ? 'refused' : 'killed');
    expect(fake.processes.has(30)).toBe(isSpared);
  });
});

describe('when descriptors are short', () => {
  test.each([0, 1, 3])('%i to be had at a time: the sweep is as sure without', (most) => {
    const fake = createFakeKernel({
      self: SELF,
      processes: [...[20, 21, 22, 23, 24].map((pid) => ({ pid, comm: 'rogue' })), ours],
    });
    const { kernel } = wired(fake);
    const request = requestFor(kernel, ['rogue']);
    const open: typeof kernel.open = (path) => (fake.heldOpen > most ? 'limit' : kernel.open(path));
    const report = sweep({ ...kernel, open }, request);
    expect(report.counts).toMatchObject({ matched: 5, killed: 5 });
    // All are stopped before the first is killed: nobody is overlooked for want of a descriptor.
    expect(fake.kills.map(({ signal }) => signal)).toEqual([
      ...Array<number>(5).fill(STOP),
      ...Array<number>(5).fill(KILL),
    ]);
  });
});

describe('what can go otherwise', () => {
  test('EPERM is counted and reported with the owner; the rest is done', () => {
    const { report, outcomeOf } = play({
      processes: [
        { pid: 20, comm: 'rogue', denied: true },
        { pid: 21, comm: 'rogue' },
      ],
    });
    expect(outcomeOf(20)).toBe('denied');
    expect(report.targets.find(({ pid }) => pid === 20)?.detail).toContain('root');
    expect(outcomeOf(21)).toBe('killed');
    expect(exitCode(report)).toBe(4);
  });

  test('zombie and D survive, each with its reason', () => {
    const { report } = play({
      processes: [
        { pid: 20, comm: 'rogue', state: 'Z' },
        { pid: 21, comm: 'rogue', state: 'D', files: { wchan: 'nfs_wait' } },
      ],
    });
    expect(report.counts).toMatchObject({ matched: 2, survived: 2 });
    expect(report.targets.map(({ detail }) => detail).join()).toMatch(
      /not reaped it.*nfs_wait|nfs_wait.*not reaped it/s,
    );
    expect(exitCode(report)).toBe(3);
  });

  test('STOP that does not stick is answered with KILL', () => {
    const { fake, report } = play({
      processes: Array.from({ length: 10 }, (_, n) => ({ pid: 20 + n, comm: 'rogue' })),
      meanwhile(table) {
        for (const one of table.processes.values()) if (one.comm === 'rogue') table.receive(one, CONT);
      },
    });
    expect(report.counts).toMatchObject({ matched: 10, killed: 10 });
    expect(fake.now()).toBeLessThan(1000 + 400 + 500 + 3000);
  });

  test('a STOP that waits for a CPU counts as taken: it is not sent again', () => {
    // Among a thousand that spin one shows for long that it runs; its STOP is in ShdPnd meanwhile.
    const status = 'Name:\trogue\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000040000\n';
    const spinning = { pid: 20, comm: 'rogue', state: 'R', ignores: [STOP] };
    const { signalsTo, outcomeOf } = play({ processes: [{ ...spinning, files: { status } }] });
    expect([signalsTo(20), outcomeOf(20)]).toEqual([[STOP, KILL], 'killed']);
    const lost = play({ processes: [spinning] });
    expect(lost.signalsTo(20).filter((signal) => signal === STOP).length).toBeGreaterThan(1);
  });

  test('it waits where all that is missing is that signals have their effect, and nowhere else', () => {
    const fake = createFakeKernel({
      self: SELF,
      processes: [{ pid: 20, comm: 'rogue' }, { pid: 21, comm: 'rogue', state: 'R', ignores: [STOP] }, ours],
    });
    const { kernel } = wired(fake);
    const waits: number[] = [];
    for (const { phase, pass, new: fresh, waitMs } of sweepSteps(kernel, requestFor(kernel, ['rogue']))) {
      if (phase !== 'stop') continue;
      if (fresh > 0) expect([pass, fresh, waitMs]).toEqual([1, 2, 0]);
      else waits.push(waitMs);
      fake.advance(waitMs);
    }
    // Twice: 20 is stopped at once, and 21 shows nothing until it is sent STOP again.
    expect(waits.filter((waitMs) => waitMs > 0).length).toBeGreaterThan(1);
    for (const waitMs of waits) expect(waitMs === 0 || (waitMs >= 2 && waitMs <= 25)).toBe(true);
  });

  test('as long as they die, however slowly, it waits for them, and holds none to have come back', () => {
    const pids = Array.from({ length: 100 }, (_, n) => 100 + n);
    const fake = createFakeKernel({
      self: SELF,
      processes: [...pids.map((pid) => ({ pid, comm: 'rogue', ignores: [KILL] })), ours],
    });
    pids.forEach((pid, n) => fake.after(100 * n, () => void fake.exit(pid)));
    // For a while most of them wait in the kernel, as they do for their memory: they are not fewer for that.
    const show = (state: string) => (): void => {
      for (const pid of pids.slice(50, -1)) fake.get(pid).state = state;
    };
    fake.after(1000, show('D'));
    fake.after(1500, show('T'));
    const { kernel } = wired(fake);
    const phases: string[] = [];
    for (const { phase, waitMs } of sweepSteps(kernel, requestFor(kernel, ['rogue']))) {
      if (phases.at(-1) !== phase) phases.push(phase);
      fake.advance(waitMs);
    }
    expect(phases).toEqual(['stop', 'kill', 'watch']);
    expect(pids.filter((pid) => fake.processes.has(pid))).toEqual([]);
  });

  test('one that is brought back by a stranger: named; with the word, the stranger goes too and his others stay', () => {
    let next = 60;
    const respawning = (table: FakeKernel): void => {
      if (table.processes.get(30)?.state !== 'S') return;
      if (![...table.processes.values()].some(({ ppid, comm }) => ppid === 30 && comm === 'rogue')) {
        table.fork({ pid: next++, comm: 'rogue', ppid: 30 });
      }
    };
    const scene: Scene = {
      processes: [
        { pid: 30, comm: 'boss' },
        { pid: 31, comm: 'rogue', ppid: 30 },
        { pid: 32, comm: 'other', ppid: 30 },
      ],
      meanwhile: respawning,
    };
    const without = play(scene);
    expect(without.report.respawned[0]).toMatchObject({
      comm: 'rogue',
      ppid: 30,
      by: { pid: 30, comm: 'boss' },
    });
    expect(without.fake.get(30).state).toBe('S');
    expect(exitCode(without.report)).toBe(5);

    const withWord = play({ ...scene, options: { withRespawner: true } });
    expect(withWord.report.respawned).toEqual([]);
    expect(withWord.fake.processes.has(30)).toBe(false);
    expect(withWord.fake.get(32)).toMatchObject({ comm: 'other', state: 'S' });
    expect(exitCode(withWord.report)).toBe(0);
  });

  test('the same for one that was named by its pid: reported, and spared without the word', () => {
    const scene: Scene = {
      processes: [
        { pid: 30, comm: 'boss' },
        { pid: 31, comm: 'worker', ppid: 30 },
      ],
      targets: ['31'],
      then: (table) => table.after(1200, () => void table.fork({ pid: 60, comm: 'worker', ppid: 30 })),
    };
    const { report, fake } = play(scene);
    expect(report.respawned[0]).toMatchObject({ comm: 'worker', ppid: 30 });
    expect(fake.processes.has(30)).toBe(true);
    expect(exitCode(report)).toBe(5);
  });
});

describe('broken off', () => {
  const group = Array.from({ length: 6 }, (_, n) => ({
    pid: 20 + n,
    comm: 'rogue',
    ...(n === 0 ? { state: 'T' } : {}),
  }));

  test('what it stopped runs on and is said to; what was stopped before stays so', () => {
    let asked = 0;
    const { fake, report } = play({ processes: group, options: { abort: () => ++asked === 2 } });
    expect(fake.get(20).state).toBe('T');
    for (let pid = 21; pid < 26; pid++) expect(fake.get(pid).state).toBe('S');
    expect(report.counts).toMatchObject({ matched: 6, survived: 6 });
    expect(report.targets.find(({ pid }) => pid === 21)?.detail).toContain('continued');
    expect(exitCode(report)).toBe(3);
  });

  test('ended from outside (the screen is closed), or by a fault', () => {
    for (const how of ['return', 'throw'] as const) {
      const fake = createFakeKernel({ self: SELF, processes: [...group, ours] });
      const { kernel } = wired(fake);
      const steps = sweepSteps(kernel, requestFor(kernel, ['rogue']));
      steps.next();
      expect(fake.get(21).state).toBe('T');
      if (how === 'return') steps.return(undefined as never);
      else expect(() => steps.throw(new Error('fault'))).toThrow('fault');
      for (let pid = 21; pid < 26; pid++) expect(fake.get(pid).state).toBe('S');
    }
  });

  test('priority is raised, and put back however it ends', () => {
    for (const options of [{}, { abort: () => true }]) {
      const fake = createFakeKernel({ self: SELF, processes: [...group, ours] });
      const nice: (number | undefined)[] = [];
      const kernel = {
        ...wired(fake).kernel,
        priority(value?: number): number {
          if (value !== undefined) nice.push(value);
          return nice.at(-1) ?? 3;
        },
      };
      sweep(kernel, requestFor(kernel, ['rogue']), options);
      expect(nice[0]).toBe(-20);
      expect(nice.at(-1)).toBe(3);
    }
  });
});
