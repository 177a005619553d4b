// Process slots against the real kernel: what it says, and what it refuses.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { isFailure, openKernel } from '../../src/kernel.ts';
import { createSlotTracker } from '../../src/proc/slots.ts';
import { createProcTable } from '../../src/proc/table.ts';
import { readClockTicks } from '../../src/proc/ticks.ts';
import { createUserNames } from '../../src/proc/users.ts';
import type { SlotUsage } from '../../src/types.ts';
import { owned } from '../support/cleanup.ts';
import { waitUntil } from '../support/identity.ts';
import { findProgram, isRoot, startProcess, tempFolder } from '../support/liveProcess.ts';
import { python, spawnIdle, spawnZombie } from '../support/procs.ts';

/** A tracker of this machine; the clock is the test's, so that what holds for 5 s can be seen to. */
function tracker() {
  const kernel = openKernel();
  const { ticksPerSecond, pageSize } = readClockTicks(kernel);
  const table = createProcTable(kernel, ticksPerSecond, pageSize);
  const slots = createSlotTracker(kernel, createUserNames(kernel));
  return (now = performance.now()): SlotUsage => {
    const names = kernel.list('.');
    if (isFailure(names)) throw new Error(`/proc: ${names}`);
    table.beginLook();
    for (const name of names) if (/^\d+$/.test(name)) table.readStat(Number(name));
    table.endLook();
    for (const proc of table.procs.values()) table.readDetails(proc, ['uid'], false);
    return slots.update(table.procs, now);
  };
}

const proc = (path: string): string => readFileSync(`/proc/${path}`, 'utf8');
const limitOf = (usage: SlotUsage, wanted: string) => usage.limits.find(({ name }) => name === wanted);
const usersOf = (usage: SlotUsage, uid: number) => usage.users.find((user) => user.uid === uid);

/** Tasks the hard way: every thread folder of every process. */
function countedTasks(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, pid) => {
      try {
        return sum + readdirSync(`/proc/${pid}/task`).length;
      } catch {
        return sum; // it left
      }
    }, 0);
}

/** In a nested pid namespace (a container that runs these tests) its own tasks may be what counts. */
const nestedCount = (usage: SlotUsage): number | undefined =>
  readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]' ? undefined : usage.visibleTasks;

test('the limits and counts are those of /proc', async () => {
  const look = tracker();
  // Other programs come and go, so the counts must agree at some moment, not at a given one.
  const usage = await waitUntil(() => {
    const before = Number(proc('loadavg').split(/[ /]/)[4]);
    const found = look();
    const after = Number(proc('loadavg').split(/[ /]/)[4]);
    return (
      before === after &&
      [before, nestedCount(found)].includes(found.tasks.used) &&
      found.visibleTasks === countedTasks() &&
      found
    );
  }, 'the counts agree');
  expect(usage.pidMax).toBe(Number(proc('sys/kernel/pid_max')));
  expect(usage.threadsMax).toBe(Number(proc('sys/kernel/threads-max')));
  expect(usage.users.reduce((sum, user) => sum + user.tasks, 0)).toBe(usage.visibleTasks);
});

test.skipIf(!isRoot)('root is exempt (needs root)', () => {
  expect(usersOf(tracker()(), 0)?.exempt).toBe(true);
});

test('the rate of forks is what the kernel counted', async () => {
  const look = tracker();
  const forks = (): number => Number(/^processes (\d+)$/m.exec(proc('stat'))?.[1]);
  const before = forks();
  expect(look(0).forksPerSecond).toBe(null);
  await Promise.all(Array.from({ length: 20 }, () => spawnIdle()));
  const rate = look(1000).forksPerSecond;
  expect(rate).toBeGreaterThanOrEqual(20);
  expect(rate).toBeLessThanOrEqual(forks() - before); // other programs fork too
});

/** A uid of nobody and nothing, so that no other program's tasks are counted with it. */
const UID = 61_234;

