// Between the first painted frame and the first that Ink draws nothing is lost: the program as it is built, held where it
// loads what draws until the test has done what happens to come just then.
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launcherFlags } from '../../build/bundle.mjs';
import { identityOf, signalExactly, waitUntil } from '../support/identity.ts';
import { tempFolder } from '../support/liveProcess.ts';
import { isWholeScreen } from '../support/slotop.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What draws is loaded in these, one after the other. */
type Part = 'layout' | 'reconciler' | 'mount';

/** Says by a file that it is loaded now, and goes on when the file is gone. */
const holdBy = (file: string): string => `
const { existsSync, writeFileSync } = require('node:fs');
writeFileSync('${file}', '');
while (existsSync('${file}')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
`;

/** A copy of slotop, with something in front of parts. */
function openWith(codes: Partial<Record<Part, string>>): TestTerminal {
  const folder = tempFolder();
  for (const part of ['bin', 'dist']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  for (const [part, code] of Object.entries(codes)) {
    const name = readdirSync(join(folder, 'dist')).find(
      (one) => one.startsWith(`${part}-`) && one.endsWith('.cjs'),
    );
    const file = join(folder, 'dist', name ?? '');
    writeFileSync(file, `{ ${code} }\n${readFileSync(file, 'latin1')}`, 'latin1');
  }
  const args = [...launcherFlags(), join(folder, 'bin/start.cjs'), '--read-only', '--delay', '60'];
  return openTerminal({ command: process.execPath, args });
}

/** Frames that were begun (synchronized output). */
function frames(terminal: TestTerminal): number {
  return terminal.bytes.text.split('\x1b[?2026h').length - 1;
}

/** @param meanwhile what happens while the painted frame stands and Ink is not loaded */
async function held(meanwhile: (terminal: TestTerminal) => void): Promise<TestTerminal> {
  const file = join(tempFolder(), 'held');
  const terminal = openWith({ mount: holdBy(file) });
  await terminal.waitFor(isWholeScreen, 'the painted frame');
  await waitUntil(() => existsSync(file), 'it waits for us');
  expect(frames(terminal)).toBe(1);
  meanwhile(terminal);
  rmSync(file);
  return terminal;
}

test('keys pressed on the painted frame are answered when Ink stands', async () => {
  const terminal = await held((at) => at.press('Z'));
  await terminal.waitFor(/^SLOTS.*PAUSED/);
  terminal.press('q');
  expect((await terminal.exit).exitCode).toBe(0);
});

describe('between two parts of what draws', () => {
  /** @param press what is pressed while the first part is being loaded */
  async function pressed(
    press: (terminal: TestTerminal) => void,
  ): Promise<{ terminal: TestTerminal; mount: string }> {
    const [layout, mount] = [join(tempFolder(), 'layout'), join(tempFolder(), 'mount')];
    const terminal = openWith({ layout: holdBy(layout), mount: holdBy(mount) });
    await waitUntil(() => existsSync(layout), 'it waits for us');
    press(terminal);
    rmSync(layout);
    return { terminal, mount };
  }

  test('keys are answered, dialogs too', async () => {
    const { terminal, mount } = await pressed((at) => at.press('Z', 'F1'));
    await terminal.waitFor(/PAUSED[^]*suspend to the shell/, 'the help screen, painted');
    await waitUntil(() => existsSync(mount), 'Ink is still being loaded');
    rmSync(mount);
    terminal.press('Esc');
    await terminal.waitFor(/PAUSED[^]*F1Help/, 'the table, drawn');
    terminal.press('q');
    expect((await terminal.exit).exitCode).toBe(0);
  });

  test('whoever leaves does not wait for the rest', async () => {
    const { terminal, mount } = await pressed((at) => at.press('q'));
    expect((await terminal.exit).exitCode).toBe(0);
    expect([terminal.buffer, terminal.cursorVisible, existsSync(mount)]).toEqual(['normal', true, false]);
  });
});

test('a paste on the painted frame is no command', async () => {
  const terminal = await held((at) => {
    at.paste('qZ');
    at.press('t');
  });
  await terminal.waitFor(/^ list \d+/m, 'the key after it');
  expect(terminal.lines()[0]).not.toContain('PAUSED');
});

test.each(['SIGTERM', 'SIGHUP', 'SIGALRM'] as const)(
  '%s on the painted frame restores the terminal',
  async (signal) => {
    const terminal = await held((at) => signalExactly(identityOf(at.pid), signal));
    expect((await terminal.exit).exitCode).toBeGreaterThan(128);
    expect([terminal.buffer, terminal.cursorVisible]).toEqual(['normal', true]);
    expect(terminal.lines().join('').trim()).toBe('');
  },
);

test('where the part that draws cannot be loaded the terminal is restored, and one line says so', async () => {
  const terminal = openWith({ mount: `throw new Error('a bug of ours');` });
  expect((await terminal.exit).exitCode).toBe(3);
  expect(frames(terminal)).toBe(1); // it was painted before
  expect([terminal.buffer, terminal.cursorVisible]).toEqual(['normal', true]);
  expect(terminal.bytes.text).toContain('\x1b[?2004l');
  expect(terminal.lines().join('\n').trim()).toBe('slotop: internal error: a bug of ours');
});

test('the alternate screen is entered once and left once: entering again would clear the painted frame', async () => {
  const terminal = await held((at) => at.press('t'));
  await terminal.waitFor(/^ list \d+/m, 'a frame that Ink draws');
  terminal.press('q');
  await terminal.exit;
  const { text } = terminal.bytes;
  expect([text.split('\x1b[?1049h').length, text.split('\x1b[?1049l').length]).toEqual([2, 2]);
});
