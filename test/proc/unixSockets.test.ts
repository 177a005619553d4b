import { readlinkSync } from 'node:fs';
import { createServer, connect, type ListenOptions, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { parseUnix, unixSockets } from '../../src/proc/unixSockets.ts';
import { createDoubt } from '../../src/proc/unixDoubt.ts';
import { createProcTable } from '../../src/proc/table.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';
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
  expect(parseUnix(new TextEncoder().encode(TABLE)).listings).toMatchObject([
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

async function listening(where: ListenOptions): Promise<Server> {
  const server = createServer().listen(where);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
}

function inodeOf(server: Server): string {
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  return /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[0] ?? '';
}

const imitation = (inode: string, path: string): string =>
  `0000000000000000: 00000002 00000000 00010000 0001 01 ${inode} ${path}`;

test('a path that imitates the row of a TCP socket, or of a unix socket, is not believed', async () => {
  const folder = tempFolder();
  const real = await listening({ path: join(folder, 'r') });
  const tcp = await listening({ port: 0, host: '127.0.0.1' });
  await listening({ path: `${folder}/a\n${imitation(inodeOf(tcp), 'of-tcp')}` });
  await listening({ path: `${folder}/b\n${imitation(inodeOf(real), 'of-unix')}` });
  await listening({ path: `${folder}/c\n${imitation('4294967295', 'of-none')}` });

  const kernel = openKernel();
  const table = createProcTable(kernel, 100, 4096);
  table.readStat(process.pid);
  const found = unixSockets(kernel, table.procs);
  const doubtful = (path: string) => found.filter((one) => one.path === path).map((one) => one.doubtful);
  expect(doubtful('of-tcp')).toEqual([true]);
  expect(doubtful('of-unix')).toEqual([true]);
  // Nobody is said to hold it: it leads nowhere.
  expect(found.filter(({ path }) => path === 'of-none')).toMatchObject([{ holders: [], hidden: true }]);
  expect([...doubtful(`${folder}/a`), ...doubtful(`${folder}/b`)]).toEqual([false, false]);
});

test('a row that is too long to be in the path before it is a row, whatever that path', () => {
  const row = (inode: number, path: string): string => imitation(String(inode), path);
  const rows = (...lines: readonly string[]) =>
    parseUnix(new TextEncoder().encode(`Num  Path\n${lines.join('\n')}\n`)).listings;
  const behind = row(16829297, '/run/b');
  const room = 108 - 1 - behind.length;
  for (const [path, mayBePath] of [
    ['a'.repeat(room), true],
    ['a'.repeat(room + 1), false],
  ] as const) {
    expect(rows(row(16829296, path), behind).map((one) => one.mayBePath)).toEqual([false, mayBePath]);
  }
  expect(rows(row(16829296, '').trimEnd(), behind)).toMatchObject([{ path: '/run/b', mayBePath: false }]);
});

test('a row that can be no path is believed, whatever another says of its inode', () => {
  const kernel = createFakeKernel();
  const row = { type: 'stream', state: 'LISTEN', inode: 7, path: '/run/a', mayBePath: false } as const;
  const isDoubtful = createDoubt(kernel, [7, 7], [row], new Map());
  expect([isDoubtful(row), isDoubtful({ ...row, mayBePath: true })]).toEqual([false, true]);
});
