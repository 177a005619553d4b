import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import {
  escalate,
  escalateSteps,
  type EscalateOptions,
  type EscalateProgress,
} from '../../src/signal/escalate.ts';
import { exitCode } from '../../src/signal/report.ts';
import { reportLines, summary } from '../../src/signal/reportText.ts';
import type { Report } from '../../src/types.ts';
import { createFakeKernel, type FakeKernel } from '../support/fakeKernel.ts';
import type { FakeSpec } from '../support/fakeTable.ts';
import { isAlive, processesWhere, waitUntil } from '../support/identity.ts';
import { startProcess } from '../support/liveProcess.ts';
import { spawnIdle, spawnStopped } from '../support/procs.ts';
import { aPlan } from './aPlan.ts';

const TERM = 15;
const KILL = 9;
const CONT = 18;

function fake(...processes: readonly FakeSpec[]): FakeKernel {
  return createFakeKernel({ processes });
}

function run(kernel: FakeKernel, pids: readonly number[], options: EscalateOptions = {}): Report {
  const targets = pids.map((pid) => {
    const { starttime, comm, ppid } = kernel.get(pid);
    return { pid, starttime, ppid, comm, name: comm };
  });
  return escalate(kernel, aPlan('kill', 'TERM', targets), options);
}

const outcomes = (report: Report): string[] => report.targets.map(({ outcome }) => outcome);
const sent = (kernel: FakeKernel): (readonly [number, number])[] =>
  kernel.kills.map(({ pid, signal }) => [pid, signal] as const);

