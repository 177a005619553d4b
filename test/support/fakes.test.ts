import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isFailure, openKernel } from '../../src/kernel.ts';
import { createFakeKernel } from './fakeKernel.ts';
import { statOf } from './identity.ts';
import { isRoot } from './liveProcess.ts';
import { procDir } from './procDir.ts';
import { netTable } from './procSystem.ts';
import { procFiles, statLine } from './procText.ts';

const text = (answer: Uint8Array | string): string =>
  typeof answer === 'string' ? answer : new TextDecoder().decode(answer);

/** The shape of a stat line: digits are digits, words are words. */
const fieldsOf = (line: string): string[] =>
  line
    .slice(line.lastIndexOf(')') + 2)
    .trim()
    .split(' ');

test('a made-up stat line has the fields of a real one, each in its place', () => {
  const line = statLine({
    pid: 77,
    comm: 'a) R 1',
    ppid: 5,
    pgrp: 6,
    session: 7,
    ttyNr: 34816,
    state: 'D',
    flags: 64,
    utime: 111,
    stime: 222,
    nice: -5,
    nlwp: 9,
    starttime: 333,
    vsize: 8192,
    rss: 40960,
    startstack: 444,
  });
  const fields = fieldsOf(line);
  expect(fields).toHaveLength(fieldsOf(readFileSync('/proc/self/stat', 'utf8')).length);
  // proc_pid_stat(5) numbers; the slice begins at field 3
  const wanted: Record<number, string> = {
    3: 'D',
    4: '5',
    5: '6',
    6: '7',
    7: '34816',
    9: '64',
    14: '111',
    15: '222',
  };
  Object.assign(wanted, { 18: '15', 19: '-5', 20: '9', 22: '333', 23: '8192', 24: '10', 28: '444' });
  for (const [number, value] of Object.entries(wanted))
    expect(fields[Number(number) - 3], number).toBe(value);
});

test('made-up files have the lines of real ones', () => {
  const files = procFiles({ pid: 5, comm: 'x' });
  const labels = (body: string): string[] => body.split('\n').map((line) => line.split(/:|\s{2,}/)[0] ?? '');
  for (const name of ['status', 'limits', 'io']) {
    const real = labels(readFileSync(`/proc/self/${name}`, 'utf8'));
    expect(
      labels(text(files[name] ?? '')).filter((label) => !real.includes(label)),
      name,
    ).toEqual([]);
  }
  const real = readFileSync('/proc/self/limits', 'utf8').split('\n');
  const nproc = (lines: string[]) => lines.find((line) => line.startsWith('Max processes')) ?? '';
  expect(nproc(text(files['limits'] ?? '').split('\n')).search(/\d/)).toBe(nproc(real).search(/\d/));
  expect(netTable([{ port: 8080, inode: 9, address: '127.0.0.2' }])).toContain(
    ' 0200007F:1F90 00000000:0000 0A ',
  );
});

test('a folder as /proc, read through the real kernel door', () => {
  const dir = procDir({
    processes: [
      { pid: 1, comm: 'init' },
      { pid: 12, comm: 'new\nline', uid: 1234, cmdline: ['a b', ''], fds: { 3: 'socket:[9]' } },
      { pid: 13, state: 'Z', ppid: 12 },
    ],
    self: 12,
    files: { 'net/tcp': netTable([{ port: 80, inode: 9 }]), '13/net/tcp': 'other', uptime: undefined },
  });
  const kernel = openKernel(dir.root);
  expect(kernel).toMatchObject({ pid: 12, canSignal: false });
  expect(text(kernel.read('12/stat'))).toContain('12 (new\nline) S 1 ');
  expect(text(kernel.read('12/cmdline'))).toBe('a b\0\0');
  expect(text(kernel.read('13/cmdline'))).toBe('');
  expect(kernel.link('12/fd/3')).toEqual({ target: 'socket:[9]' });
  expect(kernel.read('uptime')).toBe('gone');
  if (isRoot) expect(kernel.stat('12')).toMatchObject({ uid: 1234 });
  const inode = (path: string) => statSync(`${dir.root}/${path}`).ino;
  expect(inode('1/net/tcp')).toBe(inode('12/net/tcp'));
  expect(inode('13/net/tcp')).not.toBe(inode('12/net/tcp'));
  dir.remove('13');
  expect(kernel.read('13/stat')).toBe('gone');
  dir.add({ pid: 13, comm: 'again' });
  expect(text(kernel.read('13/stat'))).toContain('(again)');
  expect(statOf(4194304)).toBeUndefined();
});

