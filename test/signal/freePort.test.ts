import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freePortSteps, type FreeOptions, type FreeResult } from '../../src/signal/freePort.ts';
import { exitOf } from '../../src/signal/freePortResult.ts';
import { planFree } from '../../src/signal/freePortPlan.ts';
import { freeLines } from '../../src/signal/freePortText.ts';
import { createFakeKernel, type FakeKernel } from '../support/fakeKernel.ts';
import type { FakeSpec } from '../support/fakeTable.ts';
import { PORT, portScene, type PortScene } from './freePortScene.ts';

const TERM = 15;
const KILL = 9;
const CONT = 18;

function scene(
  processes: readonly FakeSpec[],
  inodes: Readonly<Record<number, readonly number[]>>,
): { kernel: FakeKernel; port: PortScene } {
  const kernel = createFakeKernel({ processes });
  return { kernel, port: portScene(kernel, inodes) };
}

function freed(kernel: FakeKernel, { sight }: PortScene, options: FreeOptions = {}): FreeResult {
  const steps = freePortSteps(kernel, sight, planFree(kernel, sight.look(), PORT, options), options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    expect(step.value.waitMs).toBeGreaterThan(0);
    kernel.advance(step.value.waitMs);
  }
}

const sent = (kernel: FakeKernel): (readonly [number, number])[] =>
  kernel.kills.map(({ pid, signal }) => [pid, signal] as const);

