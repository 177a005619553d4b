import { expect, test } from 'vitest';
import { free } from '../../src/commands/free.ts';
import { typedAgain } from '../../src/commands/typedAgain.ts';
import { invocationOf } from '../../src/commands/words.ts';

const typed = (...words: string[]): string =>
  typedAgain(free.options, invocationOf(['free', '8080', ...words]).given);

test('who is meant and how is typed again, quoted for a shell', () => {
  expect(typed('--tree', '--exclude', 'user:bob age>1h', '--wait=9s', '--with-respawner')).toBe(
    `--tree --exclude 'user:bob age>1h' --wait 9s --with-respawner`,
  );
  expect(typed('--force-protected', '812')).toBe('--force-protected 812');
});

test('what was of one run is not, and nothing is nothing', () => {
  expect(typed('--json', '--yes', '--quiet', '--dry-run', '--read-only')).toBe('');
  expect(typed()).toBe('');
});
