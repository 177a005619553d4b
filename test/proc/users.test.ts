import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { createUserNames, parsePasswd } from '../../src/proc/users.ts';

test('names by uid; the first line of a uid wins; broken lines are passed over', () => {
  const names = parsePasswd(
    'root:x:0:0::/root:/bin/sh\ntoor:x:0:0:::\n#old\n+::::::\nbob:x:1000:1000:Bob\nbad:x::5\n',
  );
  expect([...names]).toEqual([
    [0, 'root'],
    [1000, 'bob'],
  ]);
});

test('a uid without a name is its number, an unknown one a dash; the file is read once', () => {
  let reads = 0;
  const kernel = openKernel();
  const userName = createUserNames({
    ...kernel,
    read: (path) => {
      expect(path).toBe('/etc/passwd');
      reads++;
      return Buffer.from('root:x:0:0::/root:/bin/sh\n');
    },
  });
  expect([0, 4242, undefined].map(userName)).toEqual(['root', '4242', '-']);
  expect(reads).toBe(1);
});

test('without /etc/passwd everybody is a number', () => {
  const userName = createUserNames({ ...openKernel(), read: () => 'gone' });
  expect(userName(0)).toBe('0');
});
