// Panes about one process, and its nice value.
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { waitUntil } from '../support/identity.ts';
import { isRoot } from '../support/liveProcess.ts';
import { spawnNamed } from '../support/procs.ts';
import { openSlotop, rowOf } from '../support/slotop.ts';
import { spawnServer } from '../support/servers.ts';

test('Enter tells what a process is and why it runs; l lists its open files, e its environment', async () => {
  const server = await spawnServer('node', { env: { A_SLOTOP_SCENE: 'details' } });
  const terminal = await openSlotop({ filter: `pid:${server.pid}`, cols: 120, rows: 50 });
  await terminal.waitFor((lines) => rowOf(lines, server.pid) !== undefined);
  terminal.press('Enter');
  await terminal.waitFor(new RegExp(`why it runs +${server.pid} node <- ${process.pid} `));
  expect(terminal.lines().join('\n')).toMatch(/program +\/.*node/);
  terminal.press('q', 'l');
  await terminal.waitFor(/files of .*node[^]* 0 {2}socket:/);
  expect(terminal.lines().join('\n')).toMatch(/socket:\[\d+\]/);
  terminal.press('q', 'e');
  await terminal.waitFor(/environment of [^]* A_SLOTOP_SCENE=details/);
});

test.skipIf(!isRoot)('F8 is nicer and F7 less nice', async () => {
  const idle = await spawnNamed('niceA');
  const terminal = await openSlotop({ filter: '=niceA' });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('F8', 'F8');
  await waitUntil(() => getPriority(idle.pid) === 2, 'nice 2');
  terminal.press('F7');
  await waitUntil(() => getPriority(idle.pid) === 1, 'nice 1');
  await terminal.waitFor(/nice of \d+ niceA: 2 -> 1/);
});
