// Keys that look: movement, search, filter, sort, tree, tags, views. Each scene looks at processes of its own.
import { expect, test } from 'vitest';
import { spawnGroup, spawnIdle, spawnNamed, spawnTree } from '../support/procs.ts';
import { cursorOn, openSlotop, rowOf, tableRows } from '../support/slotop.ts';
import { spawnServer } from '../support/servers.ts';

test('F4 filters as it is typed; Enter keeps it, Esc clears it', async () => {
  const [one] = await spawnGroup('sceneA', 3);
  const terminal = await openSlotop();
  terminal.press('F4');
  terminal.type('=sceneA');
  await terminal.waitFor((lines) => tableRows(lines).length === 3, 'three rows');
  terminal.press('Enter');
  await terminal.waitFor(/filter =sceneA/);
  expect(rowOf(terminal.lines(), one?.pid ?? 0)).toBeDefined();
  terminal.press('F4', 'Esc');
  await terminal.waitFor((lines) => tableRows(lines).length > 3, 'all rows again');
});

test('in a text field every letter is text, and a bad filter says what is wrong', async () => {
  const terminal = await openSlotop();
  terminal.press('F4');
  terminal.type('qkKTF9 cpu>x');
  await terminal.waitFor(/Filter: qkKTF9 cpu>x_ .*cpu>x/);
});

test('F3 jumps and hides nothing; n and N go on and back', async () => {
  const group = await spawnGroup('sceneB', 2);
  const pids = group.map(({ pid }) => pid).sort((a, b) => a - b);
  const terminal = await openSlotop({ rows: 50 });
  terminal.press('F5', '/');
  terminal.type('=sceneB');
  await terminal.waitFor(cursorOn(pids[0] ?? 0), 'the first match');
  terminal.press('Enter', 'n');
  await terminal.waitFor(cursorOn(pids[1] ?? 0), 'the second match');
  terminal.press('N');
  await terminal.waitFor(cursorOn(pids[0] ?? 0), 'the first match again');
  expect(tableRows(terminal.lines()).length).toBeGreaterThan(2);
});

test('digits jump to a pid', async () => {
  const { pid } = await spawnIdle();
  const terminal = await openSlotop();
  terminal.type(String(pid));
  await terminal.waitFor(cursorOn(pid), 'the cursor on that pid');
});

test('a tree of 50 three deep; a collapsed branch shows its sums, Space tags, U untags', async () => {
  const tree = await spawnTree([7, 6], { name: 'sceneC' });
  const terminal = await openSlotop({ filter: '=sceneC', cols: 120, rows: 70 });
  await terminal.waitFor((lines) => tableRows(lines).length === 50, 'fifty rows');
  expect(rowOf(terminal.lines(), tree.levels[2]?.[0]?.pid ?? 0)).toMatch(/[├└]─ .*sceneC/);
  terminal.press('-');
  await terminal.waitFor((lines) => tableRows(lines).length === 1, 'one row');
  expect(rowOf(terminal.lines(), tree.pid)).toMatch(/ S +50 .*\+ \[50 sceneC\]/);
  terminal.press('+', 'Down', 'Space', 'Space');
  await terminal.waitFor(/2 processes tagged/);
  terminal.press('U');
  await terminal.waitFor((lines) => !lines.some((line) => line.includes('tagged |')), 'no tags');
  terminal.press('Home', 'c');
  await terminal.waitFor(/50 processes tagged/);
});

test('the cursor is an identity: it stays on its process and its line while others come and go', async () => {
  const group = await spawnGroup('sceneD', 6);
  const pids = group.map(({ pid }) => pid).sort((a, b) => a - b);
  const terminal = await openSlotop({ filter: '=sceneD', args: ['--delay', '0.2'] });
  await terminal.waitFor((lines) => tableRows(lines).length === 6, 'six rows');
  terminal.press('Down', 'Down', 'Down');
  await terminal.waitFor(cursorOn(pids[3] ?? 0));
  const first = group.find(({ pid }) => pid === pids[0]);
  await first?.stop();
  await terminal.waitFor((lines) => tableRows(lines).length === 5, 'five rows');
  expect(terminal.lines().join('\n')).toMatch(cursorOn(pids[3] ?? 0));
});

