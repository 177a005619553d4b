// bin/slotop where Node could not start: it says so in a line, and what to type. And where it just can, it does.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../commands/runCli.ts';
import { findProgram, isRoot, tempFolder } from '../support/liveProcess.ts';
import { INSTALLED, onStage, SCRIPT, whyNoStage } from './stages.ts';

const root = join(import.meta.dirname, '../..');
const LAUNCHER = join(root, 'bin/slotop');

test('slotop rescue prints the script, which is installed beside the program', async () => {
  const { code, stdout } = await runProgram(LAUNCHER, ['rescue']);
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(SCRIPT, 'utf8'));
  expect(readFileSync(INSTALLED, 'utf8')).toBe(stdout);
  expect((await runProgram(LAUNCHER, ['rescue', 'worker'])).code).toBe(2);
});

describe.skipIf(!isRoot)('a user at the limit (needs root to become one)', () => {
  /** A copy that other users may read. */
  function install(): string {
    const folder = join(tempFolder(), 'slot op');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    return folder;
  }
  const withLimit = (limit: number, command: string, uid: number) =>
    runProgram('/bin/sh', ['-c', `ulimit -u ${limit} 2>/dev/null || ulimit -p ${limit}; ${command}`], {
      uid,
    });

  test('is told in one line, with exit code 3', async () => {
    const folder = install();
    const { code, stdout, stderr } = await withLimit(2, `exec "${folder}/bin/slotop" list`, 61_240);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(
      `slotop: 1 free slots (ulimit -u 2), and Node needs 2 to start: type  exec sh '${folder}/dist/rescue.sh' start NAME\n`,
    );
  });

  test('gets slotop with the two slots that it needs', async () => {
    const folder = install();
    const { code, stdout } = await withLimit(3, `exec "${folder}/bin/slotop" version`, 61_241);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^slotop \d/)]);
  });

  test.skipIf(findProgram('strace') === undefined)(
    'far from it, nobody’s tasks are counted: that would take a third of a second at 28,000 processes',
    async () => {
      const strace = 'strace -e trace=%file,getdents64';
      const command = `exec ${strace} "${install()}/bin/slotop" version`;
      const { code, stderr } = await withLimit(60_000, command, 61_243);
      expect([code, stderr.includes('/proc/loadavg')]).toEqual([0, true]);
      expect(stderr.split('\n').filter((line) => /"\/proc\/\d+|getdents64/.test(line))).toEqual([]);
    },
  );

  test('root is not bound by it', async () => {
    const { code } = await runProgram('/bin/sh', [
      '-c',
      `ulimit -u 1 2>/dev/null || ulimit -p 1; exec "${LAUNCHER}" version`,
    ]);
    expect(code).toBe(0);
  });
});

test.skipIf(whyNoStage !== undefined)(
  'with no slot of the table free it forks nothing and neither hangs nor dumps',
  async () => {
    const result = await onStage(['dash'], `exec ${LAUNCHER} version`);
    expect(result.output).toBe(
      `slotop: 0 free slots (pid_max 400), and Node needs 2 to start: type  exec sh ${INSTALLED} start NAME\n`,
    );
    expect(result.code).toBe(3);
    expect(result.calls.filter((call) => call !== 'execve')).toEqual([]);
  },
  110_000,
);

test.skipIf(findProgram('shellcheck') === undefined)('shellcheck finds nothing in both scripts', async () => {
  // local, -ef and read -d are tried first or known to all three shells; words that hold pids need no quotes.
  const rescue = [
    '-s',
    'dash',
    '-e',
    'SC1007,SC1090,SC2015,SC2034,SC2086,SC2123,SC2125,SC2254,SC3045',
    SCRIPT,
  ];
  expect((await runProgram('shellcheck', rescue)).stdout).toBe('');
  expect((await runProgram('shellcheck', ['-s', 'dash', LAUNCHER])).stdout).toBe('');
});
