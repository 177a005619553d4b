// The action log as the command line writes it.
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, sameProcess } from '../support/identity.ts';
import { isRoot, NOBODY, tempFolder } from '../support/liveProcess.ts';
import { spawnGroup, spawnIdle } from '../support/procs.ts';
import { stateHome } from '../support/stateHome.ts';
import { buildsCli, slotop } from './runCli.ts';

buildsCli();

const linesOf = (state: string): Record<string, unknown>[] =>
  readFileSync(join(state, 'slotop', 'actions.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('signal: what was intended, and what became of each', async () => {
  const env = { XDG_STATE_HOME: stateHome() };
  const name = `log${process.pid}`;
  const group = await spawnGroup(name, 2);
  await slotop(['signal', 'STOP', name], { env });
  await slotop(['signal', 'KILL', name, '--dry-run'], { env });
  await slotop(['signal', 'KILL', String(group[0]?.pid)], { env });
  const [intent, first, second, killed, ...rest] = linesOf(env.XDG_STATE_HOME);
  expect(new Set(intent?.['intent'] as unknown[])).toEqual(
    new Set(group.map(({ pid, starttime }) => [pid, starttime])),
  );
  expect([first, second]).toMatchObject([
    { action: 'signal', signal: 'STOP', name, outcome: 'stopped' },
    { action: 'signal', signal: 'STOP', name, outcome: 'stopped' },
  ]);
  expect(killed).toMatchObject({ signal: 'KILL', pid: group[0]?.pid, starttime: group[0]?.starttime });
  expect(rest).toEqual([]);
});

test('signal: a log that cannot be written is one line of warning, and the signal leaves all the same', async () => {
  const idle = await spawnIdle();
  const { code, stdout, stderr } = await slotop(['signal', 'STOP', String(idle.pid)], {
    env: { XDG_STATE_HOME: '/proc/nowhere' },
  });
  expect([code, stderr]).toEqual([
    0,
    'slotop: action log /proc/nowhere/slotop/actions.jsonl: no such place\n',
  ]);
  expect(stdout).toContain('1 stopped');
  expect(sameProcess(idle)?.state).toBe('T');
});

test.skipIf(!isRoot)("root leaves another user's home alone", async () => {
  const home = tempFolder();
  const state = join(home, '.local', 'state', 'slotop');
  const env = { XDG_STATE_HOME: '', HOME: home };
  chownSync(home, NOBODY, NOBODY);
  const theirs = await spawnIdle({ uid: NOBODY });
  expect((await slotop(['signal', 'STOP', String(theirs.pid)], { env, uid: NOBODY })).stderr).toBe('');
  const lines = readFileSync(join(state, 'actions.jsonl'), 'utf8');
  const { code, stderr } = await slotop(['signal', 'KILL', String(theirs.pid)], { env });
  expect([code, stderr]).toEqual([
    0,
    `slotop: action log ${join(state, 'actions.jsonl')}: the folder is another user's\n`,
  ]);
  expect(isAlive(theirs)).toBe(false);
  expect(readFileSync(join(state, 'actions.jsonl'), 'utf8')).toBe(lines);
  expect(existsSync(join(state, 'actions.jsonl.1'))).toBe(false);
});
