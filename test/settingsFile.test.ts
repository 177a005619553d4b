// The settings file on a real disk.
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { USUAL_SETTINGS } from '../src/derive/settings.ts';
import { openKernel } from '../src/kernel.ts';
import { readSettings, settingsPath, writeSettings } from '../src/settingsFile.ts';
import { tempFolder } from './support/liveProcess.ts';

const kernel = openKernel();

test('stands where the XDG specification says', () => {
  expect(settingsPath({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/slotop/config.json');
  expect(settingsPath({ XDG_CONFIG_HOME: 'relative', HOME: '/h' })).toBe('/h/.config/slotop/config.json');
  expect(settingsPath({ HOME: 'relative' })).toBe(undefined);
  expect(settingsPath({})).toBe(undefined);
});

test('comes back as it was kept; a missing one is no problem', () => {
  const path = join(tempFolder(), 'a', 'slotop', 'config.json');
  expect(readSettings(kernel, path)).toEqual({ settings: {}, problem: undefined });
  expect(readSettings(kernel, undefined)).toEqual({ settings: {}, problem: undefined });
  expect(writeSettings(kernel, path, { ...USUAL_SETTINGS, delay: 3 })).toBe(undefined);
  expect(readSettings(kernel, path).settings.delay).toBe(3);
  expect(readdirSync(join(path, '..'))).toEqual(['config.json']);
});

test('a bad one is one line with its name, and what is good in it holds', () => {
  const path = join(tempFolder(), 'config.json');
  writeFileSync(path, '{"delay": 0, "ascii": true}');
  const { settings, problem } = readSettings(kernel, path);
  expect(settings).toEqual({ ascii: true });
  expect(problem).toBe(`${path}: delay is not a number of seconds from 0.1 to 60; what is usual holds`);
  writeFileSync(path, ' '.repeat(100_000));
  expect(readSettings(kernel, path).problem).toMatch(/not a settings file/);
});

test('what a link points to is replaced, not the link', () => {
  const folder = tempFolder();
  const [path, real] = [join(folder, 'config.json'), join(folder, 'mine.json')];
  writeFileSync(real, '{}');
  symlinkSync('mine.json', path);
  expect(writeSettings(kernel, path, { tree: false })).toBe(undefined);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ tree: false });
});

test('a place that can not be written is a reason in words', () => {
  const path = join(tempFolder(), 'config.json');
  mkdirSync(path);
  expect(readSettings(kernel, path)).toEqual({
    settings: {},
    problem: `${path}: not permitted; the usual settings hold`,
  });
  expect(writeSettings(kernel, path, {})).toBe(`${path}: not permitted`);
  rmSync(`${path}.new`);
  mkdirSync(`${path}.new`);
  expect(writeSettings(kernel, path, {})).toBe(`${path}.new: not permitted`);
  expect(writeSettings(kernel, '/proc/nowhere/config.json', {})).toMatch(/^\/proc\/nowhere: /);
  expect(writeSettings(kernel, undefined, {})).toMatch(/neither/);
});