describe('whom it hits, and with what', () => {
  test('the common parent gets SIGTERM first; SIGKILL goes deepest first', () => {
    const { kernel, port } = scene(
      [
        { pid: 100, ignores: [TERM] },
        { pid: 101, ppid: 100, ignores: [TERM] },
        { pid: 102, ppid: 100, ignores: [TERM] },
      ],
      { 7: [100, 101, 102] },
    );
    expect(freed(kernel, port, { waitMs: 500 })).toMatchObject({ status: 'free' });
    const order = (signal: number): number[] =>
      sent(kernel).flatMap(([pid, s]) => (s === signal ? [pid] : []));
    expect(order(TERM)[0]).toBe(100);
    expect(order(KILL).at(-1)).toBe(100);
    expect(order(KILL)).toHaveLength(3);
  });

  test('who lets go of the port gets no SIGKILL, whether it lives or not', () => {
    const { kernel, port } = scene([{ pid: 100, ignores: [TERM] }, { pid: 101 }], { 7: [100], 8: [101] });
    kernel.after(300, () => port.holders.set(7, []));
    const result = freed(kernel, port);
    expect(sent(kernel)).toEqual([
      [101, TERM],
      [100, TERM],
    ]);
    expect(result.report.targets.map(({ outcome }) => outcome).sort()).toEqual(['killed', 'signalled']);
    expect([result.status, exitOf(result)]).toEqual(['free', 0]);
    expect(result.freedMs).toBeGreaterThanOrEqual(300);
  });

  test('who inherited the socket meanwhile is killed by what it holds', () => {
    const { kernel, port } = scene([{ pid: 100 }], { 7: [100] });
    kernel.before('kill', 100, () => {
      kernel.fork({ pid: 200, ppid: 100, comm: 'heir', ignores: [TERM] });
      port.holders.set(7, [100, 200]);
    });
    const result = freed(kernel, port, { waitMs: 500 });
    expect(sent(kernel)).toContainEqual([200, KILL]);
    expect(result).toMatchObject({ status: 'free', report: { counts: { matched: 2, killed: 2 } } });
  });

  test('a number given out again during the wait gets no SIGKILL', () => {
    const { kernel, port } = scene([{ pid: 100, ignores: [TERM] }], { 7: [100] });
    kernel.after(200, () => {
      kernel.replace(100, { comm: 'innocent' });
      port.holders.delete(7);
    });
    expect(freed(kernel, port).status).toBe('free');
    expect(sent(kernel)).toEqual([[100, TERM]]);
  });

  test('PostgreSQL with clients gets its own signal before SIGKILL, which then is not needed', () => {
    const { kernel, port } = scene(
      [
        { pid: 100, comm: 'postgres', ignores: [TERM] },
        { pid: 101, ignores: [TERM] },
      ],
      {
        7: [100],
        8: [101],
      },
    );
    const result = freed(kernel, port, { waitMs: 5000 });
    expect(sent(kernel).filter(([pid]) => pid === 100)).toEqual([
      [100, TERM],
      [100, 2],
    ]);
    expect(sent(kernel).filter(([pid]) => pid === 101)).toEqual([
      [101, TERM],
      [101, KILL],
    ]);
    expect(result.report.targets.find(({ pid }) => pid === 100)?.detail).toContain('fast shutdown, ended it');
    expect(result.elapsedMs).toBeLessThan(9000);
  });

  test('who waits to start a holder again is named, and gets no signal; not where it ended too', () => {
    const family = [
      { pid: 90, comm: 'node', cmdline: ['node', '/usr/bin/nodemon', 'app.js'] },
      { pid: 100, ppid: 90 },
    ];
    const { kernel, port } = scene(family, { 7: [100] });
    expect(freed(kernel, port)).toMatchObject({
      status: 'free',
      advice: 'slotop kill 90  # or nodemon (90) starts it again when a file changes',
    });
    expect(sent(kernel)).toEqual([[100, TERM]]);
    const both = scene(family, { 7: [90, 100] });
    expect(freed(both.kernel, both.port)).toMatchObject({ status: 'free', advice: undefined });
  });

  test('a stopped one gets CONT behind its SIGTERM', () => {
    const { kernel, port } = scene([{ pid: 100, state: 'T' }], { 7: [100] });
    expect(freed(kernel, port).status).toBe('free');
    expect(sent(kernel)).toEqual([
      [100, TERM],
      [100, CONT],
    ]);
  });

  test('one complete look is enough where all goes well', () => {
    const { kernel, port } = scene([{ pid: 100 }], { 7: [100] });
    freed(kernel, port);
    expect(port.looks()).toBe(1);
  });

  test('law: a signal meets only who held the port, and "free" is said only of one that nobody holds', () => {
    const specs = fc.uniqueArray(
      fc.record({
        pid: fc.integer({ min: 100, max: 120 }),
        ppid: fc.constantFrom(1, 100, 101, 102),
        ignores: fc.constantFrom([], [TERM], [TERM, KILL]),
        denied: fc.boolean(),
        inode: fc.constantFrom(0, 7, 8, 9),
      }),
      { selector: ({ pid }) => pid, minLength: 1, maxLength: 8 },
    );
    const races = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 4000 }), inode: fc.constantFrom(7, 8, 20, 21) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(specs, races, fc.integer({ min: 0, max: 1000 }), (all, events, waitMs) => {
        const inodes: Record<number, number[]> = {};
        for (const { pid, inode } of all) if (inode > 0) (inodes[inode] ??= []).push(pid);
        const { kernel, port } = scene(
          all.map(({ pid, ppid, ignores, denied }) => ({
            ...{ pid, ignores, denied, comm: 'server' },
            ppid: ppid === pid ? 1 : ppid,
          })),
          inodes,
        );
        const meant = new Set(Object.values(inodes).flat());
        events.forEach(({ at, inode }, i) => {
          kernel.after(at, () => {
            const pid = 300 + i;
            kernel.fork({ pid, ppid: 1, comm: 'stranger' });
            port.holders.set(inode, [...(port.holders.get(inode) ?? []), pid]);
            // Whoever comes to share a socket that is to go is meant from then on.
            if (inode < 20 && meant.size > 0) meant.add(pid);
          });
        });
        const result = freed(kernel, port, { waitMs });
        for (const { pid, met } of kernel.kills) expect(met === undefined || meant.has(pid)).toBe(true);
        const listed = port.sight.rows(PORT).length > 0;
        expect(result.status === 'free' || result.status === 'already-free').toBe(!listed);
        expect(result.holdersAfter.length > 0 || !listed).toBe(true);
      }),
    );
  });
});

