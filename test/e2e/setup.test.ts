// Setup, threads and searching in panes, in the built program.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/liveProcess.ts';
import { python, spawnNamed, spawnThreads } from '../support/procs.ts';
import { headLine, openSlotop, rowOf, tableRows } from '../support/slotop.ts';

const head = (lines: readonly string[]): string => lines[headLine(lines)] ?? '';

test('F2 changes columns and lines at once, keeps them, and the next slotop begins with them', async () => {
  const env = { XDG_CONFIG_HOME: tempFolder() };
  const file = join(env.XDG_CONFIG_HOME, 'slotop', 'config.json');
  const terminal = await openSlotop({ cols: 120, rows: 35, env });
  expect(head(terminal.lines())).toContain('USER');
  terminal.press('F2');
  await terminal.waitFor(/> 1\.5s delay/);
  terminal.press('Right');
  await terminal.waitFor((lines) => lines[0]?.includes('LIVE 2.0s') === true, 'the new delay');
  terminal.press('Down', 'Space');
  await terminal.waitFor(/ list \d+/);
  terminal.press('Down', 'Down', 'Down', 'Down', 'Space'); // the line of the user
  await terminal.waitFor((lines) => lines[1]?.startsWith('cgroup') === true, 'a line less');
  terminal.press('End', 'Up', 'Space'); // the last but one of the columns that are not shown
  await terminal.waitFor((lines) => head(lines).includes('WCHAN'), 'a column more');
  terminal.press('Left');
  await terminal.waitFor((lines) => /WCHAN +TIME\+/.test(head(lines)), 'further to the left');
  terminal.press('Esc');
  await terminal.waitFor(/^F1Help/m);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ delay: 2, tree: false });

  const second = await openSlotop({ cols: 120, rows: 35, env });
  expect(head(second.lines())).toMatch(/WCHAN +TIME\+/);
  expect(second.lines()[0]).toContain('LIVE 2.0s');
  // What the command line asks for goes before the file.
  const third = await openSlotop({ cols: 120, rows: 35, env, args: ['--delay', '5'] });
  expect(third.lines()[0]).toContain('LIVE 5.0s');
});

test('a settings file that is broken is one line; with --read-only none is written', async () => {
  const env = { XDG_CONFIG_HOME: tempFolder() };
  const folder = join(env.XDG_CONFIG_HOME, 'slotop');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{ broken');
  const terminal = await openSlotop({ cols: 160, env, args: ['--read-only'] });
  await terminal.waitFor(/config\.json: not JSON; what is usual holds/);
  terminal.press('F2', 'Right');
  await terminal.waitFor(/for this run only: --read-only writes nothing/);
  expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{ broken');
});

test.skipIf(python === undefined)(
  'H shows threads below their process; the box names the process',
  async () => {
    const actor = await spawnThreads(4);
    const terminal = await openSlotop({ filter: `pid:${actor.pid}` });
    await terminal.waitFor((lines) => tableRows(lines).length === 1, 'one row');
    terminal.press('H');
    await terminal.waitFor((lines) => tableRows(lines).length === 4, 'with its three threads');
    expect(tableRows(terminal.lines())[1]).toMatch(/thread /);
    terminal.press('Down', 'k');
    await terminal.waitFor(new RegExp(`Signal: pid ${actor.pid} .*the process of thread \\d+`));
    terminal.press('q');
    await terminal.waitFor(/^F1Help/m);
    terminal.press('H');
    await terminal.waitFor((lines) => tableRows(lines).length === 1, 'one row again');
  },
);

test('a pane is searched with / n N; the hit is marked, and Esc clears the search', async () => {
  const idle = await spawnNamed('sceneFind');
  const terminal = await openSlotop({ filter: '=sceneFind' });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  terminal.press('F1', '/');
  terminal.type('podman');
  await terminal.waitFor(/^>\s*CONTAINER|^> +id or name.*podman|^>.*podman/m);
  terminal.press('Enter', '/');
  terminal.type('no such words');
  await terminal.waitFor(/Search here: no such words_ +no match/);
  terminal.press('Esc');
  await terminal.waitFor(/EscBack/);
  expect(terminal.lines().every((line) => !line.startsWith('>'))).toBe(true);
  terminal.press('q');
  await terminal.waitFor(/^F1Help/m);
  terminal.press('Enter');
  await terminal.waitFor(/details of \d+ sceneFind/);
  terminal.press('/');
  terminal.type('open files:');
  await terminal.waitFor(/^>limit +open files: \d+/m);
  terminal.press('Enter', 'End', 'Up', 'n');
  await terminal.waitFor(/^>limit +open files: \d+/m);
});
