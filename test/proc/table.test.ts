// The table of processes over folders that are changed between two looks, as a machine would.
import { describe, expect, test } from 'vitest';
import { isFailure, openKernel, type Kernel } from '../../src/kernel.ts';
import { createProcTable, type ProcTable } from '../../src/proc/table.ts';
import type { Failure, Need, Proc } from '../../src/types.ts';
import { isRoot } from '../support/liveProcess.ts';
import { procDir, type ProcDir } from '../support/procDir.ts';
import type { ProcSpec } from '../support/procText.ts';

const HZ = 100;
const LIFE: readonly Need[] = ['uid', 'cmdline', 'exe', 'cgroup'];

interface Scene {
  readonly dir: ProcDir;
  readonly table: ProcTable;
  /** Answers of the kernel by path, in place of the file's. */
  readonly failing: Map<string, Failure>;
  readonly reads: string[];
  /** One look, that many milliseconds after the one before. @returns who is new */
  look(afterMs?: number, visible?: readonly number[]): number[];
  get(pid: number): Proc;
}

function scene(...processes: ProcSpec[]): Scene {
  const dir = procDir({ processes: [{ pid: 1, comm: 'init' }, ...processes] });
  const real = openKernel(dir.root);
  const failing = new Map<string, Failure>();
  const reads: string[] = [];
  let now = 50;
  const kernel: Kernel = {
    ...real,
    now: () => now,
    read(path) {
      reads.push(path);
      return failing.get(path) ?? real.read(path);
    },
    link: (path) => failing.get(path) ?? real.link(path),
    stat: (path) => failing.get(path) ?? real.stat(path),
  };
  const table = createProcTable(kernel, HZ, 4096);
  return {
    dir,
    table,
    failing,
    reads,
    look(afterMs = 1500, visible = []) {
      now += afterMs;
      reads.length = 0;
      table.beginLook();
      const names = kernel.list('.');
      if (isFailure(names)) throw new Error('the folder of the test is gone');
      const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
      const births = pids.flatMap((pid) => table.readStat(pid) ?? []);
      table.endLook();
      for (const proc of table.procs.values()) table.readDetails(proc, LIFE, visible.includes(proc.pid));
      return births.map(({ pid }) => pid);
    },
    get(pid) {
      const proc = table.procs.get(pid);
      if (proc === undefined) throw new Error(`no process ${pid}`);
      return proc;
    },
  };
}

describe('who is there', () => {
  test('births and exits', () => {
    const { dir, look, table } = scene({ pid: 10 }, { pid: 11 });
    expect(look().sort((a, b) => a - b)).toEqual([1, 10, 11]);
    dir.remove('10');
    dir.add({ pid: 12 });
    expect(look()).toEqual([12]);
    expect([...table.procs.keys()].sort((a, b) => a - b)).toEqual([1, 11, 12]);
    expect(look()).toEqual([]);
  });

  test('who was there at the first look has no time of birth; who came later has', () => {
    const { dir, look, get } = scene({ pid: 10 });
    look(1000);
    dir.add({ pid: 11 });
    look(1000);
    expect([get(10).seenAt, get(11).seenAt]).toEqual([0, 2050]);
  });

  test('a process that left between the listing and its stat line is gone', () => {
    const { dir, look, table } = scene({ pid: 10 });
    look();
    dir.remove('10/stat');
    look();
    expect(table.procs.has(10)).toBe(false);
  });

  test('a pid given out again is another process: nothing of the old one is left', () => {
    const { dir, look, get } = scene({
      pid: 10,
      comm: 'old',
      cmdline: ['/bin/old', 'x'],
      exe: '/bin/old',
      utime: 100,
    });
    look();
    look(1000);
    const old = get(10);
    expect(old).toMatchObject({ cpu: 0, exe: '/bin/old', cmdline: ['/bin/old', 'x'] });
    dir.add({ pid: 10, comm: 'new', cmdline: ['/bin/new'], starttime: 5000, utime: 900 });
    expect(look()).toEqual([10]);
    expect(get(10)).not.toBe(old);
    expect(get(10)).toMatchObject({
      comm: 'new',
      starttime: 5000,
      cpu: undefined,
      cmdline: ['/bin/new'],
      exe: undefined,
    });
    expect(old.comm).toBe('old');
  });

  test.each<Failure>(['denied', 'limit'])(
    'that we could not look (%s) says nothing about a process',
    (failure) => {
      const { failing, look, get, table } = scene({ pid: 10, nlwp: 3 });
      look();
      failing.set('10/stat', failure);
      for (let i = 0; i < 3; i++) expect(look()).toEqual([]);
      expect(get(10).nlwp).toBe(3);
      failing.set('10/stat', 'gone');
      look();
      expect(table.procs.has(10)).toBe(false);
    },
  );
});

