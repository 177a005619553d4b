import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { parseUnix, unixSockets } from '../../src/proc/unixSockets.ts';
import { createProcTable } from '../../src/proc/table.ts';
import { tempFolder } from '../support/liveProcess.ts';

const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
00000000032e1f5e: 00000002 00000000 00010000 0001 01 16829296 /run/web socket
00000000f287764b: 00000002 00000000 00010000 0005 01 15798525 @seq
00000000f2877641: 00000003 00000000 00000000 0001 03 15798526 /run/web socket
00000000f2877642: 00000003 00000000 00000000 0001 03 15798527
00000000f2877643: 00000002 00000000 00000000 0002 01 15798528 /run/log
00000000f2877644: 00000002 00000000 00000000 0002 01 15798529
`;

test('those that wait are told from connections and from nameless ones', () => {
  expect(parseUnix(new TextEncoder().encode(TABLE))).toEqual([
    { type: 'stream', path: '/run/web socket', state: 'LISTEN', inode: 16829296 },
    { type: 'seqpacket', path: '@seq', state: 'LISTEN', inode: 15798525 },
    { type: 'dgram', path: '/run/log', state: 'UNCONN', inode: 15798528 },
  ]);
});

test('our own, by path, with its holder, and without the connections to it', async () => {
  // The kernel prints a path as it is.
  const path = join(tempFolder(), 'a socket\nof two lines');
  const server: Server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const client = connect(path);
  onTestFinished(() => void client.destroy());
  await once(client, 'connect');

  const kernel = openKernel();
  const table = createProcTable(kernel, 100, 4096);
  table.readStat(process.pid);
  const found = unixSockets(kernel, table.procs).filter((socket) => socket.path === path);
  expect(found).toMatchObject([
    { type: 'stream', state: 'LISTEN', holders: [{ pid: process.pid }], hidden: false },
  ]);
});
