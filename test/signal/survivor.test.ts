// Why a process is still there: each kind made for real, and what slotop says of it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { cgroupMounts } from '../../src/proc/mounts.ts';
import { deliver } from '../../src/signal/deliver.ts';
import type { TargetReport } from '../../src/types.ts';
import { owned } from '../support/cleanup.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';
import {
  identityOf,
  isAlive,
  processesWhere,
  sameProcess,
  signalExactly,
  waitUntil,
} from '../support/identity.ts';
import { adopt, findProgram, isRoot, startProcess, type TestProcess } from '../support/liveProcess.ts';
import { python, spawnIdle, spawnStopped, spawnZombie, startActor } from '../support/procs.ts';
import { aPlan } from './aPlan.ts';

const kernel = openKernel();
const unshare = findProgram('unshare');
const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'), 'freezer');

function sent(
  signal: string,
  { pid, starttime }: { readonly pid: number; readonly starttime: number },
): TargetReport {
  const [report] = deliver(kernel, aPlan('signal', signal, [{ pid, starttime }])).targets;
  if (report === undefined) throw new Error('no report');
  return report;
}

describe.skipIf(python === undefined)('a zombie', () => {
  test('its parent is named, with the command that ends that', async () => {
    const zombie = await spawnZombie();
    expect(sent('KILL', zombie).detail).toMatch(
      new RegExp(
        `^zombie: python\\S* \\(${zombie.parent.pid}\\) has not reaped it; its end does: slotop kill ${zombie.parent.pid}$`,
      ),
    );
  });

  test('whose parent is stopped needs that to be continued', async () => {
    const zombie = await spawnZombie();
    signalExactly(zombie.parent, 'SIGSTOP');
    await waitUntil(() => sameProcess(zombie.parent)?.state === 'T', 'stopped');
    expect(sent('KILL', zombie).detail).toContain(`being stopped: kill -CONT ${zombie.parent.pid}`);
    signalExactly(zombie.parent, 'SIGCONT');
  });

  test('that a tracer holds: the tracer is named, not the parent', async () => {
    const { pids } = await startActor(['traced_zombie']);
    const [zombie, tracer] = pids.map(identityOf);
    if (zombie === undefined || tracer === undefined) throw new Error('no tracer');
    await waitUntil(() => sameProcess(zombie)?.state === 'Z', 'a zombie');
    expect(sent('KILL', zombie).detail).toMatch(new RegExp(`\\(${tracer.pid}\\) traces it`));
  });
});

describe('one that lives', () => {
  test.skipIf(python === undefined)(
    'in the kernel: the signal is pending, and what it waits for is said',
    async () => {
      const { actor } = await startActor(['vfork']);
      await waitUntil(() => sameProcess(actor)?.state === 'D', 'it waits for its child');
      const { outcome, state, detail } = sent('STOP', actor);
      expect([outcome, state]).toEqual(['survived', 'D']);
      expect(detail).toMatch(/^SIGSTOP is pending: it waits in the kernel/);
      if (isRoot) expect(detail).toMatch(/, in \w+/);
      for (const { pid } of processesWhere(({ ppid }) => ppid === actor.pid)) adopt(pid);
      actor.child.stdin.end();
    },
  );

  test('says whether it ignores, handles or only has not got the signal', async () => {
    const ignores = await startProcess('/bin/sh', ['-c', 'trap "" TERM; echo; read x']);
    const handles = await startProcess('/bin/sh', ['-c', 'trap : TERM; echo; read x; read x; read x']);
    await ignores.line();
    await handles.line();
    expect(sent('TERM', ignores)).toMatchObject({ outcome: 'signalled', detail: 'it ignores SIGTERM' });
    expect(sent('TERM', handles)).toMatchObject({
      outcome: 'signalled',
      detail: 'it handles SIGTERM itself',
    });
    const stopped = await spawnStopped();
    expect(sent('USR1', stopped).detail).toBe('stopped: SIGUSR1 waits until it is continued');
  });

  test.skipIf(!isRoot || unshare === undefined)(
    'init of an inner pid namespace takes no SIGTERM',
    async () => {
      const outer = await startProcess(unshare ?? '', [
        '--pid',
        '--fork',
        '--kill-child',
        '/bin/sh',
        '-c',
        'echo; read x',
      ]);
      await outer.line();
      const [init] = processesWhere(({ ppid }) => ppid === outer.pid);
      if (init === undefined) throw new Error('no init');
      const { outcome, detail } = sent('TERM', init);
      expect([outcome, detail]).toEqual([
        'signalled',
        'it is init of its own pid namespace: SIGTERM does not end it, SIGKILL does',
      ]);
      expect(isAlive(init)).toBe(true);
    },
  );
});

