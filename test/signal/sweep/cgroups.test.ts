// Control groups as a lever, on the real ones of this machine: used where all of a group is meant, and only there.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lookFor, planOf, type Order } from '../../../src/commands/order.ts';
import { openKernel, type Kernel } from '../../../src/kernel.ts';
import { cgroupMounts } from '../../../src/proc/mounts.ts';
import { signalNamed } from '../../../src/signal/signals.ts';
import { recruitsOf } from '../../../src/signal/sweep/recruits.ts';
import { sweepSteps } from '../../../src/signal/sweep/sweep.ts';
import type { Report } from '../../../src/types.ts';
import { owned } from '../../support/cleanup.ts';
import { isAlive, sameProcess, waitUntil } from '../../support/identity.ts';
import { findProgram, isRoot, startProcess, type TestProcess } from '../../support/liveProcess.ts';
import { filterOf } from './rig.ts';

const setsid = findProgram('setsid');
const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'), 'freezer');

/** A control group of our own; removed with the test, once its processes have left it. */
function makeGroup(version: 1 | 2): { readonly path: string; add(one: TestProcess): void } | undefined {
  const mount = mounts.find((one) => one.version === version);
  const folder = join(mount?.point ?? '/nowhere', `slotop-sweep-${process.pid}-${version}`);
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  const remove = (): boolean => {
    try {
      if (existsSync(folder)) rmdirSync(folder);
      return true;
    } catch {
      return false; // a zombie leaves a moment later
    }
  };
  owned({
    stop: async () => void (await waitUntil(remove, `${folder} is empty`)),
    stopNow: () => void remove(),
  });
  return { path: folder, add: ({ pid }) => writeFileSync(join(folder, 'cgroup.procs'), `${pid}\n`) };
}

/** In a session of its own: slotop, which is this very process here, protects its own session. */
const idle = (): Promise<TestProcess> => startProcess(setsid ?? '', ['/bin/sh']);

async function sweepPids(
  pids: readonly number[],
): Promise<{ report: Report; signals: number[]; writes: string[] }> {
  const real = openKernel();
  const signals: number[] = [];
  const writes: string[] = [];
  const kernel: Kernel = {
    ...real,
    kill(pid, signal) {
      signals.push(signal);
      return real.kill(pid, signal);
    },
    write(path, text) {
      if (path.includes('slotop-sweep-')) writes.push(text);
      return real.write(path, text);
    },
  };
  const targets = pids.map((pid) => filterOf(String(pid)));
  const order: Order = {
    action: 'sweep',
    signal: signalNamed('KILL'),
    targets,
    exclude: undefined,
    tree: false,
    forced: undefined,
  };
  const sample = lookFor(order, { kernel: () => kernel });
  const plan = planOf(order, sample, () => undefined);
  const recruits = targets.flatMap((target) => recruitsOf(target) ?? []);
  const steps = sweepSteps(kernel, { plan, sample, recruits, tree: false });
  // With turns of the event loop between: this process is the parent that has to reap.
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { report: step.value, signals, writes };
    await new Promise((resume) => setTimeout(resume, step.value.waitMs));
  }
}

const KILL = signalNamed('KILL').number;

describe.skipIf(!isRoot || setsid === undefined)('a control group (needs root)', () => {
  test.each([1, 2] as const)(
    'v%i, wholly meant: frozen, killed, let go, without a STOP to anybody',
    async (version) => {
      const group = makeGroup(version);
      if (group === undefined) return; // no such hierarchy here
      const members = await Promise.all([idle(), idle(), idle()]);
      members.forEach((one) => group.add(one));
      const { report, signals, writes } = await sweepPids(members.map(({ pid }) => pid));
      expect(report.counts).toMatchObject({ matched: 3, killed: 3 });
      expect(signals).toEqual([KILL, KILL, KILL]);
      expect(writes).toEqual(version === 1 ? ['FROZEN', 'THAWED'] : ['1', '0']);
      expect(members.some(isAlive)).toBe(false);
    },
  );

  test.each([1, 2] as const)('v%i, with somebody else in it: left alone', async (version) => {
    const group = makeGroup(version);
    if (group === undefined) return;
    const [member, other] = await Promise.all([idle(), idle()]);
    group.add(member);
    group.add(other);
    const { report, writes } = await sweepPids([member.pid]);
    expect(report.counts).toMatchObject({ matched: 1, killed: 1 });
    expect(writes).toEqual([]);
    expect(sameProcess(other)?.state).toBe('S');
  });
});
