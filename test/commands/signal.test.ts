// `slotop signal` from the outside: what is left in /proc, and what it says about it.
import { describe, expect, test } from 'vitest';
import { isAlive, sameProcess, waitUntil } from '../support/identity.ts';
import { isRoot, NOBODY } from '../support/liveProcess.ts';
import { python, spawnGroup, spawnIdle, spawnStopped, spawnTree, spawnZombie } from '../support/procs.ts';
import { spawnServer } from '../support/servers.ts';
import { openTerminal } from '../support/terminal.ts';
import { buildsCli, cliFile, slotop, slotopJson } from './runCli.ts';

buildsCli();

interface ReportDocument {
  readonly action: string;
  readonly signal: string;
  readonly targets: readonly {
    readonly pid: number;
    readonly matched: string;
    readonly outcome: string | null;
    readonly state: string | null;
    readonly detail: string | null;
  }[];
  readonly counts: Readonly<Record<string, number>>;
}

let names = 0;
const newName = (): string => `st${process.pid}-${++names}`;

describe('who is hit', () => {
  test('a pid', async () => {
    const [one, other] = [await spawnIdle(), await spawnIdle()];
    const { code, stdout } = await slotop(['signal', 'KILL', String(one.pid)]);
    expect(stdout).toContain(`KILL pid ${one.pid}: 1 sent, 1 gone, 0 denied`);
    expect(code).toBe(0);
    expect(isAlive(one)).toBe(false);
    expect(isAlive(other)).toBe(true);
  });

  test('everything of exactly that name, and nothing whose name only begins so', async () => {
    const name = newName();
    const group = await spawnGroup(name, 4);
    const [longer] = await spawnGroup(`${name}x`, 1);
    const report = await slotopJson<ReportDocument>(['signal', '9', name]);
    expect(report.counts).toMatchObject({ matched: 4, killed: 4 });
    expect(report.signal).toBe('KILL');
    expect(group.some(isAlive)).toBe(false);
    expect(longer !== undefined && isAlive(longer)).toBe(true);
  });

  test('a tree, less what --exclude names', async () => {
    const tree = await spawnTree([2, 2], { name: newName() });
    const spared = tree.levels[1]?.[0];
    if (spared === undefined) throw new Error('a tree without children');
    const args = ['signal', 'STOP', String(tree.pid), '--tree', '--exclude', `pid:${spared.pid}`];
    expect((await slotopJson<ReportDocument>(args)).counts).toMatchObject({ matched: 6, stopped: 6 });
    for (const member of tree.all) {
      expect(sameProcess(member)?.state === 'T').toBe(member.pid !== spared.pid);
    }
  });

  test.skipIf(python === undefined)('every holder of a port', async () => {
    const server = await spawnServer('prefork');
    const { port } = server;
    const report = await slotopJson<ReportDocument>(['signal', 'STOP', `:${port}`]);
    expect(report.counts).toMatchObject({ matched: 5, stopped: 5 });
    expect(new Set(report.targets.map(({ matched }) => matched))).toEqual(new Set([`port ${port}`]));
  });

  test('nobody in a dry run, by --read-only, or when there is nobody', async () => {
    const idle = await spawnIdle();
    const pid = String(idle.pid);
    const dry = await slotopJson<ReportDocument>(['signal', 'KILL', pid, '--dry-run']);
    expect(dry.targets).toMatchObject([{ pid: idle.pid, outcome: null }]);
    const barred = await slotop(['--read-only', 'signal', 'KILL', pid]);
    expect([barred.code, barred.stderr]).toEqual([4, 'slotop: signal: read-only: no signals are sent\n']);
    expect(isAlive(idle)).toBe(true);
    await idle.stop();
    const late = await slotop(['signal', 'KILL', pid]);
    expect([late.code, late.stderr]).toEqual([1, `slotop: ${pid}: nothing matches\n`]);
  });
});

