// `slotop ports` from the outside: the contract's document, and what people are told besides.
import { expect, describe, test } from 'vitest';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort, python, startHolder } from '../support/holders.ts';
import { findProgram, isRoot, NOBODY, startProcess, tempFolder } from '../support/liveProcess.ts';
import { spawnServer } from '../support/servers.ts';
import { buildsCli, runProgram, slotop, slotopJson } from './runCli.ts';

buildsCli();

/** A UDP server after its first peer, as `nc -u -l` goes on: no longer among those that wait for anybody. */
const PEERED = `import fcntl,socket,struct,time
s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 1)) # SIOCSIFFLAGS: up, which loopback is not in a new namespace
s.bind(("127.0.0.1", 18082)); s.connect(("127.0.0.1", 9))
print(s.getsockname()[1], flush=True); time.sleep(1000)`;

interface Listed {
  readonly proto: string;
  readonly hidden: boolean;
  readonly uid: number;
  readonly path?: string;
  readonly holders: readonly { readonly pid: number; readonly cmdline: readonly string[] }[];
}

describe.skipIf(python === undefined)('slotop ports', () => {
  test('the document has the names of the contract, and every holder', async () => {
    const server = await spawnServer('prefork');
    const [socket, ...more] = await slotopJson<Listed[]>(['ports', `:${server.port}`]);
    expect(more).toEqual([]);
    expect(Object.keys(socket ?? {})).toEqual(
      'proto family address port state inode netns uid user holders hidden'.split(' '),
    );
    expect(Object.keys(socket?.holders[0] ?? {})).toEqual('pid starttime comm name cmdline fd'.split(' '));
    expect(socket?.holders.map(({ pid }) => pid)).toEqual(
      server.holders.map(({ pid }) => pid).sort((a, b) => a - b),
    );
  });

  test('people are told who can reach it, and why it runs: once for all workers', async () => {
    const server = await spawnServer('prefork');
    const { stdout } = await slotop(['ports', String(server.port)]);
    expect(stdout).toContain('127.0.0.1 lo');
    const [, why = ''] = stdout.split('Why they run:\n');
    expect(why.trim().split('\n')).toHaveLength(1);
    expect(why).toMatch(new RegExp(`^${server.pid} python3?[\\d.]* <- ${process.pid} .* <- 1 \\S`));
  });

  test.skipIf(!isRoot)("another user's socket is a row with its uid, and said to be hidden", async () => {
    const holder = await startHolder('any');
    const [socket] = await slotopJson<Listed[]>(['ports', String(holder.port)], { uid: NOBODY });
    expect(socket).toMatchObject({ hidden: true, uid: 0, holders: [] });
    const { stdout } = await slotop(['ports', String(holder.port)], { uid: NOBODY });
    expect(stdout).toContain('* public');
    expect(stdout).toContain('(hidden, uid 0)');
  });

  test('connections are named, and are no holders', async () => {
    const holder = await startHolder('crowd');
    const { stdout } = await slotop(['ports', String(holder.port)]);
    const of = `450 tcp connections ESTABLISHED of python3 (${holder.pid}, `;
    expect(stdout).toContain(`:${holder.port} ${of}`);
    expect(stdout).toContain(`:${holder.port} 50 tcp connections NOT-ACCEPTED (no holder of the port): `);
    const [socket] = await slotopJson<Listed[]>(['ports', String(holder.port)]);
    expect(socket?.holders.map(({ pid }) => pid)).toEqual([holder.pid]);
  });

  const unshare = findProgram('unshare');
  test.skipIf(!isRoot || unshare === undefined)('... of every network namespace', async () => {
    const holder = await startProcess(unshare ?? '', ['-n', '--', python ?? '', '-c', PEERED]);
    expect(await holder.line()).toBe('18082');
    const { code, stdout } = await slotop(['ports', '18082']);
    expect(stdout).toContain(`:18082 1 udp connection ESTABLISHED of python3 (${holder.pid}, `);
    expect(code).toBe(1);
  });

  test('a port that nobody holds: exit 1', async () => {
    expect((await slotop(['ports', String(await freePort())])).code).toBe(1);
  });

  const ip = findProgram('ip');
  test.skipIf(!isRoot || ip === undefined)('a network namespace is called by its name', async () => {
    const name = `slotop-${process.pid}`;
    const { code } = await runProgram(ip ?? '', ['netns', 'add', name]);
    if (code !== 0) return; // not allowed here
    onTestFinished(async () => void (await runProgram(ip ?? '', ['netns', 'del', name])));
    const holder = await startHolder('any', { via: [ip ?? '', 'netns', 'exec', name], port: 18_081 });
    const { stdout } = await slotop(['ports', '18081']);
    expect(stdout).toContain(`[netns ${name}]`);
    expect(stdout).toContain(String(holder.pid));
  });
});

test('--unix: by path, with all holders; words are parts of paths', async () => {
  const path = join(tempFolder(), 'web.sock');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const [socket] = await slotopJson<Listed[]>(['ports', '--unix', path]);
  expect(socket).toMatchObject({ proto: 'unix', type: 'stream', path, state: 'LISTEN', hidden: false });
  expect(socket?.holders.map(({ pid }) => pid)).toEqual([process.pid]);
  expect((await slotop(['ports', '--unix', path])).stdout).toMatch(/^TYPE +STATE[^]*stream +LISTEN +1 /);
  expect((await slotop(['ports', '--unix', `${path}.not`])).code).toBe(1);
});
