// `slots --check` and `slots --openmetrics`: a gate and a feed that other programs rely on.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openMetrics } from '../../src/commands/openMetrics.ts';
import type { Sample } from '../../src/types.ts';
import { aLimit, aSample } from '../derive/aSample.ts';
import { aProc } from '../derive/aProc.ts';
import { findProgram, isRoot, startProcess } from '../support/liveProcess.ts';
import { buildsCli, slotop } from './runCli.ts';

buildsCli();

describe('--check', () => {
  test('enough: exit 0 and one line that names the tightest limit', async () => {
    const { code, stdout, stderr } = await slotop(['slots', '--check', '1']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^ok: \d+ slots free, 1 asked for; tightest: (host|user|cgroup) \S+, \d+ of \d+ used\n$/,
    );
  });

  test('too few: exit 1', async () => {
    const { code, stdout } = await slotop(['slots', '--check', '99999999']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^too few: \d+ slots free, 99999999 asked for; tightest: .* used\n$/);
  });

  test.each([
    [['--check', '0'], 'not a whole number above 0'],
    [['--check', 'many'], 'not a whole number above 0'],
    [['--check', '1', '--user', 'nobody-of-that-name'], 'no such user'],
    [['--user', 'root'], 'goes with --check N only'],
    [['--check', '1', '--json'], 'do not go together'],
    [['--json', '--openmetrics'], 'do not go together'],
    [['pid_max'], 'takes no words'],
  ])('%j is a usage error', async (args, why) => {
    const { code, stdout, stderr } = await slotop(['slots', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^slotop: [^\n]*\n$/);
    expect(stderr).toContain(why);
  });

  describe.skipIf(!isRoot)('with --user (needs root to become one)', () => {
    const UID = 61_251;

    /** A shell of that user's with so many tasks allowed, itself among them. */
    async function shellWithLimit(limit: number): Promise<void> {
      const shell = await startProcess('/bin/sh', [], { uid: UID });
      // dash calls it -p, bash -u.
      shell.child.stdin.write(`ulimit -S -u ${limit} 2>/dev/null || ulimit -S -p ${limit}; echo done\n`);
      await shell.line();
    }

    test("that user's limit counts, and is named where it is the tightest", async () => {
      await shellWithLimit(50);
      const user = String(UID);
      const few = await slotop(['slots', '--check', '50', '--user', user]);
      expect(few).toMatchObject({
        code: 1,
        stdout: `too few: 49 slots free, 50 asked for; tightest: user ${user}, 1 of 50 used\n`,
      });
      const enough = await slotop(['slots', '--check', '49', '--user', user]);
      expect(enough.code).toBe(0);
      // Without the user it is no business of whoever asks.
      expect((await slotop(['slots', '--check', '50'])).code).toBe(0);
    });

    test('without --user the limit of whoever asks counts', async () => {
      await shellWithLimit(90);
      const { code, stdout } = await slotop(['slots', '--check', '100000000'], { uid: UID });
      expect(code).toBe(1);
      expect(stdout).toContain('tightest: ');
      const asUser = await slotop(['slots', '--check', '1', '--user', 'root']);
      expect(asUser.stdout).toContain('no limit of its own binds root');
    });

    test('a user who runs nothing is known all the same', async () => {
      const { code, stdout } = await slotop(['slots', '--check', '1', '--user', 'games']);
      expect(code).toBe(0);
      expect(stdout).toContain('games runs nothing, so its own limit is not known');
    });
  });
});

describe('--openmetrics', () => {
  const parser = findProgram('python3');
  const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain
text = sys.stdin.read()
for parse in (openmetrics, plain):
    print(json.dumps([[m.name, m.type, m.documentation, [[s.name, s.labels, min(s.value, 1e300)] for s in m.samples]] for m in parse(text)]))`;
  const canParse =
    parser !== undefined &&
    spawnSync(parser, ['-c', 'import prometheus_client.openmetrics.parser']).status === 0;

  type Family = readonly [name: string, type: string, help: string, samples: readonly Series[]];
  type Series = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

  /** What both parsers of the Prometheus client make of a text, which must be the same. */
  function parsed(text: string): readonly Family[] {
    const [strict, plain] = execFileSync(parser ?? '', ['-c', PARSE], { input: text, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Family[]);
    expect(plain).toEqual(strict);
    return strict ?? [];
  }

  test.skipIf(!canParse)('is read by the Prometheus parsers, and says what /proc says', async () => {
    const { code, stdout } = await slotop(['slots', '--openmetrics']);
    expect(code).toBe(0);
    const families = parsed(stdout);
    expect(families.map(([name, type]) => `${name} ${type}`)).toContain('slotop_slots_used gauge');
    const limits = families.find(([name]) => name === 'slotop_slots_limit')?.[3] ?? [];
    expect(limits.map(([, labels]) => labels['name'])).toEqual(
      expect.arrayContaining(['pid_max', 'threads-max']),
    );
    const tasks = families.find(([name]) => name === 'slotop_visible_tasks')?.[3][0]?.[2];
    expect(tasks).toBeGreaterThan(1);
  });

  test.skipIf(!canParse)(
    'names that hold quotes, backslashes, newlines and escapes come out whole or harmless',
    () => {
      const nasty = 'a"b\\c\nd\x1b[2Je{}';
      const sample = aSample([aProc({ pid: 5, comm: nasty })]);
      const slots: Sample['slots'] = {
        ...sample.slots,
        limits: [
          aLimit({ kind: 'cgroup', name: `/x"y\\z`, used: 1, limit: 2 }),
          aLimit({ limit: Infinity, free: Infinity }),
        ],
        cgroups: [
          { path: `/x"y\\z`, version: 2, current: 1, max: 2, refused: 3 },
          { path: '/unread', version: 1, current: 1, max: 2, refused: null },
        ],
        fullInSeconds: null,
      };
      const group = { name: nasty, members: [], uids: [], processes: 1, slots: 1, spawnPerSecond: null };
      const text = openMetrics({ ...sample, slots }, [{ ...group, cpu: undefined, rss: 0, ports: [] }]);
      expect(text).not.toContain('\x1b');
      const families = new Map(parsed(text).map(([name, , , samples]) => [name, samples]));
      expect(families.get('slotop_slots_used')?.[0]?.[1]).toEqual({ kind: 'cgroup', name: `/x"y\\z` });
      expect(families.get('slotop_cgroup_refused_forks')).toEqual([
        ['slotop_cgroup_refused_forks', { path: `/x"y\\z`, version: '2' }, 3],
      ]);
      expect(families.get('slotop_group_slots')?.[0]?.[1]['name']).toContain('a"b\\c');
      expect(text).toContain('slotop_slots_limit{kind="host",name="pid_max"} +Inf');
      expect(families.has('slotop_full_in_seconds')).toBe(false); // unknown is left out, not 0
    },
  );

  test('always ends with the mark of its end, and each family is told once', async () => {
    const { stdout } = await slotop(['slots', '--openmetrics']);
    expect(stdout).toMatch(/\n# EOF\n$/);
    const types = stdout.match(/^# TYPE \S+/gm) ?? [];
    expect(new Set(types).size).toBe(types.length);
    expect(types.length).toBeGreaterThan(6);
  });
});
