import { spawnSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { COMMANDS } from '../src/commands/commands.ts';
import { compileSeldom } from '../src/compileSeldom.ts';

afterEach(() => vi.restoreAllMocks());

/** What is set of V8, by a Node of that version. */
function flagsSet(version: string): string[] {
  const flags: string[] = [];
  vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: version });
  const v8 = { setFlagsFromString: (flag: string) => void flags.push(flag) };
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(v8);
  compileSeldom();
  return flags;
}

test('nothing is set where V8 does not know the flag, and would say so', () => {
  expect(flagsSet('20.19.0')).toEqual(['--interrupt-budget=1000000']);
  expect(flagsSet('22.0.0')).toEqual([]);
  expect(flagsSet('24.3.0')).toEqual([]);
});

test.skipIf(parseInt(process.versions.node, 10) >= 22)('this V8 knows it', () => {
  const [flag = ''] = flagsSet(process.versions.node);
  const { status, stderr } = spawnSync(process.execPath, [flag, '-e', '0'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('those that only look do so; who signals works at full speed', () => {
  const seldom = COMMANDS.filter(({ looksOnce }) => looksOnce).map(({ name }) => name);
  expect(seldom.sort()).toEqual(['list', 'ports', 'slots']);
});
