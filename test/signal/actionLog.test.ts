import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { actionLogPath, openActionLog, recorded, type ActionLog } from '../../src/signal/actionLog.ts';
import { deliver, deliverSteps } from '../../src/signal/deliver.ts';
import { leftStopped, stoppedByLog } from '../../src/signal/leftStopped.ts';
import { makePlan } from '../../src/signal/plan.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import type { Plan, ProcId, Report } from '../../src/types.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';
import { isRoot, NOBODY, tempFolder } from '../support/liveProcess.ts';
import { spawnGroup, spawnStopped } from '../support/procs.ts';
import { aProc, sampleOf } from './aTable.ts';

const kernel = openKernel();

function planOf(signal: string, ids: readonly ProcId[], action: Plan['action'] = 'signal'): Plan {
  const procs = ids.map(({ pid, starttime }) => aProc({ pid, starttime, comm: 'web', uid: 33 }));
  const matches = procs.map((proc) => ({ proc, matched: 'pid' }));
  const sample = sampleOf(procs, 0);
  return makePlan({ action, signal: signalNamed(signal), scope: 'selection', label: 'web', matches, sample });
}

function newLog(): { file: string; warnings: string[]; lines: () => Record<string, unknown>[] } {
  const file = join(tempFolder(), 'state', 'slotop', 'actions.jsonl');
  const lines = (): Record<string, unknown>[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { file, warnings: [], lines };
}

/** A report by hand: nothing is sent to anybody. */
function reportOf(
  plan: Plan,
  outcome: Report['targets'][number]['outcome'],
  detail: string | null = null,
): Report {
  const fake = createFakeKernel();
  const empty = deliver(fake, { ...plan, targets: [] });
  return { ...empty, targets: plan.targets.map((target) => ({ ...target, outcome, detail })) };
}

function drained(log: ActionLog, plan: Plan, report: Report): Report {
  function* steps(): Generator<number, Report> {
    yield 1;
    return report;
  }
  const all = recorded(log, plan, steps());
  expect(all.next().value).toBe(1);
  return all.next().value as Report;
}

const ids = [
  { pid: 100, starttime: 7 },
  { pid: 101, starttime: 8 },
];

describe('newcomers of a sweep', () => {
  test('are in it one by one, and count as stopped until they are settled', () => {
    const { file } = newLog();
    const log = openActionLog(kernel, file, (why) => expect.fail(why));
    const [first, second] = ids as [ProcId, ProcId];
    log.alsoIntend(first); // also where no target of the plan was said before: the folder is made
    log.alsoIntend(second);
    const text = (): string => readFileSync(file, 'utf8');
    expect(text()).toBe('{"intent":[[100,7]]}\n{"intent":[[101,8]]}\n');
    expect(stoppedByLog(text())).toEqual(ids);
    log.settle(reportOf(planOf('KILL', [first]), 'killed'));
    expect(stoppedByLog(text())).toEqual([second]);
  });

  test('a log that fails is warned of once, and not written into another user’s folder', () => {
    for (const path of [undefined, '/proc/nowhere/slotop/actions.jsonl']) {
      const warnings: string[] = [];
      const log = openActionLog(kernel, path, (why) => warnings.push(why));
      for (const id of ids) log.alsoIntend(id);
      expect(warnings).toHaveLength(1);
    }
    if (!isRoot) return;
    const folder = tempFolder();
    chownSync(folder, NOBODY, NOBODY);
    const warnings: string[] = [];
    const log = openActionLog(kernel, join(folder, 'actions.jsonl'), (why) => warnings.push(why));
    log.alsoIntend(ids[0] as ProcId);
    expect(warnings.join()).toContain('another user');
    expect(existsSync(join(folder, 'actions.jsonl'))).toBe(false);
  });

  test('a disk that fills up in the chase is warned of once, and not tried again', () => {
    const { file } = newLog();
    const warnings: string[] = [];
    let tried = 0;
    const full: Kernel = {
      ...kernel,
      append: (path, text) => (++tried > 1 ? 'limit' : kernel.append(path, text)),
    };
    const log = openActionLog(full, file, (why) => warnings.push(why));
    for (let pid = 100; pid < 105; pid++) log.alsoIntend({ pid, starttime: 7 });
    expect(warnings).toEqual([`action log ${file}: no room`]);
    expect(tried).toBe(2);
  });

  test('a folder that can not be made is the reason that is given', () => {
    const file = join(tempFolder(), 'slotop', 'actions.jsonl');
    const warnings: string[] = [];
    const log = openActionLog({ ...kernel, makeFolder: () => 'limit' }, file, (why) => warnings.push(why));
    log.alsoIntend({ pid: 100, starttime: 7 });
    expect(warnings).toEqual([`action log ${file}: no room`]);
  });
});

describe('the file', () => {
  test('has a line for each target, for its owner alone', () => {
    const { file, lines } = newLog();
    const log = openActionLog(kernel, file, (why) => expect.fail(why));
    const report = reportOf(planOf('KILL', ids), 'denied', 'not permitted; owner user33');
    expect(drained(log, planOf('KILL', ids), report)).toBe(report);
    expect(lines()).toEqual(
      ids.map((id) => ({
        time: new Date(report.at).toISOString(),
        action: 'signal',
        signal: 'KILL',
        ...id,
        name: 'web',
        user: 'user33',
        outcome: 'denied',
        detail: 'not permitted; owner user33',
      })),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  test('is added to, and moved aside at a megabyte', () => {
    const { file, lines } = newLog();
    const log = openActionLog(kernel, file, (why) => expect.fail(why));
    const report = reportOf(planOf('KILL', ids), 'killed', 'x'.repeat(100_000));
    const sizes: number[] = [];
    for (let i = 0; i < 11; i++) {
      log.settle(report);
      sizes.push(statSync(file).size);
    }
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    expect(statSync(`${file}.1`).size).toBeLessThan(1_000_000);
    expect(
      lines().length + readFileSync(`${file}.1`, 'utf8').trimEnd().split('\n').length,
    ).toBeLessThanOrEqual(22);
    expect(existsSync(`${file}.2`)).toBe(false);
  });

  test('stands where the XDG specification says', () => {
    expect(actionLogPath({ XDG_STATE_HOME: '/s', HOME: '/h' })).toBe('/s/slotop/actions.jsonl');
    expect(actionLogPath({ XDG_STATE_HOME: 'relative', HOME: '/h' })).toBe(
      '/h/.local/state/slotop/actions.jsonl',
    );
    expect(actionLogPath({ XDG_STATE_HOME: '', HOME: '/h' })).toBe('/h/.local/state/slotop/actions.jsonl');
    expect(actionLogPath({})).toBeUndefined();
  });
});

describe('before a STOP', () => {
  test('the pids are in the file before the first signal leaves', () => {
    const fake = createFakeKernel({ processes: [{ pid: 100 }, { pid: 101 }] });
    const events: string[] = [];
    const door: Kernel = {
      ...fake,
      stat: () => 'gone',
      makeFolder: () => 'made',
      append: (_, text) => (events.push(text), 'written'),
      kill: (pid, signal) => (events.push(`kill ${pid}`), fake.kill(pid, signal)),
    };
    const targets = [fake.get(100), fake.get(101)];
    const log = openActionLog(door, '/state/slotop/actions.jsonl', (why) => expect.fail(why));
    const plan = planOf('STOP', targets);
    const steps = recorded(log, plan, deliverSteps(door, plan));
    for (let step = steps.next(); step.done !== true; step = steps.next()) fake.advance(step.value.waitMs);
    expect(JSON.parse(events[0] ?? '')).toMatchObject({
      signal: 'STOP',
      label: 'web',
      intent: targets.map(({ pid, starttime }) => [pid, starttime]),
    });
    expect(events.slice(1, 3)).toEqual(['kill 100', 'kill 101']);
    expect(events[3]).toContain('"outcome":"stopped"');
    expect(events).toHaveLength(4);
  });

  test.each([
    ['KILL', 'sweep', 1],
    ['TSTP', 'signal', 1],
    ['TERM', 'kill', 0],
    ['CONT', 'signal', 0],
  ] as const)('%s of a %s: %i lines beforehand', (signal, action, count) => {
    const { file, lines } = newLog();
    openActionLog(kernel, file, (why) => expect.fail(why)).intend(planOf(signal, ids, action));
    expect(existsSync(file) ? lines() : []).toHaveLength(count);
  });
});

describe('where nothing can be written', () => {
  function warned(path: string | undefined, door: Kernel = kernel): string[] {
    const warnings: string[] = [];
    const log = openActionLog(door, path, (why) => warnings.push(why));
    const report = reportOf(planOf('KILL', ids), 'killed');
    expect(drained(log, planOf('STOP', ids), report)).toBe(report);
    return warnings;
  }

  test('the action goes on, and one line says why', () => {
    const folder = tempFolder();
    const file = join(folder, 'actions.jsonl');
    writeFileSync(join(folder, 'inTheWay'), '');
    mkdirSync(join(folder, 'isFolder', 'actions.jsonl'), { recursive: true });
    expect(warned(undefined)).toEqual(['action log: neither XDG_STATE_HOME nor HOME is set']);
    expect(warned(join(folder, 'inTheWay', 'slotop', 'actions.jsonl'))[0]).toMatch(/^action log .*: /);
    expect(warned(join(folder, 'isFolder', 'actions.jsonl'))[0]).toMatch(/not permitted$/);
    expect(warned('/proc/nowhere/actions.jsonl')).toHaveLength(1);
    expect(warned(file, { ...kernel, append: () => 'limit' })).toEqual([`action log ${file}: no room`]);
    expect(existsSync(file)).toBe(false);
    if (existsSync('/dev/full')) {
      symlinkSync('/dev/full', file);
      expect(warned(file)).toHaveLength(1);
    }
  });

  test('a link in the place of the file is not followed', () => {
    const folder = tempFolder();
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(folder, 'actions.jsonl'));
    expect(warned(join(folder, 'actions.jsonl'))).toHaveLength(1);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  test.skipIf(!isRoot)('root leaves the folder of another user alone', async () => {
    const folder = tempFolder();
    const { chownSync } = await import('node:fs');
    chownSync(folder, NOBODY, NOBODY);
    chmodSync(folder, 0o700);
    expect(warned(join(folder, 'actions.jsonl'))[0]).toMatch(/another user/);
    expect(existsSync(join(folder, 'actions.jsonl'))).toBe(false);
  });
});

describe('after slotop was killed', () => {
  const intent = (...list: readonly ProcId[]): string =>
    JSON.stringify({ signal: 'STOP', intent: list.map(({ pid, starttime }) => [pid, starttime]) });
  const said = (signal: string, outcome: string, id: ProcId): string =>
    JSON.stringify({ signal, outcome, ...id });

  test('the log says who may still be stopped', () => {
    const [one, two] = ids as [ProcId, ProcId];
    expect(stoppedByLog(intent(one, two))).toEqual([one, two]);
    expect(stoppedByLog([intent(one, two), said('KILL', 'killed', one)].join('\n'))).toEqual([two]);
    expect(stoppedByLog([said('STOP', 'stopped', one), said('CONT', 'signalled', one)].join('\n'))).toEqual(
      [],
    );
    expect(stoppedByLog([said('STOP', 'stopped', one), said('USR1', 'signalled', one)].join('\n'))).toEqual([
      one,
    ]);
    // The same number, another process.
    expect(stoppedByLog([intent(one), said('KILL', 'killed', { ...one, starttime: 9 })].join('\n'))).toEqual([
      one,
    ]);
  });

  test('lines that are cut, or nonsense, are passed over', () => {
    const broken = [
      '{"intent":[[1',
      '7',
      'null',
      '[]',
      '{"intent":[[0,5],[1,5],["2",5],[-4,5],null]}',
      '{"pid":0}',
    ];
    expect(stoppedByLog(broken.join('\n'))).toEqual([]);
  });

  test('those that are really stopped, on both sides of a rotation', async () => {
    const { file } = newLog();
    const log = openActionLog(kernel, file, (why) => expect.fail(why));
    const stopped = [await spawnStopped(), await spawnStopped()];
    const running = await spawnGroup('running', 1);
    log.intend(planOf('STOP', [...stopped.slice(0, 1), ...running]));
    expect(kernel.rename(file, `${file}.1`)).toBe('renamed');
    log.intend(planOf('KILL', [...stopped.slice(1), { ...running[0], pid: 2 ** 22, starttime: 1 }], 'sweep'));
    expect(leftStopped(kernel, file).map(({ pid }) => pid)).toEqual(stopped.map(({ pid }) => pid));
    expect(leftStopped(kernel, `${file}.nowhere`)).toEqual([]);
  });
});
