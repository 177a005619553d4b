import { expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel.ts';
import { createNetnsNames } from '../../src/proc/netnsNames.ts';
import { parseServices } from '../../src/proc/services.ts';

test('the first name of a port and protocol, without comments and aliases', () => {
  const names = parseServices(`# Network services
http\t\t80/tcp\twww\t# WorldWideWeb HTTP
other\t80/tcp
domain 53/udp
sctp-thing 99/sctp
broken
`);
  expect([...names]).toEqual([
    ['80/tcp', 'http'],
    ['53/udp', 'domain'],
  ]);
});

test('a network namespace is called as ip netns calls it; our own has no name', () => {
  const inodes: Readonly<Record<string, number>> = {
    'self/net/tcp': 1,
    '7/ns/net': 70,
    '8/ns/net': 80,
    '/run/netns/blue': 70,
  };
  const asked: string[] = [];
  const kernel = {
    stat(path: string) {
      asked.push(path);
      return inodes[path] === undefined ? 'denied' : { uid: 0, ino: inodes[path], size: 0 };
    },
    list: (path: string) => (path === '/run/netns' ? ['blue'] : 'gone'),
  } as unknown as Kernel;
  const nameOf = createNetnsNames(kernel);
  const heldBy = (netns: number, pid: number) => ({ netns, holders: [{ pid, starttime: 1, fd: 3 }] });
  expect(nameOf(heldBy(1, 7))).toBeUndefined();
  expect(nameOf(heldBy(2, 7))).toBe('netns blue');
  expect(nameOf(heldBy(3, 8))).toBe('netns 80');
  expect(nameOf(heldBy(4, 9))).toBe('another netns');
  expect(nameOf({ netns: 5, holders: [] })).toBe('another netns');
  const before = asked.length;
  nameOf(heldBy(2, 7));
  expect(asked.length).toBe(before);
});
