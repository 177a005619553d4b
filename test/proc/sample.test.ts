// Looks at this very machine, beside ps; and looks at a made-up one that goes wrong.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { createSampler, type Wants } from '../../src/proc/sample.ts';
import type { Sample } from '../../src/types.ts';
import { waitUntil } from '../support/identity.ts';
import { findProgram } from '../support/liveProcess.ts';
import { procDir } from '../support/procDir.ts';
import { python, spawnBusy, spawnNamed, spawnStopped, spawnThreads, spawnZombie } from '../support/procs.ts';

const wants = (own: Partial<Wants> = {}): Wants => ({
  all: ['cmdline'],
  shown: [],
  visible: [],
  portBudgetMs: 0,
  ...own,
});

const ps = findProgram('ps');

interface PsLine {
  readonly values: readonly string[];
  readonly args: string;
}

/** By pid. ps marks what it would not print, so comm and args are compared where they are plain. */
function psLines(): Map<number, PsLine> {
  const columns = ['pid', 'ppid', 'pgid', 'sess', 'nlwp', 'uid', 'ni', 'stat', 'args'];
  const out = execFileSync(ps ?? 'ps', ['-eww', ...columns.flatMap((name) => ['-o', `${name}=`])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const lines = new Map<number, PsLine>();
  for (const line of out.split('\n')) {
    const [, values = '', args = ''] = /^\s*((?:\S+\s+){7}\S+)\s*(.*)$/.exec(line) ?? [];
    if (values !== '') lines.set(Number.parseInt(values, 10), { values: values.split(/\s+/), args });
  }
  return lines;
}

/** Between ps and us a process may wake up or fall asleep. */
const settled = (state: string): string => (/[RSDI]/.test(state) ? 'awake or asleep' : state);

describe.skipIf(ps === undefined)('beside ps', () => {
  test('every process that lives before and after is there, with the same values', async () => {
    await spawnNamed('a) R 1 (');
    await spawnNamed('a b  c');
    await spawnStopped();
    if (python !== undefined) {
      await spawnZombie();
      await spawnThreads(7);
    }
    const sampler = createSampler(openKernel());
    const before = psLines();
    const { procs } = sampler.look(wants());
    const after = psLines();
    let compared = 0;
    for (const [pid, { values, args }] of before) {
      const later = after.get(pid);
      if (later === undefined || later.args !== args || later.values.join() !== values.join()) continue;
      const proc = procs.get(pid);
      expect(proc, args).toBeDefined();
      if (proc === undefined) continue;
      const { ppid, pgrp, session, nlwp, uid, nice, state } = proc;
      const [, psPpid, psPgrp, psSession, psNlwp, psUid, psNice, psStat = ''] = values;
      expect([ppid, pgrp, session, nlwp, uid].map(String)).toEqual([
        psPpid,
        psPgrp,
        psSession,
        psNlwp,
        psUid,
      ]);
      if (psNice !== '-') expect(String(nice)).toBe(psNice);
      expect(settled(state)).toBe(settled(psStat[0] ?? ''));
      const line = proc.cmdline?.join(' ') ?? '';
      if (line !== '' && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(line)) expect(args).toBe(line);
      compared++;
    }
    expect(compared).toBeGreaterThan(5);
  });
});

describe('CPU', () => {
  test('a process that keeps one core busy has its share of the time that it got', async () => {
    const busy = await spawnBusy();
    const kernel = openKernel();
    const sampler = createSampler(kernel);
    sampler.look(wants());
    const from = kernel.now();
    const proc = sampler.look(wants()).procs.get(busy.pid);
    const ticksBefore = (proc?.utime ?? 0) + (proc?.stime ?? 0);
    await waitUntil(() => kernel.now() - from >= 1000, 'a second');
    const later = sampler.look(wants());
    const got = ((proc?.utime ?? 0) + (proc?.stime ?? 0) - ticksBefore) / later.ticksPerSecond;
    const share = (got / ((later.at - from) / 1000)) * 100;
    expect(Math.abs((proc?.cpu ?? 0) - share)).toBeLessThan(5);
    // On a machine with nothing else to do it is a whole core; where others compute too, at least some of it.
    expect(proc?.cpu).toBeGreaterThan(5);
    expect(proc?.cpu).toBeLessThan(115);
  });
});

describe('a machine that goes wrong', () => {
  function failing(calls: Partial<Kernel>, root: string): { kernel: Kernel; on(): void } {
    const real = openKernel(root);
    let broken = false;
    const kernel: Kernel = {
      ...real,
      list: (path) => (broken && calls.list ? calls.list(path) : real.list(path)),
      read: (path) => (broken && calls.read ? calls.read(path) : real.read(path)),
    };
    return { kernel, on: () => void (broken = true) };
  }
  const processes = [{ pid: 1, comm: 'init' }, { pid: 7 }, { pid: 8, ppid: 7 }];
  const pids = (sample: Sample): number[] => [...sample.procs.keys()];

  test('no descriptor is free to list the processes: the known ones are looked at all the same', () => {
    const dir = procDir({ processes });
    const { kernel, on } = failing({ list: () => 'limit' }, dir.root);
    const sampler = createSampler(kernel);
    expect(pids(sampler.look(wants()))).toEqual([1, 7, 8]);
    on();
    dir.remove('8');
    expect(pids(sampler.look(wants()))).toEqual([1, 7]);
  });

  test('no descriptor is free at all: nobody is thought to have left', () => {
    const { kernel, on } = failing({ list: () => 'limit', read: () => 'limit' }, procDir({ processes }).root);
    const sampler = createSampler(kernel);
    sampler.look(wants());
    on();
    expect(pids(sampler.look(wants()))).toEqual([1, 7, 8]);
  });

  test('births are told from the second look on', () => {
    const dir = procDir({ processes });
    const sampler = createSampler(openKernel(dir.root));
    const first = sampler.look(wants());
    expect([first.births, first.interval]).toEqual([[], undefined]);
    dir.add({ pid: 9 });
    const second = sampler.look(wants());
    expect(second.births.map(({ pid }) => pid)).toEqual([9]);
    expect(second.interval).toBeGreaterThanOrEqual(0);
    expect(second.version).toBe(first.version + 1);
  });

  test('only what is asked for is read', () => {
    const asked: string[] = [];
    const real = openKernel(procDir({ processes }).root);
    const sampler = createSampler({ ...real, read: (path) => (asked.push(path), real.read(path)) });
    sampler.look(wants({ all: [], visible: [], portBudgetMs: 0 }));
    expect(asked).toContain('8/stat');
    expect(asked.filter((path) => /^\d+\/(cmdline|io|statm|oom_score|wchan)$/.test(path))).toEqual([]);
    const seen = sampler.look(
      wants({ all: [], shown: ['io', 'cmdline'], visible: [{ pid: 8, starttime: 1008 }] }),
    );
    expect(asked.filter((path) => /\/(cmdline|io)$/.test(path)).sort()).toEqual(['8/cmdline', '8/io']);
    expect(seen.procs.get(8)).toMatchObject({ ioRead: 0, ioWrite: 0 });
    expect(seen.procs.get(7)).toMatchObject({ ioRead: undefined, cmdline: undefined });
  });
});
