// bin/start.cjs: the code cache of the build is taken where it fits, and nothing is the worse where it doesn't.
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { launcherFlags } from '../../build/bundle.mjs';
import { runProgram } from '../commands/runCli.ts';
import { waitUntil } from '../support/identity.ts';
import { tempFolder } from '../support/liveProcess.ts';
import { openTerminal } from '../support/terminal.ts';

const root = join(import.meta.dirname, '../..');
const VERSION = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
/** Says of each part whether V8 took its cache: `cli.cjs true`. */
const TAKEN = `
const { start, scripts } = require('./bin/start.cjs');
process.on('exit', () => {
  for (const [name, script] of scripts) console.error(name.split('-')[0], script.cachedDataRejected === false);
});
process.argv.splice(1, Infinity, 'slotop', 'version');
start();
`;

let folder = '';
beforeEach(() => {
  folder = tempFolder();
  for (const part of ['bin', 'dist']) cpSync(join(root, part), join(folder, part), { recursive: true });
});

/** Runs `slotop version` in the copy, which must answer whatever is wrong with it. @returns whose cache was taken */
async function taken(...flags: string[]): Promise<Record<string, boolean>> {
  writeFileSync(join(folder, 'taken.cjs'), TAKEN);
  const args = [...launcherFlags(), ...flags, join(folder, 'taken.cjs')];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, {
    env: { NODE_OPTIONS: '' },
  });
  expect([code, stdout]).toEqual([0, `slotop ${VERSION}\n`]);
  return Object.fromEntries(
    stderr
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.endsWith('true')] as const),
  );
}

const caches = (): string[] =>
  readdirSync(join(folder, 'dist'))
    .filter((name) => name.endsWith('.cache'))
    .map((name) => join(folder, 'dist', name));

function change(edit: (bytes: Buffer) => Buffer): void {
  for (const file of caches()) writeFileSync(file, edit(readFileSync(file)));
}

test('the launcher passes no flag of V8: with one, Node compiles its own modules anew at each start', () => {
  expect(launcherFlags()).toEqual(['--v8-pool-size=1', '--no-warnings']);
});

describe('the code cache', () => {
  test('is there for each part, and is taken', async () => {
    const parts = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.cjs'));
    expect(caches().map((file) => basename(file))).toEqual(parts.map((name) => `${name}.cache`));
    expect(parts.length).toBeGreaterThan(5); // the command line, the UI, what draws it, and what they use
    expect(await taken()).toEqual({ 'cli.cjs': true, chunk: true });
  });

  test.each<[string, () => void]>([
    [
      'a bit of it is another',
      () => change((bytes) => (bytes.writeUInt8((bytes.at(-9) ?? 0) ^ 4, bytes.length - 9), bytes)),
    ],
    ['it was cut off', () => change((bytes) => bytes.subarray(0, bytes.length / 2))],
    ['it is empty', () => change(() => Buffer.alloc(0))],
    ['it is missing', () => caches().forEach((file) => rmSync(file))],
    [
      'the program has changed, but not its length',
      () => {
        for (const file of caches().map((cache) => cache.replace(/\.cache$/, '')))
          writeFileSync(file, readFileSync(file, 'latin1').replace('var __', 'let __'), 'latin1');
      },
    ],
  ])('is left alone when %s', async (_what, spoil) => {
    spoil();
    expect(await taken()).toEqual({ 'cli.cjs': false, chunk: false });
  });

  test('is left alone by a V8 that it was not made by', async () => {
    expect(await taken('--no-lazy')).toEqual({ 'cli.cjs': false, chunk: false });
  });
});

/** Notes in a file what V8 says to each script that start.cjs compiles. */
const NOTE = `
const vm = require('node:vm');
const { appendFileSync } = require('node:fs');
const { Script } = vm;
vm.Script = class extends Script {
  constructor(text, options) {
    super(text, options);
    appendFileSync(process.env.NOTES, options.filename.split('/').at(-1).split('-')[0] + ' ' + !this.cachedDataRejected + '\\n');
  }
};`;

test('the screen takes the cache of all parts, and loads nothing that starts processes or reads modules', async () => {
  const notes = join(folder, 'notes');
  writeFileSync(
    join(folder, 'hook.cjs'),
    `${NOTE}
process.on('exit', () => appendFileSync(process.env.NOTES, process.moduleLoadList.join('\\n')));`,
  );
  const args = [...launcherFlags(), '-r', join(folder, 'hook.cjs'), join(folder, 'bin/start.cjs')];
  const terminal = openTerminal({ command: process.execPath, args, env: { NOTES: notes, NODE_OPTIONS: '' } });
  await terminal.waitFor(/^F1Help/m);
  await waitUntil(() => readFileSync(notes, 'utf8').includes('mount'), 'all parts are loaded');
  terminal.press('q');
  await terminal.exit;
  const said = readFileSync(notes, 'utf8').split('\n');
  const parts = said.slice(
    0,
    said.findIndex((line) => !/ (true|false)$/.test(line)),
  );
  expect(new Set(parts)).toEqual(
    new Set(['cli.cjs', 'chunk', 'tui', 'layout', 'reconciler', 'mount'].map((part) => `${part} true`)),
  );
  for (const name of ['child_process', 'module', 'worker_threads', 'crypto', 'dns'])
    expect(said).not.toContain(`NativeModule ${name}`);
});

test('the flags of V8 for a screen that stays are set when the last part has its cache, not before', async () => {
  const notes = join(folder, 'notes');
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `${NOTE}
const v8 = require('node:v8');
v8.setFlagsFromString = (flag) => appendFileSync(process.env.NOTES, flag + '\\n');`,
  );
  const args = ['-r', hook, join(folder, 'bin/start.cjs')];
  const terminal = openTerminal({ command: process.execPath, args, env: { NOTES: notes, NODE_OPTIONS: '' } });
  await waitUntil(() => existsSync(notes) && /^--semi/m.test(readFileSync(notes, 'utf8')), 'they are set');
  terminal.press('q');
  await terminal.exit;
  const said = readFileSync(notes, 'utf8').trim().split('\n');
  const first = said.findIndex((line) => line.startsWith('--'));
  expect(said[first - 1]).toMatch(/^mount /);
  expect(said[first]).toBe('--heap-growing-percent=20');
  expect(said.slice(first)).toContain('--semi-space-growth-factor=1');
});

test('the first frame and a list need none of ICU’s tables, which take as long as the rest of the start', async () => {
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, `Intl.Segmenter = function () { throw new Error('not at start'); };`);
  const start = join(folder, 'bin/start.cjs');
  const list = await runProgram(process.execPath, ['-r', hook, start, 'list', '=nobody is called so']);
  expect(list.stderr).not.toContain('not at start');
  const terminal = openTerminal({ command: process.execPath, args: ['-r', hook, start, '=slotop'] });
  await terminal.waitFor(/^F1Help/m);
  terminal.press('q');
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: 0 });
});

test('an error says where in the program it was', async () => {
  const file = join(folder, 'dist/cli.cjs');
  writeFileSync(
    file,
    readFileSync(file, 'latin1').replace(
      'async function main(',
      'function x() { null.a; } x();\nasync function main(',
    ),
  );
  const line =
    readFileSync(file, 'latin1')
      .split('\n')
      .findIndex((text) => text.startsWith('function x()')) + 1;
  const { stderr } = await runProgram(process.execPath, [join(folder, 'bin/start.cjs'), 'version']);
  expect(stderr).toContain(`${file}:${line}:`);
});