test('signals do what signal(7) says', () => {
  const kernel = createFakeKernel();
  const victim = kernel.fork({ comm: 'victim' });
  kernel.kill(victim.pid, 19);
  expect(victim.state).toBe('T');
  kernel.kill(victim.pid, 15);
  expect(kernel.processes.has(victim.pid)).toBe(true); // pending while it is stopped
  kernel.kill(victim.pid, 18);
  expect(kernel.processes.has(victim.pid)).toBe(false);
  expect(kernel.kill(victim.pid, 9)).toBe('gone');

  const stuck = kernel.fork({ state: 'D' });
  expect(kernel.kill(stuck.pid, 9)).toBe('sent');
  expect(stuck).toMatchObject({ state: 'D', pending: [9] });
  const theirs = kernel.fork({ denied: true });
  expect(kernel.kill(theirs.pid, 9)).toBe('denied');
  const parent = kernel.fork({ neglects: true });
  const child = kernel.fork({ ppid: parent.pid });
  kernel.kill(child.pid, 9);
  expect(child.state).toBe('Z');
  kernel.kill(parent.pid, 9);
  expect(kernel.processes.has(child.pid)).toBe(false);
  for (const bad of [0, 1, -1, 1.5, Number.NaN]) expect(() => kernel.kill(bad, 0)).toThrow(RangeError);
});

test('a race: the number is somebody else when the signal arrives, and a held folder knows', () => {
  const kernel = createFakeKernel({ processes: [{ pid: 50, comm: 'old', fds: { 0: '/dev/null' } }] });
  const fd = kernel.open('50') as number;
  expect(text(kernel.read(`/proc/self/fd/${fd}/stat`))).toContain('(old)');
  kernel.before('kill', 50, () => kernel.replace(50, { comm: 'new' }));
  expect(kernel.waiting).toEqual(['kill 50']);
  kernel.kill(50, 19);
  expect(kernel.waiting).toEqual([]);
  expect(kernel.kills).toMatchObject([
    { pid: 50, signal: 19, met: { comm: 'new', state: 'S' }, answer: 'sent' },
  ]);
  expect(kernel.read(`/proc/self/fd/${fd}/stat`)).toBe('gone');
  expect(text(kernel.read('50/stat'))).toContain('(new) T');
  kernel.close(fd);
  expect(() => kernel.close(fd)).toThrow('not open');
});

test('the clock moves when somebody sleeps, and things happen in that time', () => {
  const kernel = createFakeKernel({ processes: [{ pid: 50 }] });
  kernel.after(30, () => kernel.exit(50));
  const start = kernel.now();
  kernel.sleep(20);
  expect(isFailure(kernel.read('50/stat'))).toBe(false);
  kernel.sleep(20);
  expect(kernel.read('50/stat')).toBe('gone');
  expect(kernel.now() - start).toBe(40);
  expect(text(kernel.read('loadavg'))).toMatch(/ \d+\/\d+ \d+\n$/);
});

test('what nobody foresaw fails loudly', () => {
  const kernel = createFakeKernel({ files: { '/etc/passwd': 'root:x:0:' }, denied: ['1/io'] });
  expect(text(kernel.read('/etc/passwd'))).toBe('root:x:0:');
  expect(kernel.read('1/io')).toBe('denied');
  expect(kernel.read('999/stat')).toBe('gone');
  expect(() => kernel.read('1/nonsense')).toThrow('nobody foresaw');
  expect(() => kernel.read('/etc/shadow')).toThrow('nobody foresaw');
  expect(() => kernel.list('sys')).toThrow('nobody foresaw');
  expect(() => kernel.exit(999)).toThrow('no process 999');
  expect(() => kernel.fork({ pid: 1 })).toThrow('taken');
});
