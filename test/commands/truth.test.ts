// What list, ports and slots say, against ps, ss and /proc.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { statOf } from '../support/identity.ts';
import { findProgram, isRoot, NOBODY } from '../support/liveProcess.ts';
import {
  python,
  spawnBusy,
  spawnNamed,
  spawnStopped,
  spawnThreads,
  spawnTree,
  spawnZombie,
} from '../support/procs.ts';
import { procDir } from '../support/procDir.ts';
import { spawnServer } from '../support/servers.ts';
import { buildsCli, slotop, slotopJson } from './runCli.ts';

buildsCli();

interface Listed {
  readonly pid: number;
  readonly ppid: number;
  readonly state: string;
  readonly comm: string;
  readonly name: string;
  readonly cmdline: readonly string[] | null;
  readonly cpu: number | null;
  readonly rss: number;
  readonly timeSeconds: number;
  readonly starttime: number;
  readonly startedAt: string;
  readonly depth: number;
  readonly exe: string | null;
  readonly ports: readonly { readonly proto: string; readonly port: number }[];
  readonly [field: string]: unknown;
}

const FIELDS =
  'pid ppid pgrp session tty uid user state comm name cmdline exe nlwp slots nice cpu rss timeSeconds starttime startedAt cgroup unit depth ports';

const has = (program: string): boolean => findProgram(program) !== undefined;

/** ps, one record a pid. Names and command lines are compared elsewhere: ps changes them for the screen. */
function ps(): Map<number, Record<string, string>> {
  const columns = [
    'pid',
    'ppid',
    'pgid',
    'sess',
    'tty',
    'uid',
    'nlwp',
    'ni',
    's',
    'cputimes',
    'rss',
    'etimes',
  ];
  const text = execFileSync('ps', ['-e', '-o', columns.map((name) => `${name}=`).join(',')], {
    encoding: 'utf8',
  });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    lines.map((words) => [
      Number(words[0]),
      Object.fromEntries(columns.map((name, i) => [name, words[i] ?? ''])),
    ]),
  );
}

