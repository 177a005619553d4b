// The one door on the real machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf, isFailure, openKernel } from '../src/kernel.ts';
import { sameProcess, waitUntil } from './support/identity.ts';
import { tempFolder } from './support/liveProcess.ts';
import { spawnIdle } from './support/procs.ts';

const kernel = openKernel('/proc');

function text(path: string): string {
  const bytes = kernel.read(path);
  if (isFailure(bytes)) throw new Error(`${path}: ${bytes}`);
  return Buffer.from(bytes).toString('latin1');
}

test('paths without a slash are below the proc root, with one absolute', () => {
  expect(text('self/stat')).toMatch(new RegExp(`^${process.pid} \\(`));
  expect(text('/proc/self/stat')).toMatch(new RegExp(`^${process.pid} \\(`));
});

test('a file is read to its end, however long its records are', () => {
  const folder = tempFolder();
  for (const size of [0, 1, 3071, 3072, 4096, 65_535, 65_536, 65_537, 300_000]) {
    writeFileSync(join(folder, 'file'), 'x'.repeat(size));
    expect(text(join(folder, 'file'))).toHaveLength(size);
  }
  expect(text('self/mountinfo').endsWith('\n')).toBe(true);
  expect(text('kallsyms').trimEnd().split('\n').length).toBeGreaterThan(1000); // a long seq_file, a page a read
});

test('a known record length spares the last read and loses nothing', () => {
  const long = kernel.read('kallsyms', 512);
  expect(isFailure(long) ? 0 : long.length).toBe(text('kallsyms').length);
});

test('where what was read will do, the rest is not asked for', () => {
  const whole = text('kallsyms').length;
  const seen: number[] = [];
  const some = kernel.read('kallsyms', undefined, (bytes) => seen.push(bytes.length) === 2);
  expect(seen).toHaveLength(2);
  expect(some).toHaveLength(seen[1] ?? 0);
  expect(seen[1]).toBeLessThan(whole / 2);
});

test('no row is lost where a read at the end of the buffer asks for less than a page', async () => {
  // 64 KB and 128 KB, where the buffer ends, are no multiples of the 150 bytes of a row.
  const servers: Server[] = [];
  try {
    for (let count = 0; count < 1000; count++) {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((done, failed) =>
        server.once('error', failed).listen(0, '127.0.0.1', () => done()),
      );
    }
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    // A kernel of its own: one that has read a long file before has a long buffer.
    const bytes = openKernel('/proc').read('self/net/tcp', 150);
    const table = isFailure(bytes) ? bytes : Buffer.from(bytes).toString('latin1');
    const listed = new Set(
      [...table.matchAll(/0100007F:([0-9A-F]{4}) 00000000:0000 0A/g)].map(([, hex]) => hex),
    );
    expect(ports.filter((port) => !listed.has(port.toString(16).toUpperCase().padStart(4, '0')))).toEqual([]);
  } finally {
    for (const server of servers) server.close();
  }
});

test('errno becomes one of three words, and a bug throws', () => {
  expect(kernel.read('999999999/stat')).toBe('gone');
  expect(kernel.read('self/nothing')).toBe('gone');
  expect(kernel.link('self/stat')).toBe('gone');
  expect(kernel.list('/nowhere')).toBe('gone');
  expect(failureOf(Object.assign(new Error(), { code: 'EPERM' }))).toBe('denied');
  expect(failureOf(Object.assign(new Error(), { code: 'EMFILE' }))).toBe('limit');
  expect(() => failureOf(new TypeError('ours'))).toThrow('ours');
  expect(kernel.read('self')).toBe('denied');
  expect(() => kernel.read('self\0')).toThrow(/null bytes/);
});

test.each([
  0,
  1,
  -1,
  -5,
  1.5,
  Number.NaN,
  Infinity,
  2 ** 53,
  '' as unknown as number,
  '12' as unknown as number,
])('kill refuses %o: it is no process', (pid) => {
  expect(() => kernel.kill(pid, 0)).toThrow(RangeError);
});

test('kill says sent, gone or denied; a signal that is none is a bug', async () => {
  const idle = await spawnIdle();
  expect(kernel.kill(idle.pid, 19)).toBe('sent');
  await waitUntil(() => sameProcess(idle)?.state === 'T', 'stopped');
  expect(kernel.kill(idle.pid, 18)).toBe('sent');
  expect(() => kernel.kill(idle.pid, 999)).toThrow(/EINVAL/);
  await idle.stop();
  await waitUntil(() => kernel.kill(idle.pid, 0) === 'gone', 'reaped, and so gone');
});

test('a held folder of /proc answers for that very process only', async () => {
  const idle = await spawnIdle();
  const folder = kernel.open(String(idle.pid));
  if (isFailure(folder)) throw new Error(folder);
  expect(text(`/proc/self/fd/${folder}/stat`)).toMatch(new RegExp(`^${idle.pid} `));
  await idle.stop();
  await waitUntil(() => kernel.read(`/proc/self/fd/${folder}/stat`) === 'gone', 'reaped, and so gone');
  kernel.close(folder);
});

test('signals go out only through the view of our own pid namespace', () => {
  expect(kernel.canSignal).toBe(true);
  expect(kernel.pid).toBe(process.pid);
  const folder = tempFolder();
  mkdirSync(join(folder, String(process.pid)));
  symlinkSync(String(process.pid), join(folder, 'self'));
  const copy = openKernel(folder); // says the right pid, and is no procfs
  expect(copy.pid).toBe(process.pid);
  expect(copy.canSignal).toBe(false);
});

test('append makes a file for its owner alone, follows no link, and waits for no reader', () => {
  const folder = tempFolder();
  const file = join(folder, 'log');
  expect(kernel.append(file, 'one\n')).toBe('written');
  expect(kernel.append(file, 'two\n')).toBe('written');
  expect([text(file), statSync(file).mode & 0o777]).toEqual(['one\ntwo\n', 0o600]);
  expect(kernel.rename(file, `${file}.1`)).toBe('renamed');
  expect(kernel.rename(file, `${file}.1`)).toBe('gone');

  symlinkSync(`${file}.1`, file);
  expect(kernel.append(file, 'three\n')).toBe('denied');
  expect(text(`${file}.1`)).toBe('one\ntwo\n');
  expect(kernel.append(folder, 'x')).toBe('denied');
  expect(kernel.append(join(folder, 'nowhere', 'log'), 'x')).toBe('gone');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(kernel.append(join(folder, 'pipe'), 'x')).toBe('denied'); // and is back at once
});

test('folders are made for their owner alone, with those above them', () => {
  const folder = tempFolder();
  const deep = join(folder, 'a', 'b', 'c');
  expect([kernel.makeFolder(deep), kernel.makeFolder(deep)]).toEqual(['made', 'made']);
  expect([statSync(deep).mode & 0o777, statSync(join(folder, 'a')).mode & 0o777]).toEqual([0o700, 0o700]);
  writeFileSync(join(folder, 'file'), '');
  expect(kernel.makeFolder(join(folder, 'file'))).toBe('denied');
  expect(kernel.makeFolder(join(folder, 'file', 'x'))).toBe('gone');
  expect(kernel.makeFolder('/proc/nowhere/x')).toBe('gone'); // Node's own never comes back from there
});
