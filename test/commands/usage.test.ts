// What a slip of the pen gets: one line on stderr, the right exit code, never a stack trace.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/commands.ts';
import { VERSION } from '../../src/commands/version.ts';
import { findProgram } from '../support/liveProcess.ts';
import { buildsCli, cliFile, runProgram, slotop } from './runCli.ts';

buildsCli();

describe('errors', () => {
  test.each<[readonly string[], RegExp]>([
    [['signal', 'NOPE', '1234'], /NOPE: no such signal/],
    [['signal', '', '1234'], /no such signal/],
    [['signal', 'TERM', '0'], /target: 0: not a pid/],
    [['signal', 'TERM', '-1'], /-1: not a pid/],
    [['signal', 'TERM', '--', '-1'], /-1: not a pid/],
    [['signal', 'TERM', ''], /target: empty/],
    [['signal', 'TERM', '1e9'], /1e9: not a pid/],
    [['signal', 'TERM', '0x10'], /0x10: not a pid/],
    [['signal', 'TERM', '4194305'], /4194305: not a pid/],
    [['signal', 'TERM', '!x'], /--exclude/],
    [['signal', 'TERM', ':0'], /not a port/],
    [['signal'], /which signal/],
    [['signal', 'TERM'], /to whom/],
    [['signal', 'TERM', '1234', '--exclude', 'cpu>x'], /--exclude: cpu>x: not a number/],
    [['signal', 'TERM', '--force-protected', 'x'], /force-protected x: not a whole number/],
    [['list', 'cpu>x'], /filter: cpu>x: not a number \(at character 1\)/],
    [['list', 'abc ~['], /at character 5/],
    [['list', '--columns', 'pid,nope'], /--columns nope: no such column/],
    [['list', '--sort', 'nope'], /--sort nope: no such column/],
    [['list', '--sort'], /--sort/],
    [['list', '--limit', '0'], /--limit 0/],
    [['list', '--limit', '1e3'], /--limit 1e3/],
    [['list', '--json=yes'], /--json/],
    [['list', '--bogus'], /--bogus: unknown option/],
    [['--bogus'], /--bogus: unknown option/],
    [['--proc', '/nonexistent', 'list'], /--proc \/nonexistent: no such folder/],
    [['--proc', '/etc/passwd', 'list'], /--proc \/etc\/passwd/],
    [['--proc', '/sys', 'list'], /no processes there/],
    [['--delay', '0.05'], /--delay 0.05/],
    [['--delay', '61'], /--delay 61/],
    [['--delay', 'x'], /--delay x/],
    [['ports', '0'], /not a port/],
    [['ports', '65536'], /not a port/],
    [['help', 'nope'], /help: nope: no such command/],
    [['signal', 'TERM', 'evil\x1b[2J\nname', '--bogus\x1b[2J'], /unknown option/],
  ])('slotop %j', async (args, why) => {
    const { code, stdout, stderr } = await slotop(args);
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/^slotop: [^\n\x1b]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('nothing matched is exit code 1', async () => {
    expect((await slotop(['list', '=surely-nobody-is-called-so'])).code).toBe(1);
    expect((await slotop(['list', '--json', '=surely-nobody-is-called-so'])).stdout).toBe('[]\n');
    expect((await slotop(['signal', 'TERM', 'surely-nobody-is-called-so'])).code).toBe(1);
    expect((await slotop(['ports', '1'])).code).toBe(1);
  });

  test('the words of a filter on our own command line, or our shell’s, are no match', async () => {
    expect((await slotop(['list', 'surely-nobody-is-called-so'])).code).toBe(1);
    const line = `"${process.execPath}" "${cliFile()}" signal KILL '~surely-[n]obody-is-called-so'; exit $?`;
    const { code, stdout, stderr } = await runProgram('/bin/sh', ['-c', line]);
    expect([stdout, stderr]).toEqual(['', 'slotop: ~surely-[n]obody-is-called-so: nothing matches\n']);
    expect(code).toBe(1);
  });
});

describe('help', () => {
  test('a page explains the words of its usage and options: targets, filters, exit codes', async () => {
    for (const name of ['kill', 'signal', 'sweep']) {
      const { stdout } = await slotop(['help', name]);
      expect(stdout).toMatch(/^TARGET: a pid[^]*^FILTER: words[^]*^ {2}user:NAME [^]*^Exit codes: 0 done/m);
    }
    for (const name of ['list', 'free']) {
      const { stdout } = await slotop(['help', name]);
      expect(stdout).toMatch(/^FILTER: words[^]*^ {2}user:NAME /m);
      expect(stdout).not.toContain('TARGET:');
    }
    expect((await slotop(['help', 'version'])).stdout).not.toContain('FILTER');
  });

  test('each command has its page, with each of its options', async () => {
    for (const { name, options, summary } of COMMANDS) {
      const [page, same] = await Promise.all([slotop(['help', name]), slotop([name, '--help'])]);
      expect(page.code).toBe(0);
      expect(page.stdout).toContain(summary);
      expect(same.stdout).toBe(page.stdout);
      for (const option of Object.keys(options)) expect(page.stdout).toContain(`--${option}`);
    }
  });

  test('the overview has every command; the version is that of the package', async () => {
    const { stdout } = await slotop(['--help']);
    for (const { usage } of COMMANDS) expect(stdout).toContain(`slotop ${usage}`);
    const file = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
    expect((JSON.parse(file) as { version: string }).version).toBe(VERSION);
    expect((await slotop(['--version'])).stdout).toBe(`slotop ${VERSION}\n`);
  });
});

describe('output', () => {
  test('a reader that leaves early ends it quietly', async () => {
    const line = `for i in 1 2 3 4 5; do "${process.execPath}" "${cliFile()}" list --json; echo "rc $?" >&2; done | head -c 10`;
    const { stdout, stderr } = await runProgram('/bin/sh', ['-c', line]);
    expect(stdout).toHaveLength(10);
    expect(stderr).toMatch(/^(rc 0\n)+$/);
  });

  test('a long document reaches a slow reader whole', async () => {
    // A pipe holds 64 KiB; a non-blocking one answers EAGAIN when it is full.
    const child = spawn(process.execPath, [cliFile(), 'list', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    let text = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk as string;
    expect(await exited).toBe(0);
    expect(JSON.parse(text)).toBeInstanceOf(Array);
  });

  test('a full disk is said in one line', async () => {
    const line = `"${process.execPath}" "${cliFile()}" list >/dev/full`;
    const { code, stderr } = await runProgram('/bin/sh', ['-c', line]);
    expect(stderr).toMatch(/^slotop: output: [^\n]*no space left[^\n]*\n$/);
    expect(code).toBe(3);
  });
});

describe('launcher', () => {
  const launcher = join(import.meta.dirname, '../../bin');

  /** A package as npm installs it globally, built or not. */
  async function install(isBuilt: boolean): Promise<string> {
    const prefix = mkdtempSync(join(tmpdir(), 'slotop-prefix-'));
    const made = `set -e; p="${prefix}/lib/node_modules/slotop"; mkdir -p "$p/dist" "${prefix}/bin" "${prefix}/else where"
      cp -r "${launcher}" "$p/bin"; ${isBuilt ? `cp "${launcher}/../dist/"* "$p/dist/"; echo '{"type":"module"}' >"$p/package.json"` : ''}
      ln -s ../lib/node_modules/slotop/bin/slotop "${prefix}/bin/slotop"; ln -s "${prefix}/bin/slotop" "${prefix}/else where/top"`;
    expect((await runProgram('/bin/sh', ['-c', made])).stderr).toBe('');
    return prefix;
  }

  test('it works through the links of npm, and links to those', async () => {
    const prefix = await install(true);
    const ways = [
      `cd / && "${prefix}/bin/slotop" version`,
      `"${prefix}/else where/top" version`,
      `cd "${prefix}/else where" && sh top version`,
      `cd "${prefix}/lib/node_modules/slotop" && sh bin/slotop version`,
      `PATH="${prefix}/bin:$PATH" && slotop version`,
    ];
    for (const way of ways) {
      const { stdout, stderr } = await runProgram('/bin/sh', ['-c', way]);
      expect([way, stderr, stdout]).toEqual([way, '', `slotop ${VERSION}\n`]);
    }
    rmSync(prefix, { recursive: true });
  });

  test('it says in one line what is missing', async () => {
    const prefix = await install(false);
    const unbuilt = await runProgram(`${prefix}/bin/slotop`, []);
    expect([unbuilt.code, unbuilt.stderr]).toEqual([
      2,
      'slotop: not built yet: run "npm run build" in its folder\n',
    ]);
    rmSync(prefix, { recursive: true });

    const built = await install(true);
    const nodeless = await runProgram('/bin/sh', [`${built}/lib/node_modules/slotop/bin/slotop`], {
      env: { PATH: '/nonexistent' },
    });
    expect([nodeless.code, nodeless.stderr]).toEqual([
      2,
      'slotop: node: not found; Node 20.19 or later is needed\n',
    ]);
    rmSync(built, { recursive: true });
  });

  test('an old Node is told in one line', async () => {
    const check = join(launcher, 'nodeVersion.cjs');
    for (const [node, old] of [
      ['18.20.4', true],
      ['20.18.3', true],
      ['20.19.0', false],
      ['24.1.0', false],
    ] as const) {
      const script = `Object.defineProperty(process.versions, 'node', {value: '${node}'}); require('${check}')`;
      const { code, stderr } = await runProgram(process.execPath, ['-e', script]);
      expect([node, code]).toEqual([node, old ? 2 : 0]);
      expect(stderr).toBe(old ? `slotop: Node ${node}: Node 20.19 or later is needed\n` : '');
    }
  });

  test.skipIf(findProgram('strace') === undefined)(
    'it forks nothing on the way from npm’s link to Node',
    async () => {
      const prefix = await install(true);
      const { stderr } = await runProgram('strace', [
        '-f',
        '-e',
        'trace=execve,fork,vfork,clone',
        `${prefix}/bin/slotop`,
        'version',
      ]);
      const started = stderr
        .split('\n')
        .filter((line) => /= 0$|SIGCHLD/.test(line) && !line.includes('CLONE_THREAD'));
      // The launcher itself, then Node in its place.
      expect(started).toHaveLength(2);
      rmSync(prefix, { recursive: true });
    },
  );
});
