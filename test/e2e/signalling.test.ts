// The signal box on real processes: judged by what is left in /proc, not by what the screen says.
import { expect, test } from 'vitest';
import { identityOf, isAlive, sameProcess, waitUntil } from '../support/identity.ts';
import { isRoot, NOBODY } from '../support/liveProcess.ts';
import { spawnGroup, spawnIdle, spawnNamed, spawnTree } from '../support/procs.ts';
import { cursorOn, openSlotop, rowOf, tableRows } from '../support/slotop.ts';
import { spawnServer } from '../support/servers.ts';

test.each([
  ['k T', ['k', 'T']],
  ['k K', ['k', 'K']],
  ['F9 Enter', ['F9', 'Enter']],
])('%s ends the process under the cursor and no other', async (_, keys) => {
  const [first, second] = await spawnGroup('boxA', 2);
  const terminal = await openSlotop({ filter: '=boxA' });
  terminal.type(String(first?.pid));
  await terminal.waitFor(cursorOn(first?.pid ?? 0));
  terminal.press(...keys);
  await terminal.waitFor(/Report: .*SIG(TERM|KILL) pid/);
  await waitUntil(() => first !== undefined && !isAlive(first), 'the first is gone');
  expect(second !== undefined && isAlive(second)).toBe(true);
  expect(terminal.lines().join('\n')).toMatch(/1 process matched: (killed|signalled) 1/);
});

test('k S stops, k C continues', async () => {
  const idle = await spawnNamed('boxB');
  const terminal = await openSlotop({ filter: '=boxB' });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'S');
  await waitUntil(() => sameProcess(idle)?.state === 'T', 'state T');
  await terminal.waitFor(/stopped 1/);
  terminal.press('Enter', 'k', 'C');
  await waitUntil(() => sameProcess(idle)?.state === 'S', 'state S');
});

test('k g K kills the whole name group and nobody else', async () => {
  const group = await spawnGroup('boxC', 5);
  const other = await spawnNamed('boxCother');
  const terminal = await openSlotop({ filter: '=boxC|=boxCother' });
  await terminal.waitFor((lines) => tableRows(lines).length === 6);
  terminal.type(String(group[2]?.pid));
  await terminal.waitFor(cursorOn(group[2]?.pid ?? 0));
  terminal.press('k', 'g');
  await terminal.waitFor(/group "boxC"[^]*targets +5 processes: \S+ 5/);
  terminal.press('K');
  await waitUntil(() => !group.some(isAlive), 'the group is gone');
  await terminal.waitFor(/5 processes matched: killed 5/);
  expect(isAlive(other)).toBe(true);
});

test('a collapsed row is signalled with all that it hides', async () => {
  const tree = await spawnTree([3, 2], { name: 'boxD' });
  const terminal = await openSlotop({ filter: '=boxD' });
  await terminal.waitFor((lines) => tableRows(lines).length === 10);
  terminal.press('-', 'k');
  await terminal.waitFor(/targets +10 processes/);
  terminal.press('K');
  await waitUntil(() => !tree.all.some(isAlive), 'all ten are gone');
});

test('tagged rows are the selection', async () => {
  const group = await spawnGroup('boxE', 4);
  const terminal = await openSlotop({ filter: '=boxE', args: [] });
  await terminal.waitFor((lines) => tableRows(lines).length === 4);
  terminal.press('F5', 'Home', 'Space', 'Space', 'k');
  await terminal.waitFor(/targets +2 processes/);
  terminal.press('K');
  const byPid = [...group].sort((a, b) => a.pid - b.pid);
  await waitUntil(() => !byPid.slice(0, 2).some(isAlive), 'the tagged are gone');
  expect(byPid.slice(2).every(isAlive)).toBe(true);
});

test('k p takes all holders of a port, pre-fork workers too', async () => {
  const server = await spawnServer('prefork');
  const terminal = await openSlotop({ filter: `:${server.port}` });
  await terminal.waitFor((lines) => tableRows(lines).length === 5, 'five holders', 20_000);
  terminal.press('k', 'p');
  await terminal.waitFor(new RegExp(`holders of :${server.port}[^]*targets +5 processes`));
  terminal.press('K');
  await waitUntil(() => !server.holders.some(isAlive), 'all holders are gone');
});

test('the set is frozen when the box opens: a member born later is not hit', async () => {
  const [old] = await spawnGroup('boxF', 1);
  const terminal = await openSlotop({ filter: '=boxF', args: ['--delay', '0.2'] });
  await terminal.waitFor((lines) => tableRows(lines).length === 1);
  terminal.press('k', 'g');
  await terminal.waitFor(/targets +1 process:/);
  const young = await spawnNamed('boxF');
  await terminal.waitFor((lines) => rowOf(lines, young.pid) !== undefined, 'the newcomer is on the screen');
  terminal.press('K');
  await waitUntil(() => old !== undefined && !isAlive(old), 'the old one is gone');
  await terminal.waitFor(/matched: killed 1/);
  expect(isAlive(young)).toBe(true);
});

test('Esc leaves and sends nothing', async () => {
  const idle = await spawnNamed('boxG');
  const terminal = await openSlotop({ filter: '=boxG' });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k');
  await terminal.waitFor(/Signal: pid/);
  terminal.press('Esc');
  await terminal.waitFor(/^F1Help/m);
  expect(sameProcess(idle)?.state).toBe('S');
});

test('slotop, its ancestors and pid 1 are spared, each with the reason', async () => {
  const terminal = await openSlotop({ filter: `pid:${process.pid}`, rows: 30 });
  await terminal.waitFor((lines) => tableRows(lines).length === 1);
  terminal.press('k');
  await terminal.waitFor(new RegExp(`! +${process.pid} .*is spared: ancestor`));
  terminal.press('K');
  await terminal.waitFor(/nobody in this scope may be signalled/);
  expect(isAlive(identityOf(terminal.pid))).toBe(true);
});

test.skipIf(!isRoot)('EPERM is an outcome with the owner, and never ends the pass', async () => {
  const theirs = await spawnNamed('boxH');
  const ours = await spawnNamed('boxH', { uid: NOBODY });
  const terminal = await openSlotop({ filter: '=boxH', uid: NOBODY, cols: 120, rows: 30 });
  await terminal.waitFor((lines) => tableRows(lines).length === 2);
  terminal.press('k', 'g', 'K');
  await terminal.waitFor(/2 processes matched: denied 1, killed 1/);
  await terminal.waitFor(/denied .*owner root/);
  expect(isAlive(theirs)).toBe(true);
  expect(isAlive(ours)).toBe(false);
});

test('--read-only opens no box', async () => {
  const idle = await spawnIdle();
  const terminal = await openSlotop({ filter: `pid:${idle.pid}`, args: ['--read-only'] });
  terminal.press('k');
  await terminal.waitFor(/read-only: slotop sends nothing/);
});

test('what was sent is printed to the normal screen at the end', async () => {
  const idle = await spawnNamed('boxI');
  const terminal = await openSlotop({ filter: '=boxI' });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('k', 'K');
  await terminal.waitFor(/killed 1/);
  terminal.press('Ctrl-C');
  await terminal.exit;
  expect(terminal.lines().join('\n')).toMatch(/KILL .*boxI/);
});