describe.skipIf(!isRoot)('a user with a limit (needs root to become one)', () => {
  /** dash calls it -p, bash -u. */
  const nproc = (limit: number): string => `ulimit -S -u ${limit} 2>/dev/null || ulimit -S -p ${limit}`;

  async function shellWithLimit(limit: number, uid: number) {
    const shell = await startProcess('/bin/sh', [], { uid });
    const ask = (command: string): Promise<string> => {
      shell.child.stdin.write(`${command}; echo done\n`);
      return shell.line();
    };
    await ask(nproc(limit));
    return { shell, ask };
  }

  test('has its own soft limit, and a change of it is seen after 5 seconds', async () => {
    const { ask } = await shellWithLimit(50, UID);
    const look = tracker();
    expect(usersOf(look(0), UID)).toEqual({
      uid: UID,
      user: String(UID),
      tasks: 1,
      limit: 50,
      exempt: false,
    });
    await ask(nproc(40));
    expect(usersOf(look(4000), UID)?.limit).toBe(50);
    expect(usersOf(look(5000), UID)?.limit).toBe(40);
  });

  test.skipIf(python === undefined)(
    'is told to be full exactly when the kernel refuses its next fork',
    async () => {
      const uid = UID + 1;
      await spawnZombie({ uid }); // it and its parent: a zombie holds a slot like anybody
      const { shell, ask } = await shellWithLimit(4, uid);
      const look = tracker();
      expect(usersOf(look(0), uid)).toMatchObject({ tasks: 3, limit: 4 });
      expect(limitOf(look(1), String(uid))).toMatchObject({ kind: 'user', used: 3, limit: 4, free: 1 });
      const tryFork = async (): Promise<string> => {
        shell.child.stdin.write('/bin/true && echo forked || echo refused\n');
        return shell.line().catch(() => 'refused'); // dash ends when it can't fork, bash goes on
      };
      expect(await tryFork()).toBe('forked');
      await ask(nproc(3));
      const full = look(6000);
      expect(limitOf(full, String(uid))).toMatchObject({ used: 3, limit: 3, free: 0, fullInSeconds: 0 });
      expect(await tryFork()).toBe('refused');
    },
  );
});

test.skipIf(python === undefined)('a zombie counts one task', async () => {
  const zombie = await spawnZombie();
  expect(proc(`${zombie.pid}/stat`)).toMatch(/\) Z /);
  expect(Number(/^Threads:\s+(\d+)$/m.exec(proc(`${zombie.pid}/status`))?.[1])).toBe(1);
});

/** A mounted pids hierarchy in which this test may make a group. */
function pidsHierarchy(): string | undefined {
  if (!isRoot) return undefined;
  if (existsSync('/sys/fs/cgroup/pids/cgroup.procs')) return '/sys/fs/cgroup/pids';
  const control = '/sys/fs/cgroup/cgroup.subtree_control';
  return existsSync(control) && readFileSync(control, 'utf8').includes('pids') ? '/sys/fs/cgroup' : undefined;
}
const hierarchy = pidsHierarchy();

/** An empty group with a limit; what is in it at the end is killed, and the folder removed. */
function cgroupWith(max: number) {
  const path = `/slotop-test-${process.pid}`;
  const folder = join(hierarchy ?? '', path);
  mkdirSync(folder);
  const remove = (): void => {
    if (existsSync(folder)) rmdirSync(folder);
  };
  const isRemoved = (): boolean => {
    try {
      remove();
      return true;
    } catch {
      return false; // busy: its processes are stopped before it, but a zombie leaves a moment later
    }
  };
  owned({
    stop: async () => void (await waitUntil(isRemoved, `${folder} is empty`)),
    stopNow: () => void isRemoved(),
  });
  writeFileSync(join(folder, 'pids.max'), `${max}\n`);
  return { path, folder, move: (pid: number) => writeFileSync(join(folder, 'cgroup.procs'), `${pid}\n`) };
}

test.skipIf(hierarchy === undefined)(
  'a control group at its limit is the tightest, and its refusals are counted (needs root and a pids hierarchy)',
  async () => {
    const look = tracker();
    look(0);
    const group = cgroupWith(2);
    const forker = await startProcess('/bin/sh');
    const other = await spawnIdle();
    group.move(forker.pid);
    const groupOf = (usage: SlotUsage) => usage.cgroups.find((one) => one.path === group.path);
    expect(groupOf(look(1000))).toBe(undefined); // found by the next walk
    expect(groupOf(look(20_000))).toMatchObject({ current: 1, max: 2, refused: 0 });
    expect(readFileSync(`/proc/${forker.pid}/cgroup`, 'utf8')).toContain(`:${group.path}\n`);

    group.move(other.pid);
    const full = look(21_000);
    expect(limitOf(full, group.path)).toMatchObject({ kind: 'cgroup', used: 2, limit: 2, free: 0 });
    forker.child.stdin.write('/bin/true\n');
    await waitUntil(
      () => (limitOf(look(22_000), group.path)?.refused ?? 0) > 0,
      'the refused fork is counted',
    );
  },
);

