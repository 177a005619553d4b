// Escalate, sweep and the stop debt from the keyboard: judged by what is left in /proc.
import { expect, test } from 'vitest';
import {
  identityOf,
  isAlive,
  processesWhere,
  sameProcess,
  signalExactly,
  waitUntil,
  type StatLine,
} from '../support/identity.ts';
import { spawnGroup, spawnNamed } from '../support/procs.ts';
import { cursorOn, openSlotop, rowOf, tableRows } from '../support/slotop.ts';
import { openTerminal } from '../support/terminal.ts';
import { adopt, startProcess, tempFolder, type TestProcess } from '../support/liveProcess.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reports of the UI go to a log file: one of the test's own. */
function state(): { readonly env: { readonly XDG_STATE_HOME: string }; readonly lines: () => string } {
  const folder = tempFolder();
  return {
    env: { XDG_STATE_HOME: folder },
    lines: () => readFileSync(join(folder, 'slotop/actions.jsonl'), 'utf8'),
  };
}

test('k E: SIGTERM, a countdown, SIGKILL to what ignores it', async () => {
  const { env } = state();
  const stubborn = await spawnNamed('procA');
  const terminal = await openSlotop({ filter: '=procA', env });
  await terminal.waitFor((lines) => rowOf(lines, stubborn.pid) !== undefined);
  // A stopped process does not die of SIGTERM by itself: the CONT that follows it is what lets it end.
  signalExactly(stubborn, 'SIGSTOP');
  await waitUntil(() => sameProcess(stubborn)?.state === 'T', 'stopped');
  terminal.press('k', 'E');
  await terminal.waitFor(/Report: [^]*killed 1/, 'the report', 15_000);
  expect(isAlive(stubborn)).toBe(false);
});

test('R sweeps the name group: nobody of it is left, nobody else is hit', async () => {
  const { env, lines } = state();
  const group = await spawnGroup('procB', 12);
  const other = await spawnNamed('procBother');
  const terminal = await openSlotop({ filter: '=procB', env, rows: 30 });
  await terminal.waitFor((screen) => tableRows(screen).length === 12);
  terminal.press('R');
  await terminal.waitFor(/group "procB"[^]*targets +12 processes[^]*Enter +SWEEP/);
  terminal.press('Enter');
  await terminal.waitFor(/Report: [^]*killed 12/, 'the report', 20_000);
  expect(group.some(isAlive)).toBe(false);
  expect(sameProcess(other)?.state).toBe('S');
  expect(
    lines()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { outcome?: string })
      .filter(({ outcome }) => outcome === 'killed'),
  ).toHaveLength(12);
});

test('what slotop stopped is counted, asked about on quit, and continued', async () => {
  const { env } = state();
  const idle = await spawnNamed('procC');
  const terminal = await openSlotop({ filter: '=procC', env });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'S');
  await terminal.waitFor(/stopped 1/);
  terminal.press('Enter');
  await terminal.waitFor(/1 stopped by slotop/);
  terminal.press('D');
  await waitUntil(() => sameProcess(idle)?.state === 'S', 'continued by D');
  await terminal.waitFor(/Report: [^]*signalled 1/);
  terminal.press('Enter', 'k', 'S');
  await terminal.waitFor(/Report: [^]*stopped 1/);
  terminal.press('Enter', 'q');
  await terminal.waitFor(/1 process that slotop stopped is still stopped/);
  terminal.press('c');
  expect((await terminal.exit).exitCode).toBe(0);
  await waitUntil(() => sameProcess(idle)?.state === 'S', 'continued on the way out');
});

test('left stopped on purpose: the shell is told the command that continues them', async () => {
  const { env } = state();
  const idle = await spawnNamed('procD');
  const terminal = await openSlotop({ filter: '=procD', env });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'S');
  await terminal.waitFor(/stopped 1/);
  terminal.press('Enter', 'q', 'q');
  await terminal.exit;
  expect(terminal.lines().join('\n')).toContain(`kill -CONT ${idle.pid}`);
  expect(sameProcess(idle)?.state).toBe('T');
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s to slotop continues what it stopped', async (signal) => {
  const { env } = state();
  const idle = await spawnNamed('procE');
  const terminal = await openSlotop({ filter: '=procE', env });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'S');
  await terminal.waitFor(/stopped 1/);
  signalExactly(identityOf(terminal.pid), signal);
  await terminal.exit;
  expect(terminal.buffer).toBe('normal');
  await waitUntil(() => sameProcess(idle)?.state === 'S', 'continued');
});

