import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { bindingLimits, createSlotTracker, tightestOf } from '../../src/proc/slots.ts';
import type { Proc, SlotUsage } from '../../src/types.ts';
import { tempFolder } from '../support/liveProcess.ts';
import { procDir, type ProcDir, type ProcDirSpec } from '../support/procDir.ts';

const PF_KTHREAD = 0x00200000;

/** What the table would hold of a process; only what slots are counted from. */
function proc(pid: number, fields: Partial<Proc> = {}): Proc {
  return { pid, starttime: 1000 + pid, uid: 0, nlwp: 1, flags: 0, ...fields } as Proc;
}
const table = (...procs: Proc[]): Map<number, Proc> => new Map(procs.map((p) => [p.pid, p]));

/** A tracker over a made-up machine, with a clock of the test's own. */
function trackerOf(dir: ProcDir, over: Partial<Kernel> = {}) {
  const tracker = createSlotTracker({ ...openKernel(dir.root), now: () => 0, ...over }, (uid) => `u${uid}`);
  return (procs: Map<number, Proc>, at = 0): SlotUsage => tracker.update(procs, at);
}
const machine = (spec: Partial<ProcDirSpec> = {}): ProcDir => procDir({ processes: [{ pid: 1 }], ...spec });
const stat = (forks: number): string => `cpu  1 2 3 4 5 6 7 8\nbtime 1\nprocesses ${forks}\n`;
const loadavg = (tasks: number): string => `0 0 0 1/${tasks} 9\n`;

describe('the host', () => {
  test('counts tasks by loadavg against the smaller of pid_max and threads-max', () => {
    const dir = machine({
      files: { loadavg: loadavg(500), 'sys/kernel/pid_max': '1000\n', 'sys/kernel/threads-max': '2000\n' },
    });
    const look = trackerOf(dir);
    const procs = table(proc(1), proc(2, { nlwp: 499 }));
    expect(look(procs)).toMatchObject({
      tasks: { used: 500, limit: 1000, limitedBy: 'pid_max' },
      pidMax: 1000,
      threadsMax: 2000,
      processes: 2,
      visibleTasks: 500,
      tightest: { kind: 'host', name: 'pid_max', used: 500, limit: 1000 },
    });
    dir.write('sys/kernel/threads-max', '900\n'); // both may be changed while we run
    expect(look(procs).tasks).toEqual({ used: 500, limit: 900, limitedBy: 'threads-max' });
    dir.write('sys/kernel/pid_max', '800\n');
    expect(look(procs).tasks.limit).toBe(800);
  });

  test('the rate counts forks between looks, and is unknown at the first', () => {
    const dir = machine({ files: { stat: stat(100) } });
    const look = trackerOf(dir);
    expect(look(table(), 1000).forksPerSecond).toBe(null);
    dir.write('stat', stat(160));
    expect(look(table(), 3000).forksPerSecond).toBe(30);
    dir.remove('stat');
    expect(look(table(), 4000).forksPerSecond).toBe(null);
  });

  test('hidden tasks count, a made-up loadavg does not', () => {
    const procs = table(proc(1, { nlwp: 100 }));
    expect(trackerOf(machine({ files: { loadavg: loadavg(90) } }))(procs).tasks.used).toBe(90); // an exit in between
    expect(trackerOf(machine({ files: { loadavg: loadavg(900) } }))(procs).tasks.used).toBe(900); // hidepid
    expect(trackerOf(machine({ files: { loadavg: '0.00 0.00 0.00 0/0 0\n' } }))(procs).tasks.used).toBe(100);
  });

  test('limits that cannot be read are unlimited, and null in JSON', () => {
    const dir = machine({ files: { 'sys/kernel/pid_max': undefined, 'sys/kernel/threads-max': undefined } });
    const usage = trackerOf(dir)(table(proc(1)));
    expect(usage.tasks.limit).toBe(Infinity);
    expect(JSON.parse(JSON.stringify(usage))).toMatchObject({ pidMax: null, tasks: { limit: null } });
  });
});

