import { describe, expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { deliver, deliverSteps, slotsUsedIn } from '../../src/signal/deliver.ts';
import { exitCode } from '../../src/signal/report.ts';
import { reportLines, summary } from '../../src/signal/reportText.ts';
import type { Plan, ProcId, Report } from '../../src/types.ts';
import { createFakeKernel, type FakeKernel } from '../support/fakeKernel.ts';
import { isAlive, sameProcess, waitUntil } from '../support/identity.ts';
import { python, spawnGroup, spawnIdle, spawnStopped, spawnZombie } from '../support/procs.ts';
import { aPlan } from './aPlan.ts';

function planOf(signal: string, ids: readonly ProcId[]): Plan {
  const bare = ids.map(({ pid, starttime }) => ({ pid, starttime }));
  return aPlan('signal', signal, bare);
}

function outcomes(report: Report): string[] {
  return report.targets.map(({ outcome }) => outcome);
}

function send(kernel: Kernel, signal: string, ...ids: readonly ProcId[]): Report {
  return deliver(kernel, planOf(signal, ids));
}

describe('real processes', () => {
  const kernel = openKernel();

  test('KILL: looked and gone, and the parent that reaps late is waited for', async () => {
    const idle = await spawnIdle();
    // The parent is this very process: it reaps only when the delivery lets it run, so it must be given the slices.
    const steps = deliverSteps(kernel, planOf('KILL', [idle]));
    let step = steps.next();
    while (step.done !== true) {
      await new Promise((resume) => setTimeout(resume, (step as { value: { waitMs: number } }).value.waitMs));
      step = steps.next();
    }
    expect(outcomes(step.value)).toEqual(['killed']);
    expect(exitCode(step.value)).toBe(0);
    expect(isAlive(idle)).toBe(false);
  });

  test.skipIf(python === undefined)(
    'a zombie is not "killed": it keeps its slot, and its parent is named',
    async () => {
      const zombie = await spawnZombie();
      const report = send(kernel, 'KILL', zombie);
      expect(outcomes(report)).toEqual(['survived']);
      expect(report.targets[0]?.state).toBe('Z');
      expect(report.targets[0]?.detail).toContain(`(${zombie.parent.pid})`);
      expect(exitCode(report)).toBe(3);
    },
  );

  test('STOP is looked at, CONT follows', async () => {
    const idle = await spawnIdle();
    const stopped = send(kernel, 'STOP', idle);
    expect(outcomes(stopped)).toEqual(['stopped']);
    expect(sameProcess(idle)?.state).toBe('T');
    expect(outcomes(send(kernel, 'CONT', idle))).toEqual(['signalled']);
    await waitUntil(() => sameProcess(idle)?.state !== 'T', 'it runs again');
  });

  test('TERM ends a stopped process: CONT follows it', async () => {
    const stopped = await spawnStopped();
    send(kernel, 'TERM', stopped);
    await waitUntil(() => !isAlive(stopped), 'the stopped process ends');
  });

  test('a recycled identity is not hit', async () => {
    const idle = await spawnIdle();
    const report = send(kernel, 'KILL', { pid: idle.pid, starttime: idle.starttime - 1 });
    expect(outcomes(report)).toEqual(['recycled']);
    expect(isAlive(idle)).toBe(true);
  });

  test('nothing is sent with --read-only, nor through a root whose pids are not ours', async () => {
    const idle = await spawnIdle();
    for (const [door, readOnly] of [
      [kernel, true],
      [{ ...kernel, canSignal: false }, false],
    ] as const) {
      const report = deliver(door, planOf('KILL', [idle]), { readOnly });
      expect(outcomes(report)).toEqual(['refused']);
      expect(report.targets[0]?.detail).toMatch(/read-only|looked at only/);
      expect(exitCode(report)).toBe(4);
    }
    expect(isAlive(idle)).toBe(true);
  });

  test('a group of many, and the slots before and after', async () => {
    const group = await spawnGroup('slotop-many', 20);
    const report = send(kernel, 'STOP', ...group);
    expect(report.counts).toMatchObject({ matched: 20, stopped: 20 });
    expect(report.slots.before).toBeGreaterThan(20);
    expect(slotsUsedIn(kernel)).toBeGreaterThan(20);
  });
});

describe('scripted races', () => {
  function fake(...processes: Parameters<FakeKernel['fork']>[0][]): FakeKernel {
    return createFakeKernel({ processes });
  }
  const idOf = (kernel: FakeKernel, pid: number): ProcId => kernel.get(pid);

  test('a pid that is given out again between plan and signal gets nothing', () => {
    const kernel = fake({ pid: 100 }, { pid: 101 });
    const ids = [idOf(kernel, 100), idOf(kernel, 101)];
    kernel.before('read', '101/stat', () => void kernel.replace(101, { comm: 'innocent' }));
    const report = send(kernel, 'KILL', ...ids);
    expect(outcomes(report)).toEqual(['killed', 'recycled']);
    expect(kernel.kills.map(({ pid }) => pid)).toEqual([100]);
    expect(kernel.waiting).toEqual([]);
  });

  test('one that leaves first is gone; one that leaves between look and kill is gone too', () => {
    const kernel = fake({ pid: 100 }, { pid: 101 }, { pid: 102 });
    const ids = [100, 101, 102].map((pid) => idOf(kernel, pid));
    kernel.exit(100);
    kernel.before('kill', 101, () => kernel.exit(101));
    expect(outcomes(send(kernel, 'TERM', ...ids))).toEqual(['gone', 'gone', 'killed']);
  });

  test('EPERM is counted with the owner and ends nothing', () => {
    const kernel = fake({ pid: 100 }, { pid: 101, denied: true }, { pid: 102 });
    const report = send(kernel, 'KILL', ...[100, 101, 102].map((pid) => idOf(kernel, pid)));
    expect(outcomes(report)).toEqual(['killed', 'denied', 'killed']);
    expect(report.targets[1]?.detail).toContain('root');
    expect(report.counts).toMatchObject({ matched: 3, killed: 2, denied: 1 });
    expect(exitCode(report)).toBe(4);
  });

  test('KILL in state D survives, with what it waits in', () => {
    const kernel = fake({ pid: 100, state: 'D', files: { wchan: 'nfs_wait' } });
    const report = send(kernel, 'KILL', idOf(kernel, 100));
    expect(outcomes(report)).toEqual(['survived']);
    expect(report.targets[0]?.detail).toContain('nfs_wait');
    expect(summary(report)).toBe('KILL x: 1 sent, 0 gone, 1 alive (state D), 0 denied');
    expect(report.elapsedMs).toBeGreaterThanOrEqual(500);
  });

  test('a program that takes its time over TERM was signalled, no more', () => {
    const kernel = fake({ pid: 100, ignores: [15] });
    const report = send(kernel, 'TERM', idOf(kernel, 100));
    expect(outcomes(report)).toEqual(['signalled']);
    expect(report.elapsedMs).toBeGreaterThanOrEqual(250);
    expect(report.elapsedMs).toBeLessThan(400);
    expect(exitCode(report)).toBe(0);
  });

  test('a zombie that its parent reaps within the wait is killed', () => {
    const kernel = fake({ pid: 90, neglects: true }, { pid: 100, ppid: 90 });
    const id = idOf(kernel, 100);
    kernel.after(60, () => {
      kernel.get(90).neglects = false;
      kernel.exit(100);
    });
    expect(outcomes(send(kernel, 'KILL', id))).toEqual(['killed']);
  });

  test('a number that is somebody else right after our KILL does not look alive', () => {
    const kernel = fake({ pid: 100 });
    const id = idOf(kernel, 100);
    kernel.get(100).ignores = [9];
    kernel.after(30, () => void kernel.replace(100, { comm: 'next' }));
    expect(outcomes(send(kernel, 'KILL', id))).toEqual(['killed']);
  });

  test('TERM, HUP and INT to a stopped process are followed by CONT; other signals are not', () => {
    for (const [name, numbers] of [
      ['TERM', [15, 18]],
      ['HUP', [1, 18]],
      ['INT', [2, 18]],
      ['USR1', [10]],
    ] as const) {
      const kernel = fake({ pid: 100, state: 'T' });
      send(kernel, name, idOf(kernel, 100));
      expect(kernel.kills.map(({ signal }) => signal)).toEqual(numbers);
    }
  });

  test('STOP undone by somebody at once survived', () => {
    const kernel = fake({ pid: 100, ignores: [19] });
    const report = send(kernel, 'STOP', idOf(kernel, 100));
    expect(outcomes(report)).toEqual(['survived']);
    expect(reportLines(report)[0]).toContain('somebody continued it');
  });

  test('a zombie gets no signal, and is not waited for', () => {
    const kernel = fake({ pid: 100, state: 'Z' });
    const report = send(kernel, 'TERM', idOf(kernel, 100));
    expect(outcomes(report)).toEqual(['survived']);
    expect(kernel.kills).toEqual([]);
    expect(report.elapsedMs).toBeLessThan(10);
  });

  test('a zombie goes with its parent when both are meant', () => {
    const kernel = fake({ pid: 90, neglects: true }, { pid: 100, ppid: 90, state: 'Z' });
    const report = send(kernel, 'KILL', idOf(kernel, 100), idOf(kernel, 90));
    expect(outcomes(report)).toEqual(['killed', 'killed']);
    expect(kernel.kills.map(({ pid }) => pid)).toEqual([90]);
  });

  test('a process whose first thread has ended while others run is signalled', () => {
    const kernel = fake({ pid: 100, state: 'Z', nlwp: 3 });
    send(kernel, 'KILL', idOf(kernel, 100));
    expect(kernel.kills).toHaveLength(1);
  });

  test('the caller gets the thread back in slices, and the counts only grow', () => {
    const kernel = fake(...Array.from({ length: 200 }, (_, i) => ({ pid: 100 + i, ignores: [15] })));
    const ids = Array.from({ length: 200 }, (_, i) => idOf(kernel, 100 + i));
    const slow: Kernel = {
      ...kernel,
      now: () => kernel.now(),
      kill: (pid, signal) => (kernel.advance(1), kernel.kill(pid, signal)),
    };
    const seen: number[] = [];
    const steps = deliverSteps(slow, planOf('TERM', ids));
    for (let step = steps.next(); step.done !== true; step = steps.next()) {
      seen.push(step.value.done);
      kernel.advance(step.value.waitMs);
    }
    expect(seen.length).toBeGreaterThan(15);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});
