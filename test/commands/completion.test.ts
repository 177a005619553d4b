// Completion by the shells themselves: what a Tab would offer.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildsCli, slotop } from './runCli.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

buildsCli();

let folder = '';
const scriptOf = (shell: Shell): string => join(folder, `slotop.${shell}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slotop-completion-'));
  for (const shell of SHELLS) {
    const { code, stdout } = await slotop(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(scriptOf(shell), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(shell: Shell, script: string, ...args: readonly string[]): string[] {
  const flags = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell];
  const { stdout, stderr, status } = spawnSync(shell, [...flags, script, ...args], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** bash splits words at `=`; the last word is the one that is being typed. */
const ASK_BASH = `source "$1"; shift; COMP_WORDS=(slotop "$@"); COMP_CWORD=$#; _slotop; printf '%s\\n' "\${COMPREPLY[@]}"`;
/** zsh completes inside its line editor only, so the function is called with what that would set, and compadd caught. */
const ASK_ZSH = `
compdef() { :; }; _directories() { print folders; }
compset() { [[ $2 == '*,' ]] && { HEAD=\${PREFIX%\${PREFIX##*,}}; PREFIX=\${PREFIX##*,}; } || PREFIX=\${PREFIX#*=}; return 0; }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; for w; do [[ $w == $PREFIX* ]] && print -r -- $HEAD$w; done; return 0; }
source $1; shift; words=(slotop "$@"); CURRENT=$#words; PREFIX=$words[-1]; HEAD=; _slotop`;

const ask: Readonly<Record<Shell, (words: readonly string[]) => string[]>> = {
  bash: (words) => run('bash', ASK_BASH, 'ask', scriptOf('bash'), ...words),
  zsh: (words) => run('zsh', ASK_ZSH, 'ask', scriptOf('zsh'), ...words),
  fish: (words) =>
    run('fish', 'source $argv[1]; complete -C "slotop $argv[2]"', scriptOf('fish'), words.join(' ')).map(
      (line) => line.split('\t')[0] ?? '',
    ),
};

const isThere = (shell: Shell): boolean => spawnSync(shell, ['--version']).status === 0;

describe.each(SHELLS)('%s', (shell) => {
  const offered = (...words: readonly string[]): string[] => ask[shell](words);

  test.skipIf(!isThere(shell))('a command, and the shells of this one', () => {
    expect(offered('com')).toEqual(['completion']);
    expect(offered('completion', '').sort()).toEqual(['bash', 'fish', 'zsh']);
    expect(offered('help', 'sw')).toEqual(['sweep']);
    expect(offered('--proc', '/proc', 'com')).toEqual(['completion']);
  });

  test.skipIf(!isThere(shell))('an option of the command, and of no other', () => {
    expect(offered('list', '--col')).toEqual(['--columns']);
    expect(offered('kill', '--col')).toEqual([]);
    expect(offered('kill', '--forc')).toEqual(['--force-protected']);
    expect(offered('kill', '--read')).toEqual(['--read-only']);
  });

  test.skipIf(!isThere(shell))('a column, and the next one behind a comma', () => {
    expect(offered('list', '--sort', 'cont')).toEqual(['container']);
    expect(offered('--ascii', 'list', '--columns', 'pid,comm')).toEqual(['pid,command']);
  });

  test.skipIf(!isThere(shell))('a signal, as the first word only', () => {
    expect(offered('signal', 'KI')).toEqual(['KILL']);
    // fish goes by the command alone.
    if (shell !== 'fish') expect(offered('signal', 'KILL', 'KI')).toEqual([]);
  });
});

test.skipIf(!isThere('bash'))('bash makes three words of --sort=cpu', () => {
  expect(ask.bash(['list', '--sort', '=', 'cont'])).toEqual(['container']);
  expect(ask.bash(['list', '--sort', '=']).length).toBeGreaterThan(20);
});

test('another shell is one line and exit 2', async () => {
  for (const args of [[], ['tcsh'], ['constructor'], ['bash', 'zsh']]) {
    const { code, stdout, stderr } = await slotop(['completion', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^slotop: completion[^\n]*: which shell\? bash, zsh, fish\n$/);
  }
});