describe('in a nested pid namespace', () => {
  function nested(release: string, over: Partial<Kernel> = { canSignal: true }) {
    const dir = machine({
      files: {
        loadavg: loadavg(5000),
        'sys/kernel/pid_max': '400\n',
        'sys/kernel/threads-max': '20000\n',
        'sys/kernel/osrelease': release,
      },
    });
    unlinkSync(join(dir.root, '1/ns/pid'));
    symlinkSync('pid:[4026532179]', join(dir.root, '1/ns/pid'));
    return trackerOf(dir, over)(table(proc(1, { nlwp: 150 }))).tasks;
  }

  test('since Linux 6.14 its own tasks count against its own pid_max', () => {
    expect(nested('6.14.0-generic')).toEqual({ used: 150, limit: 400, limitedBy: 'pid_max' });
    expect(nested('7.0.1')).toEqual({ used: 150, limit: 400, limitedBy: 'pid_max' });
  });

  test('the pair with the larger share is told: here the machine is fuller than the namespace', () => {
    const dir = machine({
      files: { loadavg: loadavg(15000), 'sys/kernel/pid_max': '400\n', 'sys/kernel/threads-max': '20000\n' },
    });
    unlinkSync(join(dir.root, '1/ns/pid'));
    symlinkSync('pid:[4026532179]', join(dir.root, '1/ns/pid'));
    const usage = trackerOf(dir, { canSignal: true })(table(proc(1, { nlwp: 150 })));
    expect(usage.tasks).toEqual({ used: 15000, limit: 20000, limitedBy: 'threads-max' });
  });

  test("before 6.14 pid_max is the machine's", () => {
    expect(nested('6.8.0-31')).toEqual({ used: 5000, limit: 400, limitedBy: 'pid_max' });
  });

  test('looking out of it into another namespace, its pid_max says nothing', () => {
    expect(nested('6.18.0', { canSignal: false })).toEqual({
      used: 5000,
      limit: 20000,
      limitedBy: 'threads-max',
    });
  });
});

