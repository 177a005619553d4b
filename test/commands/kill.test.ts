// `slotop kill` from the outside: what is left in /proc, how long it took, and what it says.
import { describe, expect, test } from 'vitest';
import { isAlive, processesWhere, sameProcess, waitUntil } from '../support/identity.ts';
import { adopt, isRoot, NOBODY, startProcess, type Started } from '../support/liveProcess.ts';
import { python, spawnGroup, spawnIdle, spawnStopped, spawnZombie } from '../support/procs.ts';
import { openTerminal } from '../support/terminal.ts';
import { buildsCli, cliFile, slotop, slotopJson } from './runCli.ts';

buildsCli();

interface ReportDocument {
  readonly action: string;
  readonly signal: string;
  readonly targets: readonly {
    readonly outcome: string;
    readonly state: string | null;
    readonly detail: string | null;
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  readonly respawned: readonly Readonly<Record<string, unknown>>[];
}

let names = 0;
const newName = (): string => `kt${process.pid}-${++names}`;

/** A shell that refuses SIGTERM. */
async function spawnStubborn(): Promise<Started> {
  const stubborn = await startProcess('/bin/sh', ['-c', 'trap "" TERM; echo ready; read x']);
  await stubborn.line();
  return stubborn;
}

test('a group that goes by SIGTERM is gone at once, and --wait is not waited out', async () => {
  const group = await spawnGroup(newName(), 5);
  const [first] = group;
  const name = first === undefined ? '' : (sameProcess(first)?.comm ?? '');
  const { code, stdout, stderr } = await slotop(['kill', name, '--wait', '1m']);
  expect(stdout).toContain(`kill ${name}: 5 sent, 5 gone, 0 denied`);
  expect([code, stderr]).toEqual([0, '']);
  expect(group.some(isAlive)).toBe(false);
});

test('SIGKILL comes after the wait, and not before', async () => {
  const stubborn = await spawnStubborn();
  const stopped = await spawnStopped();
  const report = await slotopJson<ReportDocument>([
    'kill',
    String(stubborn.pid),
    String(stopped.pid),
    '--wait',
    '700ms',
  ]);
  expect(report).toMatchObject({ action: 'kill', signal: 'TERM', counts: { matched: 2, killed: 2 } });
  expect(report.elapsedMs).toBeGreaterThanOrEqual(700);
  expect(report.elapsedMs).toBeLessThan(4000);
  expect(report.targets.map(({ detail }) => detail)).toContain('SIGTERM did not end it, SIGKILL did');
  expect([stubborn, stopped].some(isAlive)).toBe(false);
});

test('a tree, less what --exclude names', async () => {
  const root = await startProcess('/bin/sh', ['-c', 'sleep 1000 & sleep 1000 & wait']);
  const children = await waitUntil(() => {
    const found = processesWhere(({ ppid, comm }) => ppid === root.pid && comm === 'sleep');
    return found.length === 2 && found;
  }, 'two children');
  const [spared, other] = children.map(({ pid }) => adopt(pid));
  if (spared === undefined || other === undefined) throw new Error('no children');
  const { targets } = await slotopJson<ReportDocument>([
    ...['kill', String(root.pid), '--tree', '--exclude', `pid:${spared.pid}`],
  ]);
  expect(targets).toHaveLength(2);
  // Orphans are reaped by the machine's pid 1 when it finds the time: until then they are zombies, and said to be.
  for (const { outcome, state } of targets)
    expect(outcome === 'survived' ? state : outcome).toMatch(/killed|Z/);
  expect([root, other, spared].map(isAlive)).toEqual([false, false, true]);
});

test('what comes back is named with who started it, and the exit code is 5', async () => {
  const loop = await startProcess('/bin/sh', ['-c', 'while :; do sleep 1234; done']);
  const child = await waitUntil(
    () => processesWhere(({ ppid, comm }) => ppid === loop.pid && comm === 'sleep')[0],
    'the loop starts its child',
  );
  const { code, stdout } = await slotop(['kill', String(child.pid)]);
  const [again] = processesWhere(({ ppid }) => ppid === loop.pid);
  expect(stdout).toContain(
    `${again?.pid} sleep respawned, started by sh (${loop.pid}, shell loop): slotop sweep ${loop.pid} --tree`,
  );
  expect(code).toBe(5);

  const report = await slotopJson<ReportDocument>(['signal', 'KILL', 'ppid:' + loop.pid]);
  expect(report.counts).toMatchObject({ killed: 1 });
  const json = await slotopJson<ReportDocument>(['kill', 'ppid:' + loop.pid]);
  expect(json.respawned.map((one) => Object.keys(one))).toEqual([['pid', 'comm', 'ppid', 'unit']]);
  expect(json.respawned).toMatchObject([{ comm: 'sleep', ppid: loop.pid, unit: null }]);
  await loop.stop();
  await slotop(['kill', `~sleep 1234`]);
});

test.skipIf(python === undefined)(
  'a zombie survives, with its parent named, and is not waited for',
  async () => {
    const zombie = await spawnZombie();
    const { code, stdout } = await slotop(['kill', String(zombie.pid), '--wait', '1h']);
    expect(stdout).toContain(`zombie: python`);
    expect(stdout).toContain(`(${zombie.parent.pid}) has not reaped it`);
    expect(code).toBe(3);
  },
);

test.skipIf(!isRoot)('what belongs to others is denied, with the owner; the rest is done', async () => {
  const theirs = await spawnIdle();
  const mine = await spawnIdle({ uid: NOBODY });
  const args = ['kill', String(theirs.pid), String(mine.pid)];
  const { code, stdout } = await slotop(args, { uid: NOBODY });
  expect(stdout).toMatch(new RegExp(`${theirs.pid} .* denied .*owner root`));
  expect(code).toBe(4);
  expect([isAlive(theirs), isAlive(mine)]).toEqual([true, false]);
});

describe('nothing is sent', () => {
  test('in a dry run, by --read-only, when there is nobody', async () => {
    const idle = await spawnIdle();
    const pid = String(idle.pid);
    const dry = await slotop(['kill', pid, '--dry-run']);
    expect(dry.stdout).toContain(`kill pid ${pid}: 1 process, 1 slot, 0 protected`);
    const barred = await slotop(['--read-only', 'kill', pid]);
    expect([barred.code, barred.stderr]).toEqual([4, 'slotop: kill: read-only: no signals are sent\n']);
    expect(isAlive(idle)).toBe(true);
    const nobody = await slotop(['kill', newName()]);
    expect(nobody.code).toBe(1);
  });

  test.each([
    [['kill'], 'to whom?'],
    [['kill', '0'], 'not a pid'],
    [['kill', '-1'], 'not a pid'],
    [['kill', '5', '--wait', 'soon'], 'not a time'],
    [['kill', '-9', '5'], 'a signal has no dash here: slotop signal KILL PID'],
    [['kill', '5', '--wait', '-1s'], 'is written --wait=VALUE'],
    [['kill', '5', '--wait=-1s'], 'not a time'],
    [['kill', '5', '--wait', ''], "--wait '': not a time"],
    [['kill', ''], 'empty'],
    [['kill', ':99999'], 'not a port'],
    [['kill', '~('], 'not a regular expression'],
    [['kill', '5', '--wait', '2h'], 'not a time'],
  ])('%j is a slip', async (args, why) => {
    const { code, stdout, stderr } = await slotop(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^slotop: .*\n$/);
    expect(stderr).toContain(why);
  });
});

test('on a terminal the countdown is seen, and is gone when the report comes', async () => {
  const stubborn = await spawnStubborn();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile(), 'kill', String(stubborn.pid), '--wait', '1500ms'],
  });
  await terminal.waitFor(/SIGTERM sent; 1 left; SIGKILL in 1\.\d s/);
  await terminal.waitFor(/1 sent, 1 gone/);
  expect(terminal.lines().join('\n')).not.toContain('SIGKILL in');
  expect(isAlive(stubborn)).toBe(false);
});

test('Ctrl-C breaks the wait off: no SIGKILL is sent, and the report tells who is left', async () => {
  const stubborn = await spawnStubborn();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile(), 'kill', String(stubborn.pid), '--wait', '1h'],
  });
  await terminal.waitFor('SIGKILL in');
  terminal.press('Ctrl-C');
  expect((await terminal.exit).exitCode).toBe(3);
  expect(terminal.lines().join(' ')).toContain('interrupted: SIGTERM was sent');
  expect(isAlive(stubborn)).toBe(true);
});