describe.skipIf(!has('ps'))('list --json', () => {
  test('says the same as ps of every process', async () => {
    await spawnStopped();
    await spawnTree([3, 2]);
    if (python !== undefined) {
      await spawnZombie();
      await spawnThreads(5);
    }
    const before = ps();
    const listed = await slotopJson<Listed[]>(['list']);
    const after = ps();
    let compared = 0;
    for (const proc of listed) {
      const [was, is] = [before.get(proc.pid), after.get(proc.pid)];
      // Only what stood still all the while has one truth.
      if (was === undefined || is === undefined) continue;
      const steady = (name: string): string | undefined => (was[name] === is[name] ? was[name] : undefined);
      const same = (name: string, said: unknown): void => {
        if (steady(name) !== undefined)
          expect([proc.pid, name, String(said)]).toEqual([proc.pid, name, steady(name)]);
      };
      same('ppid', proc.ppid);
      same('pgid', proc['pgrp']);
      same('sess', proc['session']);
      same('tty', proc['tty'] ?? '?');
      same('uid', proc['uid']);
      same('nlwp', proc['nlwp']);
      if (steady('ni') !== '-') same('ni', proc['nice']);
      if (/^[TZ]$/.test(`${steady('s')}${proc.state}`.slice(0, 1))) same('s', proc.state);
      expect(proc.timeSeconds).toBeGreaterThanOrEqual(Number(was['cputimes']) - 1);
      expect(proc.timeSeconds).toBeLessThanOrEqual(Number(is['cputimes']) + 1);
      if (steady('rss') !== undefined)
        expect(Math.abs(proc.rss / 1024 - Number(is['rss']))).toBeLessThan(1024);
      const age = (Date.now() - Date.parse(proc.startedAt)) / 1000;
      expect(Math.abs(age - Number(is['etimes']))).toBeLessThan(5);
      compared++;
    }
    expect(compared).toBeGreaterThan(12);
    const missed = [...before.keys()].filter(
      (pid) => after.has(pid) && !listed.some((proc) => proc.pid === pid),
    );
    expect(missed).toEqual([]);
  });

  test('has the fields of the contract in their order, and what /proc says', async () => {
    const named = await spawnNamed('a) R 1 \n\x1b[31m');
    const [found] = await slotopJson<Listed[]>(['list', `pid:${named.pid}`]);
    if (found === undefined) throw new Error('not listed');
    expect(Object.keys(found).join(' ')).toBe(FIELDS);
    const stat = statOf(named.pid);
    expect(found.starttime).toBe(stat?.starttime);
    expect(found.comm).toBe('a) R 1 \n\x1b[31m');
    expect(found.exe).toBe(readlinkSync(`/proc/${named.pid}/exe`));
    expect(found.cmdline?.join('\0')).toBe(
      readFileSync(`/proc/${named.pid}/cmdline`, 'utf8').replace(/\0$/, ''),
    );
    expect(found['cgroup']).toEqual(expect.any(String));
  });

  test('measures cpu over its own two looks', async () => {
    const busy = await spawnBusy();
    const [found] = await slotopJson<Listed[]>(['list', `pid:${busy.pid}`]);
    expect(found?.cpu).toBeGreaterThan(5);
    const idle = await spawnStopped();
    const [still] = await slotopJson<Listed[]>(['list', `pid:${idle.pid}`]);
    expect(still?.cpu).toBe(0);
  });

  test('depth counts ancestors; a filter and the order do not change it', async () => {
    const tree = await spawnTree([1, 1]);
    const deepest = tree.levels[2]?.[0]?.pid ?? 0;
    const all = await slotopJson<Listed[]>(['list', '--tree']);
    const depthOf = (list: readonly Listed[], pid: number): number =>
      list.find((proc) => proc.pid === pid)?.depth ?? NaN;
    expect(depthOf(all, deepest)).toBe(depthOf(all, tree.pid) + 2);
    expect(depthOf(await slotopJson<Listed[]>(['list', `pid:${deepest}`]), deepest)).toBe(
      depthOf(all, deepest),
    );
    const at = (pid: number): number => all.findIndex((proc) => proc.pid === pid);
    expect([at(deepest) - at(tree.pid), all.length]).toEqual([2, new Set(all.map(({ pid }) => pid)).size]);
  });

  test('--sort, --reverse and --limit', async () => {
    const large = await slotopJson<Listed[]>(['list', '--sort', 'res', '--limit', '3']);
    expect(large.map(({ rss }) => rss)).toEqual(large.map(({ rss }) => rss).sort((a, b) => b - a));
    expect(large).toHaveLength(3);
    const [last] = await slotopJson<Listed[]>(['list', '--reverse', '--limit', '1']);
    expect(last?.pid).toBeGreaterThan(1);
  });

  test.skipIf(!isRoot)('what may not be read is null', async () => {
    const listed = await slotopJson<Listed[]>(['list', 'pid:1'], { uid: NOBODY });
    expect(listed[0]).toMatchObject({ pid: 1, uid: 0, exe: null });
  });

  test('another proc root is listed as it is', async () => {
    const folder = procDir({
      processes: [{ pid: 1 }, { pid: 77, ppid: 1, comm: 'elsewhere', cmdline: ['x', 'y'] }],
    });
    const listed = await slotopJson<Listed[]>(['--proc', folder.root, 'list']);
    expect(listed.map(({ pid, name }) => [pid, name])).toContainEqual([77, 'elsewhere']);
    const barred = await slotop(['--proc', folder.root, 'signal', 'KILL', '77']);
    expect(barred.stderr).toMatch(/^slotop: signal: .*looked at only\n$/);
    expect(barred.code).toBe(4);
  });
});

