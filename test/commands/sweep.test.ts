// `slotop sweep` from the outside: who is gone, who isn't, and what it says about it.
import { describe, expect, test } from 'vitest';
import { isAlive, processesWhere, sameProcess, waitUntil } from '../support/identity.ts';
import { adopt, isRoot, NOBODY, startProcess } from '../support/liveProcess.ts';
import { python, spawnGroup, spawnIdle, spawnStopped, spawnTree, spawnZombie } from '../support/procs.ts';
import { openTerminal } from '../support/terminal.ts';
import { buildsCli, cliFile, slotop, slotopJson } from './runCli.ts';

buildsCli();

interface ReportDocument {
  readonly action: string;
  readonly signal: string;
  readonly targets: readonly {
    readonly pid: number;
    readonly outcome: string | null;
    readonly detail: string | null;
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly passes: number;
  readonly elapsedMs: number;
  readonly slots: { readonly before: number; readonly after: number };
  readonly respawned: readonly { readonly pid: number; readonly comm: string; readonly ppid: number }[];
}

let names = 0;
const newName = (): string => `sw${process.pid}-${++names}`;

describe('a group', () => {
  test('is gone, also its stopped ones; a name that only begins so is not', async () => {
    const name = newName();
    const group = await spawnGroup(name, 5);
    process.kill(group[0]?.pid ?? 0, 'SIGSTOP');
    const [longer] = await spawnGroup(`${name}x`, 1);
    const report = await slotopJson<ReportDocument>(['sweep', name]);
    expect(report).toMatchObject({ action: 'sweep', signal: 'KILL', respawned: [] });
    expect(report.counts).toMatchObject({ matched: 5, killed: 5 });
    expect(report.passes).toBeGreaterThanOrEqual(10); // five clean ones of each kind
    expect(group.some(isAlive)).toBe(false);
    expect(longer !== undefined && sameProcess(longer)?.state).toBe('S');
  });

  test('a tree, less what --exclude names', async () => {
    const tree = await spawnTree([2, 2], { name: newName() });
    const spared = tree.levels[1]?.[0];
    if (spared === undefined) throw new Error('a tree without children');
    const { code, stdout } = await slotop([
      'sweep',
      String(tree.pid),
      '--tree',
      '--exclude',
      `pid:${spared.pid}`,
    ]);
    expect(stdout).toMatch(/sweep pid \d+: 6 sent, 6 gone, 0 denied/);
    expect(code).toBe(0);
    // Without its parent the spared one reads the end of its input, and may have ended by itself.
    expect(stdout).not.toMatch(new RegExp(`^ *${spared.pid} `, 'm'));
    for (const member of tree.all) if (member.pid !== spared.pid) expect(isAlive(member)).toBe(false);
  });

  test('in a dry run, by --read-only, and where there is nobody, nothing happens', async () => {
    const idle = await spawnIdle();
    const pid = String(idle.pid);
    const dry = await slotopJson<ReportDocument>(['sweep', pid, '--dry-run']);
    expect(dry.targets).toMatchObject([{ pid: idle.pid, outcome: null }]);
    const barred = await slotop(['--read-only', 'sweep', pid]);
    expect([barred.code, barred.stderr]).toEqual([4, 'slotop: sweep: read-only: no signals are sent\n']);
    expect(sameProcess(idle)?.state).toBe('S');
    expect((await slotop(['sweep', newName()])).code).toBe(1);
  });

  test('what protects slotop is spared: 1, its ancestors', async () => {
    const { code, stdout } = await slotop(['sweep', String(process.pid), '1']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/refused .*ancestor of slotop/);
    expect(stdout).toMatch(/refused .*init/);
  });

  test.skipIf(!isRoot).each([
    [['signal', 'KILL'], 'killed'],
    [['signal', 'STOP'], 'stopped'],
    [['kill'], 'killed'],
    [['sweep'], 'killed'],
  ] as const)(
    '%j of a group half of which is root’s: the rest is done, and what root could do is said (needs root)',
    async (command, done) => {
      const name = newName();
      await spawnGroup(name, 2);
      await spawnGroup(name, 2, { uid: NOBODY });
      const { code, stdout } = await slotop([...command, name], { uid: NOBODY });
      expect(code).toBe(4);
      expect(stdout.match(new RegExp(`\\(nobody, by comm\\) ${done}`, 'g'))).toHaveLength(2);
      expect(stdout.match(/\(root, by comm\) denied \(not permitted; owner root\)/g)).toHaveLength(2);
      expect(stdout).toContain(
        `2 denied, they belong to root; as root: exec sudo slotop ${command.join(' ')} ${name}\n`,
      );
    },
  );

  test.skipIf(!isRoot || python === undefined)(
    'a survivor weighs more than the denied: exit 3 (needs root)',
    async () => {
      const zombie = await spawnZombie({ uid: NOBODY });
      const theirs = await spawnIdle();
      for (const command of [['signal', 'KILL'], ['kill'], ['sweep']]) {
        const words = [...command, String(zombie.pid), String(theirs.pid)];
        const { code, stdout } = await slotop(words, { uid: NOBODY });
        expect(stdout).toContain('1 alive (state Z), 1 denied');
        expect(code).toBe(3);
      }
    },
  );

  test.skipIf(!isRoot)(
    'half of it somebody else’s: the rest is done, and the owner is named (needs root)',
    async () => {
      const name = newName();
      const roots = await spawnGroup(name, 2);
      const theirs = await spawnGroup(name, 3, { uid: NOBODY });
      const report = await slotop(['sweep', name, '--json'], { uid: NOBODY });
      expect(report.code).toBe(4);
      const { counts, targets } = JSON.parse(report.stdout) as ReportDocument;
      expect(counts).toMatchObject({ matched: 5, killed: 3, denied: 2 });
      expect(targets.find(({ outcome }) => outcome === 'denied')?.detail).toContain('root');
      expect(theirs.some(isAlive)).toBe(false);
      for (const one of roots) expect(sameProcess(one)?.state).toBe('S');
    },
  );

  test.skipIf(python === undefined)('a zombie survives, and whose child it is is said', async () => {
    const zombie = await spawnZombie();
    const { code, stdout } = await slotop(['sweep', String(zombie.pid)]);
    expect(stdout).toMatch(
      new RegExp(`survived \\(state Z\\): zombie: .*\\(${zombie.parent.pid}\\) has not reaped it`),
    );
    expect(code).toBe(3);
  });
});

describe('one that is started again', () => {
  /** A shell that keeps a copy of sleep of that name running. */
  async function keeper(name: string) {
    const shell = await startProcess('/bin/sh');
    // A background list reads /dev/null, so the workers wait at a copy of the pipe.
    shell.child.stdin.write(
      `exec 3<&0; while :; do (printf ${name} >/proc/self/comm; read -r x <&3); done & echo $!\n`,
    );
    const loop = adopt(Number(await shell.line()));
    const workers = () => processesWhere(({ comm, ppid }) => comm === name && ppid === loop.pid);
    await waitUntil(() => workers().length > 0, 'a worker');
    return { loop, workers };
  }

  test('is reported with who starts it and what stops that: exit 5', async () => {
    const name = newName().slice(0, 15);
    const { loop, workers } = await keeper(name);
    const { code, stdout, stderr } = await slotop(['sweep', name]);
    expect([code, stderr]).toEqual([5, '']);
    expect(stdout).toMatch(new RegExp(`respawned, started by sh \\(${loop.pid}, shell loop\\)`));
    expect(isAlive(loop)).toBe(true);
    for (const worker of workers()) adopt(worker.pid);
  });

  test('stays gone --with-respawner', async () => {
    const name = newName().slice(0, 15);
    const { loop, workers } = await keeper(name);
    const report = await slotopJson<ReportDocument>(['sweep', name, '--with-respawner']);
    expect(report.respawned).toEqual([]);
    expect(isAlive(loop)).toBe(false);
    expect(workers()).toEqual([]);
  });
});

describe('with a terminal', () => {
  test('it asks, shows how far it is, and Ctrl-C breaks it off: what was stopped runs on', async () => {
    const name = newName();
    const group = await spawnGroup(name, 3);
    const stopped = await spawnStopped();
    const terminal = openTerminal({ command: process.execPath, args: [cliFile(), 'sweep', name] });
    await terminal.waitFor('[y/N]');
    terminal.type('n\n');
    expect((await terminal.exit).exitCode).toBe(3);
    expect(group.every(isAlive)).toBe(true);

    const again = openTerminal({ command: process.execPath, args: [cliFile(), 'sweep', name, '--yes'] });
    await again.waitFor('watching who comes back');
    again.press('Ctrl-C');
    await again.waitFor('3 gone');
    expect((await again.exit).exitCode).toBe(0);
    expect(group.some(isAlive)).toBe(false);
    expect(sameProcess(stopped)?.state).toBe('T');
  });

  test.each(['Ctrl-C', 'Ctrl-C twice', 'SIGTERM', 'SIGQUIT'] as const)(
    '%s while it freezes: everybody runs again',
    async (how) => {
      const name = newName();
      const group = await spawnGroup(name, 40);
      const terminal = openTerminal({ command: process.execPath, args: [cliFile(), 'sweep', name, '--yes'] });
      await waitUntil(() => group.some((one) => sameProcess(one)?.state === 'T'), 'it freezes', 5000);
      if (how === 'SIGTERM' || how === 'SIGQUIT') process.kill(terminal.pid, how);
      else terminal.press('Ctrl-C', ...(how === 'Ctrl-C' ? [] : (['Ctrl-C'] as const)));
      expect((await terminal.exit).exitCode).toBe(3);
      expect(terminal.lines().join('\n')).toContain('40 alive');
      for (const one of group) expect(sameProcess(one)?.state).toBe('S');
    },
  );
});
