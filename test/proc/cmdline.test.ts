// What argv a process has, by the bytes of its cmdline.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCmdline } from '../../src/proc/details.ts';

const argvOf = (text: string) => splitCmdline(Buffer.from(text));

test('each argument ends with a NUL, empty ones too, and a last one may do without', () => {
  expect(argvOf('')).toEqual([]);
  expect(argvOf('sleep\0' + '60\0')).toEqual(['sleep', '60']);
  expect(argvOf('grep\0\0a b\0\0')).toEqual(['grep', '', 'a b', '']);
  expect(argvOf('\0')).toEqual(['']);
  expect(argvOf('\0\0')).toEqual(['', '']);
  expect(argvOf('cut off')).toEqual(['cut off']);
});

test('what a title leaves of the old room is no argument', () => {
  expect(argvOf('nginx: worker process\0\0\0\0')).toEqual(['nginx: worker process']);
  expect(argvOf('nginx:\0\0\0')).toEqual(['nginx:', '', '']); // may be its argv
  expect(argvOf('a title\0\0of two\0\0')).toEqual(['a title', '', 'of two', '']);
});

test('arguments of any form', () => {
  const words = fc.array(fc.stringMatching(/^[ab ]{0,4}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(words, (argv) => {
      const [title = '', ...rest] = argv;
      const isTitle = title.includes(' ') && rest.every((word) => word === '');
      expect(argvOf(argv.map((word) => `${word}\0`).join(''))).toEqual(isTitle ? [title] : argv);
    }),
  );
});