describe('zombies', () => {
  const app: ProcSpec = { pid: 10, comm: 'app', cmdline: ['/bin/app', '-v'], exe: '/bin/app' };
  const known = { cmdline: ['/bin/app', '-v'], exe: '/bin/app', cgroup: '/app.service' };

  test('one keeps what was known of it, and holds a slot', () => {
    const { dir, look, get } = scene({ ...app, cgroup: '/app.service', nlwp: 4 });
    look();
    dir.add({ pid: 10, comm: 'app', state: 'Z', nlwp: 0, startstack: 0, rss: 0, vsize: 0, cgroup: '/' });
    for (const after of [1500, 5000]) {
      look(after, [10]);
      expect(get(10)).toMatchObject({ ...known, state: 'Z', nlwp: 1 });
    }
  });

  test('one that died between its stat line and its details keeps them too', () => {
    const { dir, look, get } = scene({ ...app, cgroup: '/app.service' });
    look();
    dir.remove('10/exe');
    dir.write('10/cmdline', '');
    look(5000, [10]);
    expect(get(10)).toMatchObject({ ...known, state: 'S' });
  });

  test('one that was never seen alive has no command line, and that is known', () => {
    const { look, get } = scene({ pid: 10, state: 'Z' });
    look();
    expect(get(10).cmdline).toEqual([]);
  });
});

describe('what is read again', () => {
  const shell: ProcSpec = { pid: 10, comm: 'sh', cmdline: ['sh'], exe: '/bin/sh' };
  const after = (change: Partial<ProcSpec>): string[] => {
    const { dir, look, get } = scene({ ...shell, flags: 0x40 });
    look();
    look(20_000);
    dir.add({ ...shell, flags: 0x40, ...change, cmdline: ['java', '-jar'], exe: '/usr/bin/java', uid: 1000 });
    look();
    return [...(get(10).cmdline ?? []), get(10).exe ?? '-', ...(isRoot ? [String(get(10).uid)] : [])];
  };
  const all = ['java', '-jar', '/usr/bin/java', ...(isRoot ? ['1000'] : [])];

  test('an exec is seen by its name', () => expect(after({ comm: 'java' })).toEqual(all));
  test('an exec of the same name, by the place of its stack', () =>
    expect(after({ startstack: 0x7ffe1234 })).toEqual(all));
  test('the first exec after a fork, by the flag', () => expect(after({ flags: 0 })).toEqual(all));
  test('without an exec nothing is read of a row that nobody shows', () => {
    expect(after({})).toEqual(['sh', '/bin/sh', ...(isRoot ? ['0'] : [])]);
  });

  test('details are read once an identity; stat at every look', () => {
    const { look, reads } = scene(shell);
    look();
    expect(reads).toContain('10/cmdline');
    for (let i = 0; i < 5; i++) {
      look(10_000);
      expect(reads.filter((path) => path.startsWith('10/'))).toEqual(['10/stat']);
    }
  });

  test('a title rewritten in place is seen within 5 s on a visible row', () => {
    const { dir, look, get } = scene(shell);
    look(1500, [10]);
    dir.write('10/cmdline', 'sh: worker 3\0\0\0');
    let waited = 0;
    while (get(10).cmdline?.[0] !== 'sh: worker 3' && waited < 60_000) {
      look(1500, [10]);
      waited += 1500;
    }
    expect(waited).toBeLessThanOrEqual(5000);
    expect(get(10).cmdline).toEqual(['sh: worker 3']);
  });

  test('a young process is read again until it has settled: it drops root, it is given a title', () => {
    const { dir, look, get } = scene();
    look();
    dir.add(shell);
    look();
    dir.write('10/cmdline', 'settled\0');
    look();
    expect(get(10).cmdline).toEqual(['settled']);
  });

  test('a program file that may no longer be read is unknown, not the old one', () => {
    const { dir, failing, look, get } = scene(shell);
    look();
    dir.add({ ...shell, comm: 'sudo', cmdline: ['sudo', '-i'] });
    failing.set('10/exe', 'denied');
    look();
    expect(get(10)).toMatchObject({ comm: 'sudo', exe: undefined });
  });
});

describe('CPU in percent', () => {
  test('exact over the row its own interval, unknown at first', () => {
    const { dir, look, get } = scene({ pid: 10, utime: 100, stime: 50 });
    look();
    expect(get(10).cpu).toBeUndefined();
    dir.add({ pid: 10, utime: 130, stime: 95 });
    look(1500);
    expect(get(10).cpu).toBeCloseTo(50, 9); // 75 ticks of 10 ms in 1.5 s
    dir.add({ pid: 10, utime: 530, stime: 95 });
    look(1000);
    expect(get(10).cpu).toBeCloseTo(400, 9); // four cores
    look(2000);
    expect(get(10).cpu).toBe(0);
  });

  test('two looks right after each other are one: the share stays, and no tick is lost', () => {
    const { dir, look, get } = scene({ pid: 10, utime: 0 });
    look();
    dir.add({ pid: 10, utime: 50 });
    look(1000);
    dir.add({ pid: 10, utime: 52 });
    look(20);
    expect(get(10).cpu).toBeCloseTo(50, 9);
    dir.add({ pid: 10, utime: 60 });
    look(80);
    expect(get(10).cpu).toBeCloseTo(100, 9);
  });

  test('a process that could not be read for a while is measured over that while', () => {
    const { dir, failing, look, get } = scene({ pid: 10, utime: 0 });
    look();
    failing.set('10/stat', 'limit');
    look(1000);
    failing.clear();
    dir.add({ pid: 10, utime: 100 });
    look(1000);
    expect(get(10).cpu).toBeCloseTo(50, 9);
  });
});