describe('users', () => {
  test('are counted in tasks, most first, zombies included, unknown owners left out', () => {
    const look = trackerOf(machine({ processes: [{ pid: 1 }, { pid: 10, uid: 7, nproc: 50 }] }));
    const usage = look(
      table(
        proc(1),
        proc(10, { uid: 7, nlwp: 4 }),
        proc(11, { uid: 7, state: 'Z' }),
        proc(12, { uid: undefined, nlwp: 90 }),
      ),
    );
    expect(usage.users).toEqual([
      { uid: 7, user: 'u7', tasks: 5, limit: 50, exempt: false },
      { uid: 0, user: 'u0', tasks: 1, limit: 96365, exempt: true },
    ]);
    expect(usage.visibleTasks).toBe(96);
  });

  test('are counted anew when the census moves, and not before', () => {
    const dir = machine({ files: { 'sys/kernel/pid_max': '1000000\n' } });
    const tracker = createSlotTracker(openKernel(dir.root), String);
    const procs = table(proc(1, { nlwp: 3 }), proc(2, { uid: 7 }));
    const tasks = (census: number | undefined): unknown => {
      const { visibleTasks, users } = tracker.update(procs, 0, undefined, census);
      return [visibleTasks, ...users.map((user) => user.tasks)];
    };
    expect(tasks(1)).toEqual([4, 3, 1]);
    procs.set(3, proc(3, { uid: 7 }));
    expect(tasks(1)).toEqual([4, 3, 1]);
    expect(tasks(2)).toEqual([5, 3, 2]);
    procs.delete(3);
    expect(tasks(undefined)).toEqual([4, 3, 1]); // whoever keeps no census is counted at every look
  });

  test('the limit is that of the newest process that is no kernel thread', () => {
    const dir = machine({
      processes: [
        { pid: 30, uid: 7, nproc: 10 },
        { pid: 20, uid: 7, nproc: 20 },
        { pid: 40, uid: 7, nproc: 40 },
      ],
    });
    const procs = table(
      proc(30, { uid: 7, starttime: 100 }),
      proc(20, { uid: 7, starttime: 300 }), // pids wrapped: the lower number is younger
      proc(40, { uid: 7, starttime: 400, flags: PF_KTHREAD }),
    );
    expect(trackerOf(dir)(procs).users[0]?.limit).toBe(20);
  });

  test('unlimited is null, and refuses nobody', () => {
    const usage = trackerOf(machine({ processes: [{ pid: 9, uid: 7, nproc: 'unlimited' }] }))(
      table(proc(9, { uid: 7, nlwp: 31000 })),
    );
    expect(usage.users[0]).toMatchObject({ limit: null, exempt: false });
    expect(usage.tightest.kind).toBe('host');
  });

  test.each([
    ['CAP_SYS_RESOURCE', '0000000001000000', true],
    ['CAP_SYS_ADMIN', '0000000000200000', true],
    ['CAP_KILL only', '0000000000000020', false],
  ])('%s: exempt %s', (_, capEff, exempt) => {
    const dir = machine({ processes: [{ pid: 9, uid: 7, nproc: 5, capEff }] });
    const usage = trackerOf(dir)(table(proc(9, { uid: 7, nlwp: 5 })));
    expect(usage.users[0]?.exempt).toBe(exempt);
    expect(usage.tightest.kind).toBe(exempt ? 'host' : 'user');
  });

  test('a capability of a user namespace lifts nothing, nor does its root', () => {
    const map = '         0     100000      65536\n';
    const dir = machine({
      processes: [
        { pid: 1 },
        { pid: 9, uid: 7, nproc: 5, capEff: '000001ffffffffff', files: { uid_map: map } },
      ],
      files: { '1/uid_map': map },
    });
    const { users } = trackerOf(dir)(table(proc(1), proc(9, { uid: 7 })));
    expect(users.find((user) => user.uid === 7)?.exempt).toBe(false);
    const rootCaps = machine({ processes: [{ pid: 1, capEff: '0' }], files: { '1/uid_map': map } });
    expect(trackerOf(rootCaps)(table(proc(1))).users[0]?.exempt).toBe(false);
  });

  test('a limit that prlimit changed is seen after 5 seconds, one of a newer process at once', () => {
    const dir = machine({ processes: [{ pid: 9, uid: 7, nproc: 50 }] });
    const look = trackerOf(dir);
    const limitAt = (at: number, procs = table(proc(9, { uid: 7 }))) => look(procs, at).users[0]?.limit;
    expect(limitAt(1000)).toBe(50);
    dir.add({ pid: 9, uid: 7, nproc: 60 });
    expect(limitAt(5999)).toBe(50);
    expect(limitAt(6000)).toBe(60);
    dir.add({ pid: 10, uid: 7, nproc: 70 });
    expect(limitAt(6001, table(proc(9, { uid: 7 }), proc(10, { uid: 7 })))).toBe(70);
    dir.remove('10'); // it ended between the table's look and ours: what we knew stands
    expect(limitAt(12000, table(proc(9, { uid: 7 }), proc(10, { uid: 7 })))).toBe(70);
  });
});

/** A folder that looks like a mounted cgroup hierarchy. */
function cgroups(version: 1 | 2) {
  const mount = tempFolder();
  const set = (path: string, current: number | undefined, max = 'max', refused = 0): void => {
    const folder = join(mount, path);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'cgroup.procs'), '');
    if (current === undefined) return;
    writeFileSync(join(folder, 'pids.current'), `${current}\n`);
    writeFileSync(join(folder, 'pids.max'), `${max}\n`);
    writeFileSync(join(folder, 'pids.events'), `max ${refused}\n`);
  };
  set('/', undefined);
  if (version === 2) writeFileSync(join(mount, 'cgroup.controllers'), 'cpu io pids\n');
  const line = (root = '/') =>
    `31 23 0:36 ${root} ${mount} rw - cgroup${version === 2 ? '2' : ''} none rw${version === 2 ? '' : ',pids'}\n`;
  return { mount, set, line };
}