describe('scripted', () => {
  test('those that go by SIGTERM get no SIGKILL, and nobody waits for the rest of the time', () => {
    const kernel = fake({ pid: 100 }, { pid: 101 });
    const report = run(kernel, [100, 101], { waitMs: 5000 });
    expect(outcomes(report)).toEqual(['killed', 'killed']);
    expect(sent(kernel)).toEqual([
      [100, TERM],
      [101, TERM],
    ]);
    expect(report.elapsedMs).toBeLessThan(1200); // the look who comes back
    expect(report.action).toBe('kill');
    expect(exitCode(report)).toBe(0);
    expect(summary(report)).toBe('kill x: 2 sent, 2 gone, 0 denied');
  });

  test('what is left after the wait gets SIGKILL, in the order of the plan, and the report tells', () => {
    const kernel = fake({ pid: 100, ignores: [TERM] }, { pid: 101 }, { pid: 102, ignores: [TERM] });
    const report = run(kernel, [102, 101, 100], { waitMs: 700 });
    expect(sent(kernel).filter(([, signal]) => signal === KILL)).toEqual([
      [102, KILL],
      [100, KILL],
    ]);
    expect(outcomes(report)).toEqual(['killed', 'killed', 'killed']);
    expect(report.targets.map(({ detail }) => detail !== null)).toEqual([true, false, true]);
    expect(report.elapsedMs).toBeGreaterThanOrEqual(700);
  });

  test('one that goes late is waited for', () => {
    const kernel = fake({ pid: 100, ignores: [TERM] });
    kernel.after(3000, () => kernel.exit(100));
    expect(outcomes(run(kernel, [100], { waitMs: 5000 }))).toEqual(['killed']);
    expect(sent(kernel)).toEqual([[100, TERM]]);
    expect(kernel.waiting).toEqual([]);
  });

  test('a stopped one gets CONT behind its SIGTERM', () => {
    const kernel = fake({ pid: 100, state: 'T' });
    expect(outcomes(run(kernel, [100]))).toEqual(['killed']);
    expect(sent(kernel)).toEqual([
      [100, TERM],
      [100, CONT],
    ]);
  });

  test('a number given out again during the wait gets no SIGKILL', () => {
    const kernel = fake({ pid: 100, ignores: [TERM] });
    kernel.after(400, () => void kernel.replace(100, { comm: 'innocent', ppid: 1 }));
    const report = run(kernel, [100], { waitMs: 1000 });
    expect(sent(kernel)).toEqual([[100, TERM]]);
    expect(outcomes(report)).toEqual(['killed']);
    expect(kernel.get(100).comm).toBe('innocent');
  });

  test('a number given out again between the last look of the wait and SIGKILL gets none either', () => {
    const kernel = fake({ pid: 100, ignores: [TERM] }, { pid: 101, ignores: [TERM] });
    const ids = [100, 101];
    kernel.before('kill', 100, () => {
      kernel.before('kill', 100, () => void kernel.replace(101, { comm: 'innocent' }));
    });
    run(kernel, ids, { waitMs: 300 });
    expect(kernel.kills.map(({ met }) => met?.comm)).not.toContain('innocent');
    expect(kernel.waiting).toEqual([]);
  });

  test('EPERM is counted, and the rest goes on', () => {
    const kernel = fake({ pid: 100, denied: true }, { pid: 101, ignores: [TERM] });
    const report = run(kernel, [100, 101], { waitMs: 100 });
    expect(outcomes(report)).toEqual(['denied', 'killed']);
    expect(exitCode(report)).toBe(4);
  });

  test('state D survives, and says what it waits in', () => {
    const kernel = fake({ pid: 100, state: 'D', files: { wchan: 'nfs_wait' } });
    const report = run(kernel, [100], { waitMs: 100 });
    expect(outcomes(report)).toEqual(['survived']);
    expect(report.targets[0]?.detail).toContain('nfs_wait');
    expect(exitCode(report)).toBe(3);
  });

  test('a zombie is not waited for to the end, and no signal is wasted on it', () => {
    const kernel = fake({ pid: 90, neglects: true, comm: 'lazy' }, { pid: 100, ppid: 90, state: 'Z' });
    const report = run(kernel, [100], { waitMs: 60_000 });
    expect(outcomes(report)).toEqual(['survived']);
    expect(report.targets[0]?.detail).toContain('lazy (90)');
    expect(report.elapsedMs).toBeLessThan(2500);
    expect(sent(kernel)).toEqual([]);
  });

  test('a zombie goes with its parent when both are meant', () => {
    const kernel = fake({ pid: 90, neglects: true }, { pid: 100, ppid: 90, state: 'Z' });
    expect(outcomes(run(kernel, [100, 90]))).toEqual(['killed', 'killed']);
  });

  test('a zombie that is reaped while we look who comes back has gone', () => {
    const kernel = fake({ pid: 90, neglects: true }, { pid: 100, ppid: 90 }, { pid: 101 });
    kernel.before('kill', 100, () => {
      kernel.after(1300, () => {
        kernel.get(90).neglects = false;
        kernel.exit(100);
      });
    });
    expect(outcomes(run(kernel, [100, 101]))).toEqual(['killed', 'killed']);
    expect(kernel.waiting).toEqual([]);
  });

  test('an interruption in the wait: no SIGKILL, and those that live are said to', () => {
    const kernel = fake({ pid: 100 }, { pid: 101, ignores: [TERM] });
    let steps = 0;
    const report = run(kernel, [100, 101], { waitMs: 5000, abort: () => ++steps > 5 });
    expect(outcomes(report)).toEqual(['killed', 'survived']);
    expect(report.targets[1]?.detail).toContain('SIGKILL was not');
    expect(sent(kernel).some(([, signal]) => signal === KILL)).toBe(false);
    expect(exitCode(report)).toBe(3);
  });

  test('an interruption at once: nothing is sent', () => {
    const kernel = fake({ pid: 100 });
    const report = run(kernel, [100], { abort: () => true });
    expect(kernel.kills).toEqual([]);
    expect(report.targets[0]).toMatchObject({ outcome: 'survived', detail: 'interrupted: nothing was sent' });
  });

  test('--read-only refuses everyone', () => {
    const kernel = fake({ pid: 100 });
    expect(outcomes(run(kernel, [100], { readOnly: true }))).toEqual(['refused']);
    expect(kernel.kills).toEqual([]);
  });

  test('the countdown runs down through the phases', () => {
    const kernel = fake({ pid: 100, ignores: [TERM] });
    const seen: EscalateProgress[] = [];
    const { starttime } = kernel.get(100);
    const plan = aPlan('kill', 'TERM', [{ pid: 100, starttime }]);
    escalate(kernel, plan, { waitMs: 1000 }, (step) => seen.push(step));
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['wait', 'kill', 'look']);
    const countdown = seen.filter(({ phase }) => phase === 'wait').map(({ remainingMs }) => remainingMs);
    expect(countdown[0]).toBe(1000);
    expect(countdown).toEqual([...countdown].sort((a, b) => b - a));
    expect(countdown.at(-1)).toBeLessThanOrEqual(100);
    expect(seen.every(({ waitMs }) => waitMs <= 200)).toBe(true);
  });

  test('the caller gets the thread back in slices while many are signalled', () => {
    const pids = Array.from({ length: 200 }, (_, i) => 100 + i);
    const kernel = fake(...pids.map((pid) => ({ pid, ignores: [TERM] })));
    const slow: Kernel = { ...kernel, kill: (pid, signal) => (kernel.advance(1), kernel.kill(pid, signal)) };
    const targets = pids.map((pid) => ({ pid, starttime: kernel.get(pid).starttime }));
    const phases: string[] = [];
    escalate(slow, aPlan('kill', 'TERM', targets), { waitMs: 100 }, ({ phase }) => phases.push(phase));
    expect(phases.filter((phase) => phase === 'term').length).toBeGreaterThan(10);
    expect(phases.filter((phase) => phase === 'kill').length).toBeGreaterThan(10);
  });
});

