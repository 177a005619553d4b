import { describe, expect, test } from 'vitest';
import { countsOf, reportOf } from '../../src/signal/outcome.ts';
import { dryRunJson, exitCode, reportJson } from '../../src/signal/report.ts';
import { denialAdvice, planLines, reportLines, summary } from '../../src/signal/reportText.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import type { Outcome, Plan, Report, Target, TargetReport } from '../../src/types.ts';

const ESC = '\x1b[31m';

function aTarget(pid: number, own: Partial<Target> = {}): Target {
  return {
    pid,
    starttime: 7,
    ppid: 1,
    comm: 'java',
    name: 'java',
    uid: 0,
    user: 'root',
    state: 'S',
    nlwp: 2,
    ports: [],
    matched: 'comm',
    ...own,
  };
}

function aPlan(own: Partial<Plan> = {}): Plan {
  return {
    action: 'signal',
    signal: signalNamed('KILL'),
    scope: 'group',
    label: 'group "java"',
    targets: [],
    refused: [],
    ...own,
  };
}

function aReport(outcomes: readonly Outcome[], own: Partial<TargetReport> = {}, plan = aPlan()): Report {
  const targets = outcomes.map((outcome, i) => ({ ...aTarget(10 + i), outcome, detail: null, ...own }));
  return reportOf({ plan, targets, elapsedMs: 12.34, slots: { before: 9, after: 8 }, at: 0 });
}

describe('exit codes', () => {
  test.each<[readonly Outcome[], number]>([
    [[], 1],
    [['killed', 'gone', 'recycled', 'signalled', 'stopped'], 0],
    [['killed', 'survived', 'denied'], 3],
    [['killed', 'denied'], 4],
    [['refused'], 4],
    [['killed', 'refused'], 0],
  ])('%j: %i', (outcomes, code) => {
    expect(exitCode(aReport(outcomes))).toBe(code);
  });

  test('a protected process that was named by its pid was asked for', () => {
    expect(exitCode(aReport(['killed', 'refused'], { matched: 'pid' }))).toBe(4);
  });

  test('respawned, and nothing survived', () => {
    const respawned = [{ pid: 9, comm: 'x', ppid: 1, unit: null }];
    expect(exitCode({ ...aReport(['killed', 'denied']), respawned })).toBe(5);
  });
});

describe('words', () => {
  test('the summary says what became of all', () => {
    const report = aReport([...Array<Outcome>(96).fill('killed'), 'survived', 'survived'], { state: 'D' });
    expect(summary(report)).toBe('KILL group "java": 98 sent, 96 gone, 2 alive (state D), 0 denied');
  });

  test('a long report leaves out what went as asked, and sums up the rest by what became of it', () => {
    const own = { outcome: 'denied' as const, detail: 'not permitted; owner root' };
    const targets = [...aReport(Array<Outcome>(30).fill('killed')).targets].concat(
      Array.from({ length: 12 }, (_, i) => ({ ...aTarget(100 + i), ...own })),
      { ...aTarget(200), outcome: 'survived', state: 'D', detail: 'SIGKILL is pending' },
    );
    expect(reportLines({ ...aReport([]), targets })).toEqual([
      '     12 java (root) denied (not permitted; owner root): 100 101 102 103 104 105 106 107 and 4 more',
      '    200 java (root, by comm) survived (state D): SIGKILL is pending',
    ]);
  });

  test('those that one supervisor brought back are one line', () => {
    const by = { pid: 8, starttime: 1, comm: 'sh', kind: 'shell loop', advice: 'slotop sweep 8 --tree' };
    const respawned = [20, 21, 22].map((pid) => ({ pid, comm: 'web', ppid: 8, unit: null, by }));
    expect(reportLines({ ...aReport([]), respawned })).toEqual([
      '20 21 22 web respawned, started by sh (8, shell loop): slotop sweep 8 --tree',
    ]);
  });

  test('who was denied is told whose they are, and the command that may', () => {
    const report = aReport(['killed', 'denied', 'denied'], { user: 'bob' });
    const again = 'exec sudo slotop sweep web';
    expect(denialAdvice(report, again)).toBe(`2 denied, they belong to bob; as root: ${again}`);
    expect(denialAdvice(report, undefined)).toContain('even root may not');
    expect(denialAdvice(aReport(['killed']), again)).toBeUndefined();
  });

  test('no string of the machine reaches a terminal as it is', () => {
    const target = aTarget(5, { name: ESC, user: ESC, matched: ESC });
    const plan = aPlan({ label: ESC, targets: [target], refused: [{ ...target, reason: ESC }] });
    const report = aReport(['survived'], { ...target, detail: ESC }, plan);
    const lines = [summary(report), ...reportLines(report), ...planLines(plan)];
    for (const line of lines) expect(line).not.toMatch(/[\x00-\x1f\x7f]/);
  });
});

describe('JSON', () => {
  test('the report has the fields of the contract, in its order', () => {
    const document = JSON.stringify(reportJson(aReport(['killed', 'survived'])));
    expect(document).toBe(
      '{"action":"signal","signal":"KILL","targets":[' +
        '{"pid":10,"starttime":7,"comm":"java","name":"java","user":"root","matched":"comm","outcome":"killed","state":null,"detail":null},' +
        '{"pid":11,"starttime":7,"comm":"java","name":"java","user":"root","matched":"comm","outcome":"survived","state":"S","detail":null}],' +
        '"counts":{"matched":2,"killed":1,"stopped":0,"signalled":0,"gone":0,"recycled":0,"denied":0,"refused":0,"survived":1},' +
        '"passes":1,"elapsedMs":12.3,"slots":{"before":9,"after":8},"respawned":[]}',
    );
  });

  test('the detail of those that are back, or were denied, says who and what to do', () => {
    const by = { pid: 8, starttime: 1, comm: 'sh', kind: 'shell loop', advice: 'slotop sweep 8 --tree' };
    const respawned = [{ pid: 20, comm: 'java', ppid: 8, unit: null, by }];
    const { targets } = reportJson({ ...aReport(['killed', 'denied']), respawned }, 'exec sudo slotop') as {
      targets: { detail: string }[];
    };
    expect(targets.map(({ detail }) => detail)).toEqual([
      'back as 20, started by sh (8, shell loop): slotop sweep 8 --tree',
      'denied; as root: exec sudo slotop',
    ]);
  });

  test('a dry run is the same document, with no outcome for those that would be hit', () => {
    const plan = aPlan({ targets: [aTarget(5)], refused: [{ ...aTarget(6), reason: 'init' }] });
    const real = reportJson(aReport(['killed'])) as { targets: object[] };
    const dry = dryRunJson(plan, 9) as { targets: { outcome: string | null; detail: string | null }[] };
    expect(Object.keys(dry)).toEqual(Object.keys(real));
    expect(Object.keys(dry.targets[0] as object)).toEqual(Object.keys(real.targets[0] as object));
    expect(dry.targets.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      [null, null],
      ['refused', 'init'],
    ]);
    expect(dry).toMatchObject({ passes: 0, counts: { matched: 2, refused: 1, killed: 0 } });
  });

  test('counts add up', () => {
    const { matched, ...outcomes } = countsOf(aReport(['killed', 'gone', 'denied', 'refused']).targets);
    expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(matched);
  });
});