describe('list for people', () => {
  test('one line a process, whatever its name holds; ASCII where asked', async () => {
    const named = await spawnNamed('é\n\x1b[31mred');
    const { stdout } = await slotop(['list', `pid:${named.pid}`, '--columns', 'pid,s,command']);
    const [head, line, ...rest] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ *PID S COMMAND$/);
    expect(line).toMatch(new RegExp(`^ *${named.pid} \\S .*red`));
    expect(rest).toEqual([]);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    const ascii = await slotop(['list', `pid:${named.pid}`, '--ascii', '--tree']);
    expect(ascii.stdout).toMatch(/^[\x20-\x7e\n]+$/);
    const inC = await slotop(['list', '--tree'], { env: { LC_ALL: 'C' } });
    expect(inC.stdout).toMatch(/^[\x20-\x7e\n]+$/);
  });

  test('a bare filter without a terminal is list', async () => {
    const idle = await spawnStopped();
    const { stdout } = await slotop([`pid:${idle.pid}`]);
    expect(stdout).toContain(String(idle.pid));
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});

interface ListedSocket {
  readonly proto: string;
  readonly family: string;
  readonly port: number;
  readonly state: string;
  readonly inode: number;
  readonly user: string;
  readonly holders: readonly { readonly pid: number; readonly comm: string; readonly fd: number }[];
  readonly hidden: boolean;
}

describe.skipIf(!has('ss') || python === undefined)('ports --json', () => {
  /** `tcp 8080 pid,pid`, one a socket. ss counts a holder once a descriptor, as we do. */
  function ss(): string[] {
    const text = execFileSync('ss', ['-lntupH'], { encoding: 'utf8' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [proto, , , , local = ''] = line.split(/\s+/);
        const pids = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
        return `${proto} ${local.split(':').at(-1)} ${[...new Set(pids)].sort((a, b) => a - b).join()}`;
      })
      .sort();
  }

  test('says the same as ss, with all holders', async () => {
    const servers = [await spawnServer('prefork'), await spawnServer('udp'), await spawnServer('ipv6')];
    const before = ss();
    const sockets = await slotopJson<ListedSocket[]>(['ports']);
    const after = ss();
    const own = readNetns(process.pid);
    const said = sockets
      .filter(({ inode }) => own.has(inode))
      .map(
        ({ proto, port, holders }) =>
          `${proto} ${port} ${[...new Set(holders.map(({ pid }) => pid))].sort((a, b) => a - b).join()}`,
      );
    for (const line of before.filter((one) => after.includes(one))) expect(said).toContain(line);
    for (const line of said) expect([...before, ...after]).toContain(line);
    for (const { port } of servers) expect(sockets.some((socket) => socket.port === port)).toBe(true);
    const prefork = sockets.filter(({ port }) => port === servers[0]?.port);
    expect(prefork.flatMap(({ holders }) => holders)).toHaveLength(5);
    expect(Object.keys(sockets[0] ?? {}).join(' ')).toBe(
      'proto family address port state inode netns uid user holders hidden',
    );
  });

  test.skipIf(!isRoot)('a holder that may not be seen is said to be hidden', async () => {
    const { port } = await spawnServer('python');
    const sockets = await slotopJson<ListedSocket[]>(['ports', String(port)], { uid: NOBODY });
    expect(sockets).toMatchObject([{ port, user: 'root', holders: [], hidden: true }]);
  });
});

/** Inodes in the socket tables of a process's network namespace. */
function readNetns(pid: number): Set<number> {
  const lines = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1),
  );
  return new Set(lines.map((line) => Number(line.trim().split(/\s+/)[9])));
}

describe('slots --json', () => {
  test('says what /proc says', async () => {
    const number = (path: string): number => Number(readFileSync(`/proc/${path}`, 'utf8'));
    const tasks = (): number => Number(/\/(\d+)/.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1]);
    const before = tasks();
    const slots = await slotopJson<{
      tasks: { used: number; limit: number; limitedBy: string };
      pidMax: number;
      threadsMax: number;
      processes: number;
      visibleTasks: number;
      forksPerSecond: number;
      users: { uid: number; tasks: number }[];
      groups: { slots: number; processes: number }[];
      [field: string]: unknown;
    }>(['slots']);
    expect(Object.keys(slots).join(' ')).toBe(
      'tasks pidMax threadsMax processes visibleTasks forksPerSecond users cgroups groups tightest fullInSeconds',
    );
    expect(slots.pidMax).toBe(number('sys/kernel/pid_max'));
    expect(slots.threadsMax).toBe(number('sys/kernel/threads-max'));
    expect(slots.tasks.limit).toBe(Math.min(slots.pidMax, slots.threadsMax));
    // Other programs run meanwhile, and our own Node has a handful of threads.
    expect(Math.abs(slots.tasks.used - before)).toBeLessThan(150);
    expect(slots.forksPerSecond).toBeGreaterThanOrEqual(0);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
    expect(sum(slots.users.map(({ tasks: held }) => held))).toBe(slots.visibleTasks);
    expect(sum(slots.groups.map(({ slots: held }) => held))).toBe(slots.visibleTasks);
    expect(sum(slots.groups.map(({ processes }) => processes))).toBe(slots.processes);
  });

  test('for people: the tightest limit stands first', async () => {
    const { stdout } = await slotop(['slots']);
    expect(stdout).toMatch(/^tightest {2}(host|user|cgroup) /);
  });
});
