import { expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel.ts';
import { connectionsOn } from '../../src/proc/connections.ts';

/** One row as the kernel prints it: port 8080 is 1F90. */
const row = (local: string, remote: string, state: string, inode: number): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 2 0000000000000000 20 4 30 10 -1\n`;

const SERVER = '0100007F:1F90';
const CLIENT = '0100007F:C350';

test('each kind is counted and named; the listener, other ports and far ends are not', () => {
  const tables: Readonly<Record<string, string>> = {
    '7/net/tcp': [
      row('00000000:1F90', '00000000:0000', '0A', 50), // listens
      row(SERVER, CLIENT, '01', 60), // accepted
      row(SERVER, CLIENT, '01', 0), // waits in the queue
      row(SERVER, CLIENT, '03', 0), // half open
      row(SERVER, CLIENT, '06', 0),
      row(SERVER, CLIENT, '06', 0),
      row(SERVER, CLIENT, '05', 0),
      row(CLIENT, SERVER, '01', 61), // the far end of the second
    ].join(''),
    '7/net/udp': row(SERVER, CLIENT, '01', 70) + row('00000000:1F90', '00000000:0000', '07', 71),
  };
  const kernel = {
    read: (path: string) => (tables[path] === undefined ? 'gone' : new TextEncoder().encode(tables[path])),
  } as unknown as Kernel;
  const found = connectionsOn(kernel, 8080, [7]);
  expect(found.map(({ proto, state, count, inodes }) => [proto, state, count, inodes])).toEqual([
    ['tcp', 'ESTABLISHED', 1, [60]],
    ['tcp', 'NOT-ACCEPTED', 2, []],
    ['tcp', 'TIME-WAIT', 2, []],
    ['tcp', 'FIN-WAIT-2', 1, []],
    ['udp', 'ESTABLISHED', 1, [70]],
  ]);
  expect(connectionsOn(kernel, 9090, [7])).toEqual([]);
});
