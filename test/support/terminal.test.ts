import { spawn } from 'node:child_process';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { isAlive, identityOf, processesWhere, waitUntil } from './identity.ts';
import { openTerminal } from './terminal.ts';
import { keyBytes } from './termKeys.ts';

const bash = (script: string, more: object = {}) =>
  openTerminal({ command: 'bash', args: ['--norc', '-c', script], ...more });

describe('terminal', () => {
  test('shows what a program writes, with its colours, at the size asked for', async () => {
    const term = bash(
      String.raw`stty size; printf '\e[1;31mred\e[0m \e[7minv\e[0m \e[48;2;1;2;3mrgb\e[0m\n'; cat`,
      {
        cols: 100,
        rows: 30,
      },
    );
    await term.waitFor('rgb');
    expect(term.lines()).toHaveLength(30);
    expect(term.lines()[0]).toBe('30 100');
    expect(term.cell(0, 1)).toMatchObject({ char: 'r', fg: 1, bg: undefined, bold: true, inverse: false });
    expect(term.cell(4, 1)).toMatchObject({ char: 'i', fg: undefined, inverse: true });
    expect(term.cell(8, 1).bg).toBe('#010203');
  });

  test('presses keys as xterm does, and follows application cursor mode', async () => {
    const term = bash('stty raw -echo; printf ready; cat -v');
    await term.waitFor('ready');
    term.press('F9', 'F1', 'Up', 'Ctrl-A', 'Shift-Tab', 'k', 'PgDn', 'Shift-F3');
    await term.waitFor('^[[20~^[OP^[[A^A^[[Zk^[[6~^[[1;2R');
    const app = bash(String.raw`stty raw -echo; printf '\e[?1hready'; cat -v`);
    await app.waitFor('ready');
    app.press('Up', 'Home');
    await app.waitFor('^[OA^[OH');
  });

  test('pastes in brackets only where the program asked for them', async () => {
    const term = bash(String.raw`stty raw -echo; printf '\e[?2004hready'; cat -v`);
    await term.waitFor('ready');
    term.paste('q');
    await term.waitFor('^[[200~q^[[201~');
  });

  test('knows the buffer, the cursor, the end and the bytes', async () => {
    const term = bash(
      String.raw`printf '\e[?1049h\e[?25lfull'; read -r x; printf '\e[?25h\e[?1049l'; exit 7`,
    );
    await term.waitFor('full');
    expect([term.buffer, term.cursorVisible]).toEqual(['alternate', false]);
    term.press('Enter');
    expect(await term.exit).toEqual({ exitCode: 7, signal: 0 });
    expect([term.buffer, term.cursorVisible]).toEqual(['normal', true]);
    expect(term.bytes.text).toContain('\x1b[?1049h');
    expect(term.bytes.count).toBe(Buffer.byteLength(term.bytes.text));
    expect(() => term.press('q')).toThrow('has ended');
  });

  test('a resize reaches the program', async () => {
    const term = bash('trap "stty size" WINCH; echo ready; while :; do read -r -t 1 x; done');
    await term.waitFor('ready');
    term.resize(40, 10);
    await term.waitFor(/^10 40$/m);
    expect(term.lines()).toHaveLength(10);
  });

  test('a frame in synchronized output is looked at as a whole only', async () => {
    const term = bash(String.raw`printf '\e[?2026hhalf'; read -r x; printf '\rdone\e[?2026l'; cat`);
    await expect(term.waitFor('half', 'half a frame', 300)).rejects.toThrow('half a frame');
    term.press('Enter');
    await term.waitFor('done');
  });

  test('a failed wait shows the screen; an ended program fails it at once', async () => {
    const term = bash('echo on the screen; exec cat');
    await term.waitFor('on the screen');
    await expect(term.waitFor('nowhere', 'the thing', 50)).rejects.toThrow(/the thing\n-+\non the screen/);
    const short = bash('echo bye');
    await expect(short.waitFor('nowhere')).rejects.toThrow(/ended \{"exitCode":0.*\n-+\nbye/);
  });

  test('drives htop', async ({ skip }) => {
    const term = openTerminal({
      command: 'sh',
      args: ['-c', 'command -v htop >/dev/null || exec echo absent; exec htop'],
    });
    await term.waitFor(/F10Quit|absent/);
    if (term.lines().join().includes('absent')) skip('no htop here');
    term.press('F9');
    await term.waitFor('Send signal:');
    term.press('Esc');
    await term.waitFor((lines) => !lines.join().includes('Send signal:'), 'the signal box closes');
    term.press('F10');
    expect((await term.exit).exitCode).toBe(0);
  });

  test('kill leaves nothing of the session, not even what ignores everything', async () => {
    const term = bash('trap "" HUP TERM INT; (trap "" HUP TERM; sleep 300) & sleep 300 & echo ready; wait');
    await term.waitFor('ready');
    const members = await waitUntil(() => {
      const found = processesWhere((stat) => stat.session === term.pid);
      return found.length >= 3 && found;
    }, 'three processes');
    await term.kill();
    expect(members.filter(isAlive)).toEqual([]);
  });
});

test('what a test process started dies with it, even when it is killed', async () => {
  // A test process of its own, so that it can be killed as an out-of-memory killer would.
  const { outputFiles } = buildSync({
    stdin: {
      contents: `
        import { openTerminal } from './terminal.ts';
        const term = openTerminal({ command: 'bash', args: ['-c', 'trap "" HUP; while :; do kill -STOP $$; done'] });
        process.stdout.write(term.pid + '\\n');
        setInterval(() => {}, 1000);`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
  });
  const child = spawn(process.execPath, ['--input-type=module', '-e', outputFiles[0]?.text ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, VITEST: undefined },
  });
  const pid = await new Promise<number>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(Number(data)));
  });
  const id = identityOf(pid);
  expect(isAlive(id)).toBe(true);
  child.kill('SIGKILL');
  await waitUntil(() => !isAlive(id), 'the pty program is gone');
});

test('key names', () => {
  expect(keyBytes('Ctrl-C')).toBe('\x03');
  expect(keyBytes('Alt-x')).toBe('\x1bx');
  expect(keyBytes('Ctrl-Right')).toBe('\x1b[1;5C');
  expect(keyBytes('-')).toBe('-');
  expect(() => keyBytes('F13')).toThrow('no such key');
  expect(() => keyBytes('Hyper-x')).toThrow('no such key');
});
