// The rules of the house, each with a snippet that breaks it and one that does not.
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';

const eslint = new ESLint({
  cwd: new URL('..', import.meta.url).pathname,
  overrideConfigFile: 'test/eslint.config.mjs',
  // The snippets are files that don't exist, so nothing knows their types; the rules here need none.
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

async function problems(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file });
  // Not what the snippets are about: they import what they don't use.
  const beside = ['@typescript-eslint/no-unused-vars', '@typescript-eslint/consistent-type-imports'];
  return (result?.messages ?? [])
    .filter((message) => !beside.includes(message.ruleId ?? ''))
    .map((message) => `${message.ruleId ?? ''}: ${message.message}`);
}

const importing = (path: string): string => `import { x } from '${path}';\nexport const y = x;\n`;

/** For every layer: a file of it, the imports it may have, and those it may not. */
const LAYERS: readonly [file: string, allowed: readonly string[], forbidden: readonly string[]][] = [
  ['src/types.ts', [], ['./kernel.ts', './store.ts', 'react', 'node:os']],
  ['src/kernel.ts', ['./types.ts', 'node:fs'], ['./proc/stat.ts', './store.ts', 'ink']],
  [
    'src/proc/a.ts',
    ['./b.ts', '../types.ts', '../kernel.ts'],
    ['../derive/rows.ts', '../store.ts', '../signal/plan.ts', 'react'],
  ],
  [
    'src/proc/deep/a.ts',
    ['../b.ts', '../../types.ts', '../../kernel.ts'],
    ['../../derive/rows.ts', '../../store.ts'],
  ],
  [
    'src/derive/a.ts',
    ['./b.ts', '../types.ts', 'string-width'],
    ['../kernel.ts', '../proc/stat.ts', '../signal/plan.ts', '../store.ts', 'ink'],
  ],
  [
    'src/derive/panes/a.ts',
    ['./b.ts', '../rows.ts', '../../types.ts'],
    ['../../kernel.ts', '../../store.ts', '../../../components/App.tsx'],
  ],
  [
    'src/signal/a.ts',
    ['../types.ts', '../kernel.ts', '../proc/stat.ts', '../derive/tree.ts'],
    ['../store.ts', '../commands/list.ts', '../../hooks/useApp.ts'],
  ],
  [
    'src/store.ts',
    ['./types.ts', './derive/rows.ts', './signal/plan.ts', 'zustand/vanilla'],
    ['./keys.ts', './tui.tsx', '../hooks/useApp.ts', './commands/list.ts', 'react'],
  ],
  [
    'src/store/a.ts',
    ['../store.ts', '../types.ts', '../derive/rows.ts', '../signal/plan.ts'],
    ['../keys.ts', '../tui.tsx', '../loop.ts', '../../hooks/useApp.ts', 'react'],
  ],
  [
    'src/loop.ts',
    ['./store.ts', './proc/sample.ts', './derive/rows.ts', './signal/deliver.ts'],
    ['./keys.ts', './tui.tsx', '../hooks/useApp.ts', 'react'],
  ],
  [
    'src/keys.ts',
    ['./store.ts', './derive/rows.ts', './keys/moving.ts'],
    ['./tui.tsx', './cli.ts', '../components/App.tsx', './commands/list.ts', 'ink'],
  ],
  [
    'src/keys/a.ts',
    ['./b.ts', '../store.ts', '../press.ts', '../signal/plan.ts'],
    ['../tui.tsx', '../../hooks/useApp.ts', '../commands/list.ts', '../cli.ts'],
  ],
  [
    'src/commands/a.ts',
    ['./b.ts', '../proc/sample.ts', '../signal/plan.ts', '../types.ts'],
    ['../tui.tsx', '../cli.ts', '../../components/App.tsx', 'react', 'ink'],
  ],
  [
    'hooks/useA.ts',
    ['./useB.ts', '../src/store.ts', '../src/derive/rows.ts', 'react', 'ink', 'zustand'],
    ['../components/App.tsx', '../src/tui.tsx', '../src/cli.ts', '../src/commands/list.ts'],
  ],
  [
    'components/A.tsx',
    ['./B.tsx', '../hooks/useApp.ts', '../src/keys.ts', '../src/types.ts', 'ink'],
    ['../src/tui.tsx', '../src/cli.ts', '../src/commands/list.ts'],
  ],
  [
    'src/tui.tsx',
    ['./show.ts', './keyboard.ts', '../hooks/useApp.ts', './store.ts', './keys.ts', './terminal.ts'],
    ['./cli.ts', './commands/list.ts', '../components/App.tsx', 'ink', 'react'],
  ],
  [
    'src/show.ts',
    ['../components/screenLines.ts', '../hooks/useApp.ts', './terminal.ts', './output.ts'],
    ['./tui.tsx', './kernel.ts', './loop.ts', './keys.ts', '../components/App.tsx', 'ink', 'react'],
  ],
  [
    'src/keyboard.ts',
    ['./keys.ts', './press.ts', 'node:readline'],
    ['./show.ts', './tui.tsx', './store.ts', 'ink'],
  ],
  ['src/terminal.ts', [], ['./types.ts', './store.ts', 'react', 'ink']],
  [
    'src/cli.ts',
    ['./commands/list.ts', './kernel.ts', './tui.tsx', './proc/sample.ts'],
    ['../components/App.tsx', 'react', 'ink'],
  ],
];