describe('who comes back', () => {
  test('a worker of the same name from the same parent, with its parent named', () => {
    const kernel = fake({ pid: 90, comm: 'master' }, { pid: 100, ppid: 90, comm: 'worker' });
    kernel.before('kill', 100, () => {
      kernel.after(300, () => void kernel.fork({ pid: 200, ppid: 90, comm: 'worker' }));
    });
    const report = run(kernel, [100]);
    expect(report.respawned).toMatchObject([
      { pid: 200, comm: 'worker', ppid: 90, by: { pid: 90, kind: 'parent' } },
    ]);
    expect(exitCode(report)).toBe(5);
    expect(reportLines(report).at(-1)).toMatch(
      /200 worker respawned, started by master \(90, parent\): slotop kill 90/,
    );
  });

  test.each([
    [{ comm: 's6-supervise', cwd: '/run/service/web' }, 's6', 2000],
    [{ comm: 'master' }, undefined, 1000],
  ])('below %j it is watched for long enough', (parent, kind, leastMs) => {
    const kernel = fake({ pid: 90, ...parent }, { pid: 100, ppid: 90, comm: 'worker' });
    kernel.before('kill', 100, () => {
      kernel.after(2000, () => void kernel.fork({ pid: 200, ppid: 90, comm: 'worker' }));
    });
    const { respawned, elapsedMs } = run(kernel, [100]);
    expect(respawned[0]?.by?.kind).toBe(kind);
    expect(elapsedMs).toBeGreaterThanOrEqual(leastMs);
    expect(elapsedMs).toBeLessThan(leastMs + 500);
  });

  test('also where it has got the very number of the one that was killed', () => {
    const kernel = fake({ pid: 90, comm: 'master' }, { pid: 100, ppid: 90, comm: 'worker' });
    kernel.before('kill', 100, () => {
      kernel.after(300, () => void kernel.fork({ pid: 100, ppid: 90, comm: 'worker' }));
    });
    expect(run(kernel, [100]).respawned).toMatchObject([{ pid: 100 }]);
  });

  test('not a stranger of the same name, nor another child of the parent', () => {
    const kernel = fake({ pid: 80 }, { pid: 90 }, { pid: 100, ppid: 90, comm: 'worker' });
    kernel.before('kill', 100, () => {
      kernel.after(300, () => {
        kernel.fork({ pid: 200, ppid: 80, comm: 'worker' });
        kernel.fork({ pid: 201, ppid: 90, comm: 'other' });
      });
    });
    const report = run(kernel, [100]);
    expect(report.respawned).toEqual([]);
    expect(exitCode(report)).toBe(0);
  });

  test('a wrapper that was started anew is not the respawner: who started the wrapper is', () => {
    const kernel = fake(
      { pid: 80, comm: 'runsv', cwd: '/etc/service/web' },
      { pid: 90, ppid: 80, comm: 'run' },
      { pid: 100, ppid: 90, comm: 'worker' },
    );
    kernel.before('kill', 100, () => {
      kernel.exit(90);
      kernel.after(300, () => {
        kernel.fork({ pid: 200, ppid: 80, comm: 'run' });
        kernel.fork({ pid: 201, ppid: 200, comm: 'worker' });
      });
    });
    const [back] = run(kernel, [100]).respawned;
    expect(back).toMatchObject({
      pid: 201,
      by: { pid: 80, kind: 'runit', advice: 'sv down /etc/service/web' },
    });
  });
});

