// The terminal is put right on every way out.
import { describe, expect, test } from 'vitest';
import { isAlive, identityOf, signalExactly, waitUntil } from '../support/identity.ts';
import { openSlotop, PROGRAM } from '../support/slotop.ts';
import { openTerminal } from '../support/terminal.ts';

describe.each(['q', 'F10', 'Ctrl-C'])('%s', (key) => {
  test('leaves with code 0, the normal screen and the cursor', async () => {
    const terminal = await openSlotop();
    terminal.press(key);
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: 0 });
    expect(terminal.buffer).toBe('normal');
    expect(terminal.cursorVisible).toBe(true);
  });
});

describe.each([
  'SIGTERM',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGALRM',
  'SIGUSR2',
  'SIGXCPU',
] as const)('%s', (signal) => {
  test('leaves the normal screen and the cursor', async () => {
    const terminal = await openSlotop();
    signalExactly(identityOf(terminal.pid), signal);
    const { exitCode, signal: by } = await terminal.exit;
    expect(exitCode !== 0 || by !== 0).toBe(true);
    expect(terminal.buffer).toBe('normal');
    expect(terminal.cursorVisible).toBe(true);
  });
});

test('the shell gets its terminal back in cooked mode', async () => {
  const shell = openTerminal({ command: '/bin/sh', env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  shell.type(`${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS/m, 'slotop');
  shell.press('q');
  await shell.waitFor(() => shell.buffer === 'normal', 'the normal screen');
  shell.type('stty -a | tr ";" "\\n" | grep -c -- "-icanon\\|-echo$"; echo done\r');
  await shell.waitFor(/^(ready> )?0\s*\ndone/m, 'icanon and echo are on');
});

test('Ctrl-Z gives the shell back, fg brings the screen back', async () => {
  const shell = openTerminal({ command: 'bash', args: ['--norc', '-i'], env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  shell.type(`${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop');
  shell.press('Ctrl-Z');
  await shell.waitFor(
    (lines) => shell.buffer === 'normal' && /Stopped/.test(lines.join('\n')),
    'the shell says Stopped',
  );
  shell.type('fg\r');
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop again');
  expect(shell.buffer).toBe('alternate');
  shell.press('q');
  await shell.waitFor(() => shell.buffer === 'normal', 'the normal screen');
});

test('a closed terminal ends slotop', async () => {
  const shell = openTerminal({ command: '/bin/sh', env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  // Without the hang-up of its session it has only the dead descriptors to go by.
  shell.type(`trap '' HUP; ${PROGRAM} & echo "pid=$!"; fg; exec ${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS/m, 'slotop');
  const program = identityOf(shell.pid);
  await shell.kill();
  await waitUntil(() => !isAlive(program), 'slotop has ended');
});

test('nothing is drawn for what is no terminal', async () => {
  const terminal = openTerminal({
    command: '/bin/sh',
    args: ['-c', `${PROGRAM} --limit 3 </dev/null | cat`],
  });
  expect((await terminal.exit).exitCode).toBe(0);
  expect(terminal.bytes.text).not.toContain('\x1b');
  expect(terminal.bytes.text).toMatch(/PID/);
});