describe('what it says in the end', () => {
  test('one in state D holds on: held, and why', () => {
    const { kernel, port } = scene([{ pid: 100, state: 'D', files: { wchan: 'nfs_wait' } }], { 7: [100] });
    const result = freed(kernel, port, { waitMs: 100 });
    expect([result.status, exitOf(result)]).toEqual(['held', 3]);
    expect(result.report.targets[0]?.detail).toContain('nfs_wait');
  });

  test('EPERM: denied at once, without a wait for what can not come', () => {
    const { kernel, port } = scene([{ pid: 100, denied: true }], { 7: [100] });
    const result = freed(kernel, port, { waitMs: 60_000 });
    expect([result.status, exitOf(result)]).toEqual(['denied', 4]);
    expect(result.advice).toBe('exec sudo slotop free 8080');
    expect(result.elapsedMs).toBeLessThan(1000);
  });

  test('one that survives beside a refused one: held, which is the worse', () => {
    const { kernel, port } = scene(
      [
        { pid: 100, state: 'D', files: { wchan: 'nfs_wait' } },
        { pid: 101, denied: true },
      ],
      { 7: [100], 8: [101] },
    );
    expect(freed(kernel, port, { waitMs: 100 })).toMatchObject({ status: 'held', advice: undefined });
  });

  test('a hidden socket beside one that goes: hidden', () => {
    const { kernel, port } = scene([{ pid: 100 }], { 7: [100], 8: [] });
    const result = freed(kernel, port);
    expect([result.status, result.hiddenOwners.length, exitOf(result)]).toEqual(['hidden', 1, 3]);
    expect(result.report.counts).toMatchObject({ killed: 1 });
  });

  test('interrupted in the wait: no SIGKILL', () => {
    const { kernel, port } = scene([{ pid: 100, ignores: [TERM] }], { 7: [100] });
    let steps = 0;
    const result = freed(kernel, port, { abort: () => ++steps > 4 });
    expect(sent(kernel)).toEqual([[100, TERM]]);
    expect(result).toMatchObject({ status: 'held', advice: 'interrupted; slotop free 8080 goes on' });
  });

  test.each([
    ['interrupted', [{ pid: 100, ignores: [TERM] }], 'interrupted; slotop free 8080 --exclude pid:9 goes on'],
    ['not permitted', [{ pid: 100, denied: true }], 'exec sudo slotop free 8080 --exclude pid:9'],
  ])('%s: the command that goes on has the options that were typed', (how, processes, advice) => {
    const { kernel, port } = scene(processes, { 7: [100] });
    let steps = 0;
    const abort = (): boolean => how === 'interrupted' && ++steps > 4;
    expect(freed(kernel, port, { abort, typed: '--exclude pid:9' }).advice).toBe(advice);
  });

  test('read-only refuses all', () => {
    const { kernel, port } = scene([{ pid: 100 }], { 7: [100] });
    expect(freed(kernel, port, { readOnly: true })).toMatchObject({
      status: 'denied',
      report: { counts: { refused: 1 } },
    });
    expect(kernel.kills).toEqual([]);
  });
});

describe('who comes back', () => {
  function supervised(after: (kernel: FakeKernel, port: PortScene) => void): {
    kernel: FakeKernel;
    port: PortScene;
  } {
    const made = scene(
      [
        { pid: 80, comm: 'runsv', cwd: '/etc/service/web' },
        { pid: 100, ppid: 80, comm: 'web' },
      ],
      { 7: [100] },
    );
    made.kernel.before('kill', 100, () => {
      made.kernel.after(1200, () => after(made.kernel, made.port));
    });
    return made;
  }

  test('by the same supervisor: respawned, named, with the command that stops it', () => {
    const { kernel, port } = supervised((machine, { holders }) => {
      machine.fork({ pid: 200, ppid: 80, comm: 'web' });
      holders.set(9, [200]);
    });
    const result = freed(kernel, port);
    expect(result).toMatchObject({
      status: 'respawned',
      respawnedBy: { pid: 80, kind: 'runit' },
      advice: 'sv down /etc/service/web',
      report: { respawned: [{ pid: 200, comm: 'web' }] },
    });
    expect(exitOf(result)).toBe(5);
    expect(freeLines(result).join('\n')).toContain(
      ':8080 was freed, and is held again by web (200, root), started by runsv (80, runit)',
    );
    expect(kernel.processes.has(200)).toBe(true);
  });

  test('with --with-respawner the supervisor goes too', () => {
    const { kernel, port } = supervised((machine, { holders }) => {
      machine.fork({ pid: 200, ppid: 80, comm: 'web' });
      holders.set(9, [200]);
    });
    const result = freed(kernel, port, { withRespawner: true });
    expect(result).toMatchObject({ status: 'free', report: { counts: { matched: 3, killed: 3 } } });
    expect(sent(kernel).map(([pid]) => pid)).toEqual([100, 80, 200]);
  });

  test('a stranger is none, and stays alive', () => {
    const { kernel, port } = supervised((machine, { holders }) => {
      machine.fork({ pid: 200, ppid: 1, comm: 'other' });
      holders.set(9, [200]);
    });
    const result = freed(kernel, port);
    expect(result).toMatchObject({
      status: 'held',
      respawnedBy: undefined,
      advice: 'now held by other (200), which was not asked about; slotop free 8080 ends it',
    });
    expect(sent(kernel)).toEqual([[100, TERM]]);
  });

  test('by systemd: told by the unit, though pid 1 is everybody’s parent', () => {
    const cgroup = '/system.slice/web.service';
    const { kernel, port } = scene(
      [
        { pid: 1, comm: 'systemd' },
        { pid: 100, comm: 'web', cgroup },
      ],
      { 7: [100] },
    );
    kernel.before('kill', 100, () => {
      kernel.after(500, () => {
        kernel.fork({ pid: 200, ppid: 1, comm: 'other-name', cgroup });
        port.holders.set(9, [200]);
      });
    });
    expect(freed(kernel, port)).toMatchObject({ status: 'respawned', advice: 'systemctl stop web.service' });
  });
});