test('after SIGKILL of slotop the action log still tells who is stopped', async () => {
  const { env, lines } = state();
  const idle = await spawnNamed('procF');
  const terminal = await openSlotop({ filter: '=procF', env });
  await terminal.waitFor((screen) => rowOf(screen, idle.pid) !== undefined);
  terminal.press('k', 'S');
  await terminal.waitFor(/stopped 1/);
  signalExactly(identityOf(terminal.pid), 'SIGKILL');
  await terminal.exit;
  expect(lines()).toContain(`[[${idle.pid},${idle.starttime}]]`);
  const next = await openSlotop({ filter: '=procF', env, cols: 120 });
  await next.waitFor(new RegExp(`stopped by an earlier slotop: 1 process .kill -CONT ${idle.pid}`));
});

test('a protected process is hit only alone and by typing its name', async () => {
  const { env } = state();
  const shell = openTerminal({ command: '/bin/sh', env: { ...env, PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  shell.type(`/bin/sh -c 'read x' </dev/tty & slept=$!; ${process.cwd()}/bin/slotop pid:$slept\r`);
  await shell.waitFor(/^F1Help/m);
  shell.press('k');
  await shell.waitFor(/name was typed[^]*is spared: in the session/);
  shell.press('K');
  await shell.waitFor(/nobody in this scope may be signalled/);
  shell.press('!');
  await shell.waitFor(/Its name, to hit it all the same: _/);
  shell.type('nonsense\r');
  await shell.waitFor(/not its name/);
  shell.press('Ctrl-U');
  shell.type('sh\r');
  await shell.waitFor(/targets +1 process:/);
  shell.press('K');
  await shell.waitFor(/Report: [^]*matched: /);
  expect(shell.lines().join('\n')).toMatch(/killed 1|survived 1/); // its shell may not have reaped it yet
});

test('Esc ends a sweep after the pass in hand', async () => {
  const { env } = state();
  const idle = await spawnNamed('procG');
  const terminal = await openSlotop({ filter: '=procG', env });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'W', 'Esc');
  await terminal.waitFor(/Report: /, 'the report', 15_000);
  await waitUntil(() => sameProcess(idle)?.state !== 'T', 'nobody is left stopped');
  expect(terminal.lines().join('\n')).not.toMatch(cursorOn(1));
});

/** A shell that keeps one process of that name running, as a supervisor of four lines does. */
async function keeper(name: string): Promise<{ readonly loop: TestProcess; workers(): StatLine[] }> {
  const shell = await startProcess('/bin/sh');
  // A background list reads /dev/null, so the workers wait at a copy of the pipe.
  shell.child.stdin.write(
    `exec 3<&0; while :; do (printf ${name} >/proc/self/comm; read -r x <&3); done & echo $!\n`,
  );
  const loop = adopt(Number(await shell.line()));
  const workers = (): StatLine[] => processesWhere(({ comm, ppid }) => comm === name && ppid === loop.pid);
  await waitUntil(() => workers().length > 0, 'a worker');
  return { loop, workers };
}

test('k r W: the sweep takes in who brings them back', async () => {
  const { env } = state();
  const { loop, workers } = await keeper('procH');
  const other = await spawnNamed('procHother');
  const terminal = await openSlotop({ filter: 'procH', env, rows: 30 });
  await terminal.waitFor((lines) => rowOf(lines, workers()[0]?.pid ?? 0) !== undefined);
  terminal.type(`${workers()[0]?.pid}`);
  terminal.press('k', 'g');
  await terminal.waitFor(/group "procH"[^]*\[r\]espawner too: no/);
  terminal.press('r');
  await terminal.waitFor(/\[r\]espawner too: YES/);
  terminal.press('W');
  await terminal.waitFor(/Report: [^]*killed [^]*sh/, 'the report', 20_000);
  await waitUntil(() => !isAlive(loop), 'who brought them back is gone');
  expect(workers()).toEqual([]);
  expect(terminal.lines().join('\n')).not.toContain('! back');
  expect(sameProcess(other)?.state).toBe('S');
});

test('r in a report that says respawned: swept again with who brings them back, after a look at the plan', async () => {
  const { env } = state();
  const { loop, workers } = await keeper('procI');
  const terminal = await openSlotop({ filter: 'procI', env, rows: 30, cols: 110 });
  await terminal.waitFor((lines) => rowOf(lines, workers()[0]?.pid ?? 0) !== undefined);
  terminal.press('R');
  await terminal.waitFor(/group "procI"/);
  terminal.press('Enter');
  await terminal.waitFor(
    new RegExp(`! back: [^]*by shell loop ${loop.pid} [^]*! r sweeps them again`),
    'the report',
    20_000,
  );
  expect(isAlive(loop)).toBe(true);
  terminal.press('r');
  await terminal.waitFor(new RegExp(`with its respawner[^]*Enter +SWEEP[^]*${loop.pid}`));
  terminal.press('Enter');
  await terminal.waitFor(/Report: [^]*with its respawner[^]*killed /, 'the second report', 20_000);
  await waitUntil(() => !isAlive(loop), 'who brought them back is gone');
  expect(workers()).toEqual([]);
  expect(terminal.lines().join('\n')).not.toContain('! back');
});