describe('who is spared', () => {
  test('init, with the reason', async () => {
    const { code, stdout } = await slotop(['signal', 'CONT', '1']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/1 .* refused .*: init/);
  });

  test('an ancestor, also with --force-protected and others beside it', async () => {
    const idle = await spawnIdle();
    const both = ['signal', 'CONT', String(process.pid), String(idle.pid)];
    const report = await slotopJson<ReportDocument>([...both, '--force-protected', String(process.pid)]);
    const ours = report.targets.find(({ pid }) => pid === process.pid);
    expect(ours?.outcome).toBe('refused');
    expect(ours?.detail).toContain('ancestor');
    expect(report.counts).toMatchObject({ refused: 1, signalled: 1 });
  });

  test('--force-protected hits a protected process alone', async () => {
    const args = ['signal', 'CONT', String(process.pid)]; // CONT to the running test runner changes nothing
    expect((await slotopJson<ReportDocument>(args)).counts).toMatchObject({ refused: 1, signalled: 0 });
    const forced = [...args, '--force-protected', String(process.pid)];
    expect((await slotopJson<ReportDocument>(forced)).counts).toMatchObject({ refused: 0, signalled: 1 });
  });

  test('a job of our own shell is hit alone and by force only, never in a group', async () => {
    const name = newName();
    const [job, other] = await spawnGroup(name, 2);
    if (job === undefined || other === undefined) throw new Error('no group');
    const send = (...args: string[]) =>
      slotopJson<ReportDocument>(['signal', 'STOP', ...args], { sameSession: true });
    const force = ['--force-protected', String(job.pid)];

    const refused = (await send(name, ...force)).targets;
    expect(refused).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect(refused[0]?.detail).toMatch(/in the (process group|session) of slotop/);
    expect((await send(String(job.pid))).counts).toMatchObject({ refused: 1, stopped: 0 });
    expect(sameProcess(job)?.state).not.toBe('T');

    expect((await send(...force)).counts).toMatchObject({ refused: 0, stopped: 1 });
    expect([sameProcess(job)?.state, sameProcess(other)?.state]).toEqual(['T', 'S']);
  });

  test.skipIf(!isRoot)(
    'what belongs to others: EPERM is counted, and the rest is hit all the same',
    async () => {
      const name = newName();
      const [roots] = await spawnGroup(name, 1);
      const theirs = await spawnGroup(name, 2, { uid: NOBODY });
      const { code, stdout, stderr } = await slotop(['signal', 'KILL', name, '--json'], { uid: NOBODY });
      expect(stderr).toBe('');
      const report = JSON.parse(stdout) as ReportDocument;
      expect(report.counts).toMatchObject({ matched: 3, killed: 2, denied: 1 });
      expect(report.targets.find(({ outcome }) => outcome === 'denied')?.detail).toContain('root');
      expect(code).toBe(4);
      expect(theirs.some(isAlive)).toBe(false);
      expect(roots !== undefined && isAlive(roots)).toBe(true);
    },
  );
});

describe('what became of them', () => {
  test('a stopped process ends by TERM', async () => {
    const stopped = await spawnStopped();
    expect((await slotop(['signal', 'TERM', String(stopped.pid)])).code).toBe(0);
    await waitUntil(() => !isAlive(stopped), 'it ends');
  });

  test.skipIf(python === undefined)('a zombie survived', async () => {
    const zombie = await spawnZombie();
    const { code, stdout } = await slotop(['signal', 'KILL', String(zombie.pid)]);
    expect(stdout).toMatch(/survived \(state Z\): zombie: .*has not reaped it/);
    expect(code).toBe(3);
  });

  test('--quiet says nothing', async () => {
    const idle = await spawnIdle();
    expect(await slotop(['signal', 'KILL', String(idle.pid), '--quiet'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});

describe('with a terminal', () => {
  async function asked(answer: string): Promise<{ code: number; alive: number; screen: string }> {
    const name = newName();
    const group = await spawnGroup(name, 3);
    const terminal = openTerminal({ command: process.execPath, args: [cliFile(), 'signal', 'KILL', name] });
    await terminal.waitFor('[y/N]');
    expect(group.filter(isAlive)).toHaveLength(3);
    terminal.type(answer);
    terminal.press('Enter');
    const { exitCode } = await terminal.exit;
    return { code: exitCode, alive: group.filter(isAlive).length, screen: terminal.lines().join('\n') };
  }

  test('the plan is shown and a yes is asked for', async () => {
    expect(await asked('y')).toMatchObject({ code: 0, alive: 0 });
  });

  test('anything else sends nothing', async () => {
    const { code, alive, screen } = await asked('yikes');
    expect([code, alive]).toEqual([3, 3]);
    expect(screen).toContain('nothing was sent');
  });

  test('--yes does not ask', async () => {
    const name = newName();
    const group = await spawnGroup(name, 3);
    const terminal = openTerminal({
      command: process.execPath,
      args: [cliFile(), 'signal', 'KILL', name, '--yes'],
    });
    expect((await terminal.exit).exitCode).toBe(0);
    expect(group.some(isAlive)).toBe(false);
  });
});
