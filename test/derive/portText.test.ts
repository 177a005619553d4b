import { expect, test } from 'vitest';
import { addressText, portsText } from '../../src/derive/portText.ts';
import { whyText } from '../../src/derive/why.ts';
import { aProc } from './aProc.ts';
import { aSample, aSocket } from './aSample.ts';

test.each([
  ['0.0.0.0', '* public'],
  ['::', '* public'],
  ['127.0.0.53', '127.0.0.53 lo'],
  ['::1', '::1 lo'],
  ['::ffff:127.0.0.1', '::ffff:127.0.0.1 lo'],
  ['192.168.1.5', '192.168.1.5'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
])('%s is shown as %s', (address, text) => expect(addressText(address)).toBe(text));

test('as many ports as fit, lowest first, and how many more', () => {
  const sockets = [8080, 80, 443].map((port) =>
    aSocket({ port, address: port === 80 ? '0.0.0.0' : '127.0.0.1' }),
  );
  expect(portsText(sockets, 20)).toBe('80*,443,8080');
  expect(portsText(sockets, 8)).toBe('80*+2');
});

test('why: the chain, the unit, the container; a ring of parents ends', () => {
  const id = 'ab'.repeat(32);
  const sample = aSample([
    aProc({ pid: 1, ppid: 0, comm: 'systemd' }),
    aProc({ pid: 40, ppid: 1, comm: 'npm' }),
    aProc({ pid: 50, ppid: 60, comm: 'a' }),
    aProc({ pid: 60, ppid: 50, comm: 'b' }),
  ]);
  const holder = (cgroup: string) => aProc({ pid: 42, ppid: 40, comm: 'node', cgroup });
  expect(whyText(holder('/system.slice/web.service'), sample)).toBe(
    '42 node <- 40 npm <- 1 systemd; unit web.service',
  );
  expect(whyText(holder(`/docker/${id}`), sample)).toBe(
    '42 node <- 40 npm <- 1 systemd; container docker:abababababab',
  );
  expect(whyText(aProc({ pid: 50, ppid: 60, comm: 'a', session: 0 }), sample)).toBe('50 a <- 60 b');
});