describe.each([1, 2] as const)('cgroups v%i', (version) => {
  const withGroups = (groups: ReturnType<typeof cgroups>, root = '/') =>
    machine({ files: { '1/mountinfo': groups.line(root), loadavg: loadavg(1) } });

  test('every group that holds a task or has a limit, with what it refused', () => {
    const groups = cgroups(version);
    groups.set('/system.slice', 7);
    groups.set('/system.slice/web.service', 7, '8', 3);
    groups.set('/empty', 0);
    groups.set('/empty/limited', 0, '5');
    const usage = trackerOf(withGroups(groups))(table());
    expect([...usage.cgroups].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: '/empty/limited', version, current: 0, max: 5, refused: 0 },
      { path: '/system.slice', version, current: 7, max: null, refused: 0 },
      { path: '/system.slice/web.service', version, current: 7, max: 8, refused: 3 },
    ]);
    expect(usage.tightest).toEqual({ kind: 'cgroup', name: '/system.slice/web.service', used: 7, limit: 8 });
  });

  test('below a bind mount paths are those of /proc/PID/cgroup, the mounted group included', () => {
    const groups = cgroups(version);
    groups.set('/', 3, '10');
    groups.set('/app', 2);
    const usage = trackerOf(withGroups(groups, '/docker/abc'))(table());
    expect(usage.cgroups.map((group) => group.path)).toEqual(['/docker/abc', '/docker/abc/app']);
  });

  test('a limit changes, a group goes, another comes', () => {
    const groups = cgroups(version);
    groups.set('/a', 4, '5');
    groups.set('/b', 2);
    const look = trackerOf(withGroups(groups));
    look(table(), 0);
    groups.set('/a', 5, '6', 9);
    groups.set('/b', 3);
    groups.set('/c', 1, '2');
    expect(look(table(), 1500).cgroups).toEqual([
      { path: '/a', version, current: 5, max: 6, refused: 9 },
      { path: '/b', version, current: 2, max: null, refused: 0 }, // without a limit it is read every 5 s
    ]);
    rmSync(join(groups.mount, 'a'), { recursive: true });
    expect(look(table(), 6000).cgroups).toEqual([{ path: '/b', version, current: 3, max: null, refused: 0 }]);
    const paths = look(table(), 10_000).cgroups.map((group) => group.path);
    expect(paths).toEqual(['/b', '/c']);
  });

  test('who is in the tightest group is told, with those in the groups below it', () => {
    const groups = cgroups(version);
    groups.set('/app', 5, '6');
    groups.set('/app/worker', 2);
    groups.set('/other', 3);
    writeFileSync(join(groups.mount, 'app/cgroup.procs'), '20\n');
    writeFileSync(join(groups.mount, 'app/worker/cgroup.procs'), '21\n22\n');
    writeFileSync(join(groups.mount, 'other/cgroup.procs'), '23\n');
    const look = trackerOf(withGroups(groups));
    expect(look(table()).tightestMembers).toEqual(new Set([20, 21, 22]));
    groups.set('/app', 2, '6');
    expect(look(table(), 1500).tightestMembers).toBeUndefined(); // less than half full: nobody asks
  });

  test('an empty group kept at 0 does not pass for a full one', () => {
    const groups = cgroups(version);
    groups.set('/frozen', 0, '0');
    expect(trackerOf(withGroups(groups))(table()).tightest.kind).toBe('host');
    groups.set('/frozen', 2, '0');
    expect(trackerOf(withGroups(groups))(table()).tightest.kind).toBe('cgroup');
  });
});

test('a v2 hierarchy without the pids controller is not walked', () => {
  const groups = cgroups(2);
  groups.set('/a', 4, '5');
  writeFileSync(join(groups.mount, 'cgroup.controllers'), 'hugetlb\n');
  const dir = machine({ files: { '1/mountinfo': groups.line() } });
  const lists: string[] = [];
  const { list } = openKernel(dir.root);
  const look = trackerOf(dir, { list: (path) => (lists.push(path), list(path)) });
  expect(look(table()).cgroups).toEqual([]);
  expect(lists).toEqual([]);
});