test('Tab shows groups, ports and slots; a group opens its members and Esc comes back', async () => {
  await spawnGroup('sceneE', 4);
  const server = await spawnServer('node');
  const terminal = await openSlotop({ cols: 120, rows: 40 });
  terminal.press('Tab');
  await terminal.waitFor(/PROCS +SLOT.* NAME/);
  terminal.press('/');
  terminal.type('=sceneE');
  await terminal.waitFor(/^> +4 +4 .*sceneE/m, 'the group under the cursor');
  terminal.press('Enter', 'Enter');
  await terminal.waitFor((lines) => tableRows(lines).length === 4, 'its members');
  terminal.press('Esc');
  await terminal.waitFor(/PROCS +SLOT.* NAME/);
  terminal.press('Tab', ':');
  terminal.type(String(server.port));
  const row = new RegExp(`^[ >] *${server.port} +(\\S+ +)?tcp +127\\.0\\.0\\.1 .* ${server.pid} node`, 'm');
  await terminal.waitFor(row, 'the port with its holder', 20_000);
  terminal.press('Enter', 'Tab');
  await terminal.waitFor(/host +\d+ +\d+ .*pid_max/);
});

test(':port filters for the holders, and the PORT column shows the port', async () => {
  const server = await spawnServer('prefork');
  const terminal = await openSlotop({ cols: 120, rows: 40 });
  terminal.press(':');
  terminal.type(String(server.port));
  await terminal.waitFor((lines) => tableRows(lines).length === 5, 'the server and its four workers', 20_000);
  for (const { pid } of server.holders) expect(rowOf(terminal.lines(), pid)).toContain(String(server.port));
});

test('sort keys and the sort menu order the list', async () => {
  const group = await spawnGroup('sceneF', 3);
  const pids = group.map(({ pid }) => pid).sort((a, b) => a - b);
  const terminal = await openSlotop({ filter: '=sceneF' });
  const order = (wanted: readonly number[]) => (lines: readonly string[]) =>
    tableRows(lines)
      .map((line) => Number.parseInt(line.slice(1), 10))
      .join() === wanted.join();
  terminal.press('F5', 'I');
  await terminal.waitFor(order(pids.toReversed()), 'the largest pid first');
  terminal.press('N');
  await terminal.waitFor(order(pids), 'the smallest pid first');
  terminal.press('F6');
  await terminal.waitFor(/Sort by/);
  terminal.press('Down', 'Enter');
  await terminal.waitFor(/sorted by PPID/);
});

test('F1 shows every key, and Esc leaves', async () => {
  const terminal = await openSlotop({ cols: 120, rows: 70 });
  terminal.press('?');
  await terminal.waitFor(/slotop help[^]*signal box/);
  terminal.press('Esc');
  await terminal.waitFor(/^F1Help/m);
});

test('Z pauses and K shows kernel threads', async () => {
  const terminal = await openSlotop({ args: ['--delay', '0.2'], rows: 50 });
  terminal.press('Z');
  await terminal.waitFor(/PAUSED/);
  const late = await spawnNamed('sceneG');
  terminal.press('Z', 'F4');
  terminal.type('=sceneG');
  await terminal.waitFor((lines) => rowOf(lines, late.pid) !== undefined, 'the newcomer');
  terminal.press('Esc');
  await terminal.waitFor(/^F1Help/m);
  terminal.press('K', '/');
  terminal.type('=kthreadd');
  await terminal.waitFor(cursorOn(2), 'kthreadd');
});

test('a paste is never a command: it goes into a text field or nowhere', async () => {
  const terminal = await openSlotop();
  terminal.paste('Tqk');
  terminal.press('F4');
  await terminal.waitFor(/Filter: _/);
  terminal.paste('=nosuchname');
  await terminal.waitFor(/Filter: =nosuchname_/);
  expect(terminal.lines().join('\n')).not.toMatch(/Signal:/);
});

test('the terminal is asked for the marks around a paste before anything is drawn', async () => {
  const terminal = await openSlotop();
  const { text } = terminal.bytes;
  expect(text.indexOf('\x1b[?2004h')).toBeGreaterThanOrEqual(0);
  expect(text.indexOf('\x1b[?2004h')).toBeLessThan(text.indexOf('SLOTS'));
  terminal.press('q');
  await terminal.exit;
  expect(terminal.bytes.text.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(
    terminal.bytes.text.lastIndexOf('\x1b[?2004h'),
  );
});

test('a key that means nothing says so', async () => {
  const terminal = await openSlotop();
  terminal.press('s');
  await terminal.waitFor(/s does nothing here; F1 lists the keys/);
});