const unshare = findProgram('unshare');
const [major = 0, minor = 0] = proc('sys/kernel/osrelease').split('.').map(Number.parseFloat);
/** Before 6.14 writing pid_max in a namespace would change the whole machine's. */
const hasOwnPidMax = major > 6 || (major === 6 && minor >= 14);

test.skipIf(!isRoot || unshare === undefined || !hasOwnPidMax)(
  'a nested pid namespace counts its own tasks against its own pid_max (needs root, unshare, Linux 6.14)',
  async () => {
    const outfile = join(tempFolder(), 'slots.mjs');
    await build({
      stdin: {
        contents: `
          import { openKernel } from './src/kernel.ts';
          import { createSlotTracker } from './src/proc/slots.ts';
          import { createProcTable } from './src/proc/table.ts';
          const kernel = openKernel();
          const table = createProcTable(kernel, 100, 4096);
          table.beginLook();
          for (const name of kernel.list('.')) if (/^[0-9]+$/.test(name)) table.readStat(Number(name));
          table.endLook();
          for (const proc of table.procs.values()) table.readDetails(proc, ['uid'], false);
          console.log(JSON.stringify(createSlotTracker(kernel, String).update(table.procs, 0)));`,
        resolveDir: join(import.meta.dirname, '../..'),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'silent',
    });
    const machinesPidMax = proc('sys/kernel/pid_max');
    const outer = await startProcess(unshare ?? '', [
      ...['--pid', '--fork', '--mount-proc', '--kill-child', '/bin/sh', '-c'],
      // So many sleepers that a busy machine has no larger share of its own limit. They end with the namespace, and
      // that with its init, this shell.
      `echo 400 >/proc/sys/kernel/pid_max
       i=0; while [ $i -lt 60 ]; do sleep 60 & i=$((i + 1)); done
       "$0" "$1"; kill -9 -1`,
      ...[process.execPath, outfile],
    ]);
    const usage = JSON.parse(await outer.line()) as SlotUsage;
    expect(usage.tasks).toEqual({ used: usage.visibleTasks, limit: 400, limitedBy: 'pid_max' });
    expect(usage.pidMax).toBe(400);
    expect(usage.processes).toBe(62); // sh, node and the sleepers
    expect(usage.visibleTasks).toBeGreaterThan(62);
    expect(usage.tightest.limit).toBe(400);
    expect(proc('sys/kernel/pid_max')).toBe(machinesPidMax);
  },
);

/** Passes number 300, leaves a group without its leader behind, asks what is free, and forks until it is refused. */
const FILL = `
import json, os, signal, subprocess, sys
with open('/proc/sys/kernel/pid_max', 'w') as most: most.write('400')
for _ in range(310): os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)
leader = os.fork()
if leader == 0:
    os.setsid()
    if os.fork() == 0: signal.pause()
    os._exit(0)
os.waitpid(leader, 0)
said = json.loads(subprocess.run(sys.argv[1:], stdout=subprocess.PIPE).stdout)
made = 0
try:
    while True:
        if os.fork() == 0: signal.pause()
        made += 1
except OSError: pass
print(json.dumps({**said, 'made': made}), flush=True)
os.kill(-1, signal.SIGKILL)`;

test.skipIf(!isRoot || unshare === undefined || python === undefined || !hasOwnPidMax)(
  'exactly so many processes can begin as pid_max is said to leave free (needs root, unshare, Linux 6.14)',
  async () => {
    const outfile = join(tempFolder(), 'slots.mjs');
    await build({
      stdin: {
        contents: `
          import { openKernel } from './src/kernel.ts';
          import { createSampler } from './src/proc/sample.ts';
          const kernel = openKernel();
          const sample = createSampler(kernel).look({ all: [], shown: [], visible: [], portBudgetMs: 0 });
          const { free, used } = sample.slots.limits.find(({ name }) => name === 'pid_max');
          console.log(JSON.stringify({ free, used, own: sample.procs.get(kernel.pid).nlwp }));`,
        resolveDir: join(import.meta.dirname, '../..'),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'silent',
    });
    const outer = await startProcess(unshare ?? '', [
      ...['--pid', '--fork', '--mount-proc', '--kill-child', python ?? '', '-S', '-E', '-c', FILL],
      ...[process.execPath, outfile],
    ]);
    const { free, used, own, made } = JSON.parse(await outer.line()) as Record<string, number>;
    // Node has ended by then, and its numbers are to be had again.
    expect(made).toBe((free ?? 0) + (own ?? 0));
    expect(free).toBeLessThan(400 - 1 - (used ?? 0)); // those below 300 are lost
  },
);
