// The real program's own oom_score_adj, as /proc tells it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processesWhere, statOf, waitUntil } from '../support/identity.ts';
import { isRoot, NOBODY } from '../support/liveProcess.ts';
import { openSlotop, PROGRAM } from '../support/slotop.ts';
import { openTerminal } from '../support/terminal.ts';

const scoreOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1'));
const own = scoreOf(process.pid);
/** CAP_SYS_RESOURCE lets a score fall below where it was put before (proc_pid_oom_score_adj(5)). */
const maySpare =
  (BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0}`) >> 24n) &
  1n;
const lowered = maySpare === 1n ? -900 : 0;

test.skipIf(own > 300 || own < 0)('lowered while it is open, as before while it is suspended', async () => {
  const shell = openTerminal({ command: 'bash', args: ['--norc', '-i'], env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  // Raised first, as desktops and containers do: so far anybody may come down again.
  shell.type(`echo 300 >/proc/self/oom_score_adj; ${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop');
  const [slotop] = processesWhere(({ comm, ppid }) => comm === 'node' && ppid === shell.pid);
  const pid = slotop?.pid ?? 0;
  expect(scoreOf(pid)).toBe(lowered);
  shell.press('Ctrl-Z');
  await waitUntil(() => statOf(pid)?.state === 'T', 'slotop is stopped');
  expect(scoreOf(pid)).toBe(300);
  shell.type('fg\r');
  await waitUntil(() => scoreOf(pid) === lowered, 'lowered again');
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop again');
  shell.press('q');
  await shell.waitFor(() => shell.buffer === 'normal', 'the normal screen');
});

test.skipIf(!isRoot)('who may not lower it is shown the screen all the same', async () => {
  const terminal = await openSlotop({ uid: NOBODY });
  expect(scoreOf(terminal.pid)).toBe(own);
});

test.skipIf(!isRoot)('--read-only writes nothing', async () => {
  const terminal = await openSlotop({ args: ['--read-only'] });
  expect(scoreOf(terminal.pid)).toBe(own);
});
