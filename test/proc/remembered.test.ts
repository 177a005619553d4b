import { expect, test } from 'vitest';
import { remembered } from '../../src/proc/remembered.ts';
import { splitCmdline } from '../../src/proc/details.ts';

const words = (made: string[]) =>
  remembered((text) => {
    made.push(text);
    return text.split(' ');
  });

test('the same text has the very same value', () => {
  const made: string[] = [];
  const split = words(made);
  expect(split('a b')).toEqual(['a', 'b']);
  expect(split('a b')).toBe(split('a b'));
  expect(made).toEqual(['a b']);
});

test('texts that nobody has any more are not kept for ever, and one that is huge pushes no other out', () => {
  const made: string[] = [];
  const split = words(made);
  const first = split('first');
  split('x'.repeat(2_000_000));
  for (let i = 0; i < 1_000; i++) split(`${i}`);
  expect(split('first')).toBe(first);
  for (let i = 0; i < 100_000; i++) split(`passing ${i}`);
  expect(split('first')).not.toBe(first);
  expect(split('first')).toEqual(['first']);
});

test('workers with one command line share its words', () => {
  const line = (): Uint8Array => Buffer.from('/usr/bin/php-fpm\0--config\0/etc/php.conf\0');
  expect(splitCmdline(line())).toBe(splitCmdline(line()));
});