test('law: each target has one outcome, counts add up, and no signal meets anyone but a target', () => {
  const processes = fc.uniqueArray(
    fc.record({
      pid: fc.integer({ min: 100, max: 130 }),
      state: fc.constantFrom('S', 'R', 'T', 'Z', 'D'),
      denied: fc.boolean(),
      ignores: fc.constantFrom([], [TERM], [TERM, KILL]),
      neglects: fc.boolean(),
    }),
    { selector: ({ pid }) => pid, minLength: 1, maxLength: 8 },
  );
  const races = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 1500 }),
      pid: fc.integer({ min: 100, max: 130 }),
      again: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(processes, races, fc.integer({ min: 0, max: 1000 }), (specs, events, waitMs) => {
      const kernel = fake(...specs.map((spec) => ({ ...spec, comm: 'meant' })));
      for (const { at, pid, again } of events) {
        kernel.after(at, () => {
          if (!kernel.processes.has(pid)) return;
          if (again) kernel.replace(pid, { comm: 'innocent' });
          else kernel.exit(pid);
        });
      }
      const report = run(
        kernel,
        specs.map(({ pid }) => pid),
        { waitMs },
      );
      expect(report.targets.map(({ pid }) => pid)).toEqual(specs.map(({ pid }) => pid));
      const { matched, ...each } = report.counts;
      expect(Object.values(each).reduce((sum, count) => sum + count, 0)).toBe(matched);
      expect(kernel.kills.every(({ met }) => met === undefined || met.comm === 'meant')).toBe(true);
      for (const { pid, outcome, starttime } of report.targets) {
        if (outcome === 'killed') expect(kernel.processes.get(pid)?.starttime).not.toBe(starttime);
      }
    }),
  );
});

describe('real processes', () => {
  const kernel = openKernel();

  /** The parent of what a test starts is the test: it must be let run to reap. */
  async function escalated(options: EscalateOptions, ...ids: Parameters<typeof aPlan>[2]): Promise<Report> {
    const steps = escalateSteps(kernel, aPlan('kill', 'TERM', ids), options);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      const { waitMs } = step.value;
      await new Promise((resume) => setTimeout(resume, waitMs));
    }
  }

  test('a server that refuses SIGTERM is gone after the wait; polite and stopped ones before it', async () => {
    const stubborn = await startProcess('/bin/sh', [
      '-c',
      'trap "" TERM; echo ready; while :; do read x || sleep 1000; done',
    ]);
    await stubborn.line();
    const polite = await spawnIdle();
    const stopped = await spawnStopped();
    const report = await escalated({ waitMs: 600 }, stubborn, polite, stopped);
    expect(outcomes(report)).toEqual(['killed', 'killed', 'killed']);
    expect(report.targets.map(({ detail }) => detail)).toEqual([
      'SIGTERM did not end it, SIGKILL did',
      null,
      null,
    ]);
    for (const id of [stubborn, polite, stopped]) expect(isAlive(id)).toBe(false);
  });

  test('a shell loop brings its child back, and is named', async () => {
    const loop = await startProcess('/bin/sh', ['-c', 'while :; do sleep 1000; done']);
    const child = await waitUntil(() => childOf(loop.pid), 'the loop starts its child');
    const report = await escalated({}, { ...child, ppid: loop.pid, comm: 'sleep', name: 'sleep' });
    expect(report.respawned).toMatchObject([
      {
        comm: 'sleep',
        ppid: loop.pid,
        by: { pid: loop.pid, kind: 'shell loop', advice: `slotop sweep ${loop.pid} --tree` },
      },
    ]);
    expect(exitCode(report)).toBe(5);
    const [again] = report.respawned;
    await loop.stop();
    if (again !== undefined) kernel.kill(again.pid, KILL);
  });
});

function childOf(ppid: number): { pid: number; starttime: number } | undefined {
  const [child] = processesWhere((stat) => stat.ppid === ppid && stat.comm === 'sleep');
  return child;
}