/** A frozen group with that process in it, let go and removed with the test. */
function frozen(
  version: 1 | 2,
  one: TestProcess,
): { readonly path: string; readonly folder: string } | undefined {
  const point = mounts.find((mount) => mount.version === version)?.point;
  const name = `slotop-frozen-${process.pid}-${version}`;
  const folder = join(point ?? '/nowhere', name);
  const [file, freeze, thaw] =
    version === 1 ? ['freezer.state', 'FROZEN', 'THAWED'] : ['cgroup.freeze', '1', '0'];
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  const stopNow = (): void => {
    if (!existsSync(folder)) return;
    writeFileSync(join(folder, file), thaw);
    signalExactly(one, 'SIGKILL');
  };
  const stop = async (): Promise<void> => {
    stopNow();
    await waitUntil(() => {
      try {
        if (existsSync(folder)) rmdirSync(folder);
        return true;
      } catch {
        return false;
      }
    }, `${folder} is empty`);
  };
  owned({ stop, stopNow });
  writeFileSync(join(folder, 'cgroup.procs'), `${one.pid}\n`);
  writeFileSync(join(folder, file), freeze);
  return { path: `/${name}`, folder };
}

describe.skipIf(!isRoot)('in a frozen control group', () => {
  test('of v1 SIGKILL waits: the group is named, and the command given does thaw it', async ({ skip }) => {
    const idle = await spawnIdle();
    const group = frozen(1, idle) ?? skip('no v1 freezer');
    await waitUntil(() => sameProcess(idle)?.state === 'D', 'frozen');
    const { outcome, detail } = sent('KILL', idle);
    expect([outcome, detail]).toEqual([
      'survived',
      `its cgroup ${group.path} (v1) is frozen and SIGKILL waits; thaw it: echo THAWED > ${group.folder}/freezer.state`,
    ]);
    const shell = await startProcess('/bin/sh', ['-c', detail?.split('thaw it: ')[1] ?? '']);
    await waitUntil(() => !isAlive(idle), 'the command thaws it, and SIGKILL arrives');
    await shell.stop();
  });

  test('of v2 SIGSTOP waits, and SIGKILL does not', async ({ skip }) => {
    const idle = await spawnIdle();
    const group = frozen(2, idle) ?? skip('no v2 hierarchy');
    await waitUntil(
      () => readFileSync(join(group.folder, 'cgroup.events'), 'utf8').includes('frozen 1'),
      'frozen',
    );
    expect(sent('STOP', idle)).toMatchObject({
      outcome: 'survived',
      detail: `its cgroup ${group.path} (v2) is frozen and SIGSTOP waits; thaw it: echo 0 > ${group.folder}/cgroup.freeze`,
    });
    sent('KILL', idle);
    await waitUntil(() => !isAlive(idle), 'gone');
  });
});

describe('a frozen group of somebody who has a word for it', () => {
  const detailIn = (path: string, version: 1 | 2): string | null => {
    const type = version === 2 ? 'cgroup2 cgroup rw' : 'cgroup cgroup rw,freezer';
    const says = version === 2 ? 'cgroup.freeze' : 'freezer.self_freezing';
    const above = path.slice(0, path.lastIndexOf('/'));
    const fake = createFakeKernel({
      processes: [{ pid: 50, comm: 'web', state: 'D' }],
      files: {
        'self/mountinfo': `30 23 0:26 / /cg rw - ${type}\n`,
        '50/cgroup': version === 2 ? `0::${path}\n` : `4:freezer:${path}\n`,
        [`/cg${above}/${says}`]: '0\n',
        [`/cg${path}/${says}`]: '1\n',
      },
    });
    const id = { pid: 50, starttime: fake.processes.get(50)?.starttime ?? 0 };
    return deliver(fake, aPlan('signal', 'KILL', [id])).targets[0]?.detail ?? null;
  };
  const id = '0123456789ab'.padEnd(64, '0');

  test.each([
    [`/docker/${id}`, 1, 'docker unpause 0123456789ab'],
    [`/system.slice/docker-${id}.scope`, 2, 'docker unpause 0123456789ab'],
    ['/system.slice/web.service', 2, 'systemctl thaw web.service'],
    ['/jobs', 2, 'echo 0 > /cg/jobs/cgroup.freeze'],
  ] as const)('%s', (path, version, command) => {
    expect(detailIn(path, version)).toContain(`thaw it: ${command}`);
  });
});
