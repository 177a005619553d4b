import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { isAlive, sameProcess, statOf, waitUntil, type Identity } from './identity.ts';
import { isRoot, NOBODY } from './liveProcess.ts';
import * as procs from './procs.ts';
import { spawnServer } from './servers.ts';

const started: Identity[] = [];
afterAll(() => expect(started.filter(isAlive)).toEqual([]));
const withPython = test.skipIf(procs.python === undefined);

describe('processes', () => {
  test.each(['plain', 'esc\x1b[31mape', 'new\nline', 'a) R 1', '日本語', '-dash', 'with blanks', 'a/slash'])(
    'a process called %j',
    async (name) => {
      const named = await procs.spawnNamed(name);
      started.push(named);
      expect(statOf(named.pid)?.comm).toBe(name);
      expect(readFileSync(`/proc/${named.pid}/comm`, 'utf8')).toBe(`${name}\n`);
    },
  );

  test('a name longer than comm is whole in argv and exe', async () => {
    const named = await procs.spawnNamed('a-name-longer-than-fifteen');
    expect(statOf(named.pid)?.comm).toBe('a-name-longer-t');
    expect(readFileSync(`/proc/${named.pid}/cmdline`, 'utf8')).toMatch(/\/a-name-longer-than-fifteen\0$/);
    expect(readlinkSync(`/proc/${named.pid}/exe`)).toMatch(/\/a-name-longer-than-fifteen$/);
  });

  test('a group of one name', async () => {
    const group = await procs.spawnGroup('slotop-crew', 5);
    started.push(...group);
    expect(group.map((one) => statOf(one.pid)?.comm)).toEqual(Array(5).fill('slotop-crew'));
  });

  test('a tree of fifty, three deep', async () => {
    const tree = await procs.spawnTree([7, 6], { name: 'slotop-tree' });
    started.push(...tree.all);
    expect(tree.levels.map((level) => level.length)).toEqual([1, 7, 42]);
    expect(tree.levels[1]?.every((one) => statOf(one.pid)?.ppid === tree.pid)).toBe(true);
    const middle = new Map(tree.levels[1]?.map((one) => [one.pid, 0]));
    for (const leaf of tree.levels[2] ?? []) {
      const ppid = statOf(leaf.pid)?.ppid ?? 0;
      middle.set(ppid, (middle.get(ppid) ?? Number.NaN) + 1);
    }
    expect([...middle.values()]).toEqual(Array(7).fill(6));
    expect(new Set(tree.all.map((one) => statOf(one.pid)?.comm))).toEqual(new Set(['slotop-tree']));
  });

  test('a stopped process', async () => {
    const stopped = await procs.spawnStopped();
    started.push(stopped);
    expect(statOf(stopped.pid)?.state).toBe('T');
    await stopped.stop();
    expect(isAlive(stopped)).toBe(false);
  });

  withPython('a zombie, reaped when it is stopped', async () => {
    const zombie = await procs.spawnZombie();
    started.push(zombie, zombie.parent);
    expect(statOf(zombie.pid)).toMatchObject({ state: 'Z', ppid: zombie.parent.pid });
    await zombie.stop();
    expect(sameProcess(zombie)).toBeUndefined();
  });

  withPython('a process of seven tasks', async () => {
    const many = await procs.spawnThreads(7);
    started.push(many);
    expect(statOf(many.pid)?.nlwp).toBe(7);
  });

  test('a busy process', async () => {
    const busy = await procs.spawnBusy();
    started.push(busy);
    const ticks = () => Number(readFileSync(`/proc/${busy.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[11]);
    const before = ticks();
    await waitUntil(() => ticks() > before + 2, 'its CPU time grows');
  });

  test.skipIf(!isRoot)('a process of another user', async () => {
    const theirs = await procs.spawnNamed('slotop-nobody', { uid: NOBODY });
    started.push(theirs);
    expect(statSync(`/proc/${theirs.pid}`).uid).toBe(NOBODY);
  });
});

/** Inodes of the sockets that a process holds. */
const inodes = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`)
    .map((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1])
    .filter((inode) => inode !== undefined);

/** Inodes that the kernel lists as listening (0A) or bound (07) on a port. */
const rows = (table: string, port: number): string[] =>
  readFileSync(`/proc/net/${table}`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((f) => f[1]?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`))
    .filter((f) => f[3] === '0A' || f[3] === '07')
    .map((f) => f[9] ?? '');

describe('servers', () => {
  withPython.each([
    ['python', 1, 1],
    ['node', 1, 1],
    ['tcp', 1, 1],
    ['ipv6', 1, 1],
    ['udp', 1, 1],
    ['udp6', 1, 1],
    ['prefork', 5, 1],
    ['reuseport', 2, 2],
  ] as const)('%s has %i holders of %i sockets', async (kind, holders, sockets) => {
    const server = await spawnServer(kind);
    started.push(...server.holders);
    const listed = rows(`${server.proto}${server.family === 'ipv6' ? '6' : ''}`, server.port);
    expect(listed).toHaveLength(sockets);
    expect(server.holders).toHaveLength(holders);
    for (const holder of server.holders) {
      expect(inodes(holder.pid).filter((inode) => listed.includes(inode))).toHaveLength(1);
    }
    if (kind === 'node' || kind === 'python') {
      const reply = await new Promise<string>((resolve, reject) => {
        const socket = connect(server.port, server.address, () => socket.end('GET / HTTP/1.0\r\n\r\n'));
        socket.once('data', (data: Buffer) => resolve(data.toString())).once('error', reject);
      });
      expect(reply).toContain('200 OK');
    }
    await server.stop();
    expect(server.holders.filter(isAlive)).toEqual([]);
  });
});

test('what a test started is gone in the next one', () => {
  expect(started.length).toBeGreaterThan(50);
  expect(started.filter(isAlive)).toEqual([]);
});

test('the watchman kills by pid and starttime', async () => {
  const innocent = await procs.spawnIdle();
  const guilty = await procs.spawnNamed('new\nline) Z');
  started.push(innocent, guilty);
  const { REAPER } = await import('./cleanup.ts');
  execFileSync('/bin/sh', ['-c', REAPER], {
    input: `${innocent.pid} ${innocent.starttime + 1}\n${guilty.pid} ${guilty.starttime}\n4194304 1\n`,
  });
  await waitUntil(() => !isAlive(guilty), 'the one it was told of is gone');
  expect(isAlive(innocent)).toBe(true);
});
