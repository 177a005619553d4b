// `.ci/prepare` against what the tests look for: on a machine that it prepared none is skipped for a missing program.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram } from './support/liveProcess.ts';
import { SUPERVISED } from './support/supervised.ts';

const root = join(import.meta.dirname, '..');
const prepare = readFileSync(join(root, '.ci/prepare'), 'utf8');
const isInstalled = (program: string): boolean => prepare.includes(`[${program}]=`);
/** Of packages that every Debian has, or needed by `npm test` itself. */
const BASIC = new Set(['sh', 'sleep', 'node', 'sudo']);

test('every program that a test looks for is installed by it', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith('peers/'));
  const wanted = ours.flatMap((file) =>
    [
      ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(
        /(?:findProgram\(|!has\()'([\w-]+)'\)/g,
      ),
    ].map(([, program = '']) => program),
  );
  expect(new Set(wanted).size).toBeGreaterThan(8);
  expect(wanted.filter((program) => !isInstalled(program) && !BASIC.has(program))).toEqual([]);
});

test('so is every supervisor, by it or in test/peers', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'test/peers/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const isThere = (program: string): boolean =>
    BASIC.has(program) || isInstalled(program) || program in dependencies;
  const missing = SUPERVISED.filter(({ programs }) => !programs.some(isThere));
  expect(missing.map(({ title }) => title)).toEqual([]);
  // Pinned: a newer one may print, or do, something else.
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test.skipIf(findProgram('shellcheck') === undefined)('shellcheck finds nothing in .ci', () => {
  const { stdout, status } = spawnSync('shellcheck', ['.ci/prepare', '.ci/run'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['', 0]);
});