test('with hundreds of groups a look stays short, and the tightest is never old', () => {
  const dir = machine({
    files: { '1/mountinfo': '31 23 0:36 / /made-up rw - cgroup none rw,pids\n', loadavg: loadavg(1) },
  });
  const kernel = openKernel(dir.root);
  const names = Array.from({ length: 400 }, (_, i) => `g${i}`);
  const current = new Map(names.map((name) => [name, 1]));
  let clock = 0;
  let calls = 0;
  const look = trackerOf(dir, {
    now: () => clock,
    read: (path) => {
      clock += 0.01; // milliseconds that a read costs
      calls++;
      const [, name = '', file] = /^\/made-up\/(g\d+)\/pids\.(\w+)$/.exec(path) ?? [];
      if (file === 'max') return Buffer.from('100\n');
      if (file === 'current') return Buffer.from(`${current.get(name)}\n`);
      return path.startsWith('/made-up') ? 'gone' : kernel.read(path);
    },
    list: (path) => {
      clock += 0.03;
      calls++;
      return path === '/made-up' ? names : [];
    },
  });
  expect(look(table(), clock).cgroups).toHaveLength(400); // the first look is complete
  current.set('g300', 99);
  const noticed = [];
  for (let i = 0; i < 20; i++) {
    clock += 1500;
    calls = 0;
    const before = clock;
    const usage = look(table(), clock);
    noticed.push(usage.tightest.used);
    expect(clock - before).toBeLessThan(6);
    expect(calls).toBeLessThan(500);
  }
  expect(noticed.at(-1)).toBe(99); // its turn came
  current.set('g300', 100);
  clock += 1500;
  expect(look(table(), clock).tightest).toMatchObject({ name: '/g300', used: 100 }); // and now it is read each time
});

describe('the time until full', () => {
  const growing = (counts: readonly (readonly [at: number, tasks: number])[]) => {
    const dir = machine({ files: { 'sys/kernel/pid_max': '1000\n' } });
    const look = trackerOf(dir);
    return counts.map(([at, tasks]) => {
      dir.write('loadavg', loadavg(tasks));
      return look(table(), at).fullInSeconds;
    });
  };

  test('is what is left over the growth of the count itself', () => {
    expect(
      growing([
        [0, 100],
        [1000, 200],
        [2000, 400],
      ]),
    ).toEqual([null, 7.99, 599 / 150]);
  });

  test('is null while nothing grows', () => {
    expect(
      growing([
        [0, 500],
        [1000, 500],
        [2000, 400],
      ]),
    ).toEqual([null, null, null]);
  });

  test('is 0 once it is full, growing or not', () => {
    expect(
      growing([
        [0, 1000],
        [1000, 999], // pids run to pid_max - 1
        [2000, 998],
      ]),
    ).toEqual([0, 0, null]);
  });

  test('forgets what is older than 10 seconds, but never the look before', () => {
    expect(
      growing([
        [0, 100],
        [9000, 100],
        [15_000, 100],
        [16_000, 170],
      ]),
    ).toEqual([null, null, null, 829 / 10]);
    expect(
      growing([
        [0, 100],
        [60_000, 700],
      ]),
    ).toEqual([null, 29.9]);
  });

  test('a rate of forks alone fills nothing', () => {
    const dir = machine({ files: { stat: stat(0), loadavg: loadavg(50) } });
    const look = trackerOf(dir);
    look(table(), 0);
    dir.write('stat', stat(5000));
    expect(look(table(), 1000)).toMatchObject({ forksPerSecond: 5000, fullInSeconds: null });
  });
});

test('the tightest of all limits leaves no other with a larger share, and never is one that binds nobody', () => {
  const task = fc.nat(1000);
  const limit = fc.option(fc.nat(1000));
  const user = fc.record({ uid: fc.nat(), user: fc.string(), tasks: task, limit, exempt: fc.boolean() });
  const group = fc.record({
    path: fc.string(),
    version: fc.constant(2 as const),
    current: task,
    max: limit,
    refused: fc.constant(null),
  });
  fc.assert(
    fc.property(
      task,
      fc.integer({ min: 1, max: 1000 }),
      fc.array(user),
      fc.array(group),
      (used, most, users, groups) => {
        const tasks = { used, limit: most, limitedBy: 'pid_max' as const };
        const tightest = tightestOf(bindingLimits({ tasks, others: [] }, users, groups));
        const share = (a: number, b: number): number => (b > 0 ? a / b : 1);
        const its = share(tightest.used, tightest.limit);
        expect(its).toBeGreaterThanOrEqual(used / most);
        for (const u of users)
          if (!u.exempt && u.limit !== null) expect(its).toBeGreaterThanOrEqual(share(u.tasks, u.limit));
        for (const g of groups)
          if (g.max !== null && g.current > 0) expect(its).toBeGreaterThanOrEqual(share(g.current, g.max));
        const names = [
          ...users.filter((u) => !u.exempt).map((u) => u.user),
          ...groups.map((g) => g.path),
          'pid_max',
        ];
        expect(names).toContain(tightest.name);
      },
    ),
  );
});