describe('imports run one way', () => {
  for (const [file, allowed, forbidden] of LAYERS) {
    test.each(allowed.map((path) => [path]))(`${file} may import %s`, async (path) => {
      expect(await problems(file, importing(path))).toEqual([]);
    });
    test.each(forbidden.map((path) => [path]))(`${file} may not import %s`, async (path) => {
      expect((await problems(file, importing(path))).join()).toContain('no-restricted-imports');
    });
  }
});

/** The other rules: a name, the file, a snippet that breaks it, the rule, and a file where the same is allowed. */
const RULES: readonly [what: string, file: string, code: string, rule: string, allowedIn?: string][] = [
  [
    'files only through the door',
    'src/proc/a.ts',
    importing('node:fs'),
    '@typescript-eslint/no-restricted-imports',
    'src/kernel.ts',
  ],
  [
    'no child process',
    'src/kernel.ts',
    importing('node:child_process'),
    '@typescript-eslint/no-restricted-imports',
    'test/support/a.ts',
  ],
  [
    'no worker',
    'src/signal/a.ts',
    importing('node:worker_threads'),
    '@typescript-eslint/no-restricted-imports',
    'build/a.ts',
  ],
  ['no DNS', 'src/proc/a.ts', importing('node:dns'), '@typescript-eslint/no-restricted-imports'],
  [
    'no async files, not even in the door',
    'src/kernel.ts',
    importing('node:fs/promises'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'no module of Node without node:',
    'components/A.tsx',
    importing('fs'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the door is opened in one place',
    'src/proc/a.ts',
    "import { openKernel } from '../kernel.ts';\nexport const y = openKernel;\n",
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'process.kill only in the door',
    'src/signal/a.ts',
    'process.kill(2, 0);\n',
    'no-restricted-properties',
    'src/kernel.ts',
  ],
  [
    'process.kill, taken apart',
    'src/cli.ts',
    'export const { kill } = process;\n',
    'no-restricted-properties',
  ],
  [
    'process.exit only in cli.ts',
    'src/tui.tsx',
    'process.exit(1);\n',
    'no-restricted-properties',
    'src/cli.ts',
  ],
  [
    'no lazy import',
    'src/store.ts',
    "export const x = () => import('./types.ts');\n",
    'no-restricted-syntax',
    'src/cli.ts',
  ],
  [
    'nothing else is loaded late by show.ts',
    'src/show.ts',
    "export const x = () => import('./types.ts');\n",
    'no-restricted-syntax',
    'src/cli.ts',
  ],
  ['imports end in .ts', 'src/store.ts', importing('./types'), 'no-restricted-syntax'],
  ['no barrel', 'src/derive/a.ts', "export * from './b.ts';\n", 'no-restricted-syntax'],
  [
    'no async in the engine',
    'src/proc/a.ts',
    'export const x = async () => undefined;\n',
    'no-restricted-syntax',
    'src/cli.ts',
  ],
  ['no fetch', 'components/A.tsx', "export const x = fetch('x');\n", 'no-restricted-globals'],
  [
    'no any',
    'src/store.ts',
    'export const x = (y: any): unknown => y;\n',
    '@typescript-eslint/no-explicit-any',
  ],
  [
    'no ts-ignore',
    'src/store.ts',
    '// @ts-ignore\nexport const x = 1;\n',
    '@typescript-eslint/ban-ts-comment',
  ],
  ['no empty catch', 'src/kernel.ts', 'try {\n  process.umask();\n} catch {}\n', 'no-empty'],
  [
    'hooks in order',
    'hooks/useA.ts',
    "import { useState } from 'react';\nexport function useA(on: boolean) {\n  if (on) useState(1);\n}\n",
    'react-hooks/rules-of-hooks',
  ],
];

describe('the other rules', () => {
  test.each(RULES)('%s', async (_what, file, code, rule, allowedIn) => {
    expect((await problems(file, code)).join()).toContain(`${rule}:`);
    if (allowedIn !== undefined) expect((await problems(allowedIn, code)).join()).not.toContain(`${rule}:`);
  });

  test('a comment switches nothing off', async () => {
    const code = '// eslint-disable-next-line\nprocess.exit(1);\n';
    const found = (await problems('src/store.ts', code)).join();
    expect(found).toContain('no-restricted-properties');
    expect(found).toContain('has no effect');
  });
});
