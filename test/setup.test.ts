import { expect, test } from 'vitest';
import { isInstalled } from '../build/setup.mjs';

const lock = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/other-platform': { version: '2.0.0', optional: true },
};

test.each([
  ['all there, another platform left out', { 'node_modules/a': { version: '1.0.0' } }, true],
  ['never installed', undefined, false],
  ['broken off, or without the development packages', {}, false],
  ['an older version', { 'node_modules/a': { version: '0.9.0' } }, false],
  [
    'an older optional one',
    { 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-platform': { version: '1.0.0' } },
    false,
  ],
])('%s', (_what, installed, answer) => {
  expect(isInstalled(lock, installed)).toBe(answer);
});
