// The control groups of many at once, from the groups' own lists: never another path than the process itself would say.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cgroupPath } from '../../src/proc/cgroup.ts';
import { createCgroupMembers, type CgroupMembers } from '../../src/proc/cgroupMembers.ts';
import { createProcTable } from '../../src/proc/table.ts';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { procDir } from '../support/procDir.ts';
import { spawnTree } from '../support/procs.ts';

const FS = '/sys/fs/cgroup';
const mount = (point: string, type: string, options = '', root = '/', device = point.length): string =>
  `30 23 0:${device} ${root} ${point} rw,nosuid shared:9 - ${type} cgroup rw${options}\n`;
const V2 = mount(FS, 'cgroup2');
const HYBRID =
  mount(`${FS}/unified`, 'cgroup2') +
  mount(`${FS}/systemd`, 'cgroup', ',xattr,name=systemd', '/', 2) +
  mount(`${FS}/pids`, 'cgroup', ',pids', '/', 3);

const list = (...tasks: readonly number[]): string => tasks.map((task) => `${task}\n`).join('');

interface Scene {
  readonly members: CgroupMembers;
  readonly reads: string[];
}

function scene(mountinfo: string, files: Readonly<Record<string, string>>, canSignal = true): Scene {
  const reads: string[] = [];
  const kernel = {
    canSignal,
    read(path: string) {
      reads.push(path);
      const text = path === 'self/mountinfo' ? mountinfo : files[path];
      return text === undefined ? ('gone' as const) : new TextEncoder().encode(text);
    },
  };
  return { members: createCgroupMembers(kernel as unknown as Kernel) as CgroupMembers, reads };
}

/** They were asked themselves, and all said that. */
function meet(members: CgroupMembers, pids: readonly number[], body: string): void {
  for (const pid of pids) members.met(pid, body, cgroupPath(body));
}

const FOUR = [1, 2, 3, 4];

test('when four have named a group, all others in it are known, and nobody else', () => {
  const { members, reads } = scene(V2, { [`${FS}/a/cgroup.threads`]: list(...FOUR, 5, 60) });
  meet(members, [1, 2, 3], '0::/a\n');
  expect(members.pathOf(5)).toBeUndefined();
  expect(reads).toEqual([]);
  meet(members, [4], '0::/a\n');
  expect([5, 60, 6].map(members.pathOf)).toEqual(['/a', '/a', undefined]);
  meet(members, [7, 8, 9], '0::/a\n');
  expect(reads).toEqual(['self/mountinfo', `${FS}/a/cgroup.threads`]);
});

test('on a hybrid host the path is what all the groups that decide have in common', () => {
  const { members } = scene(HYBRID, {
    [`${FS}/unified/cgroup.threads`]: list(...FOUR, 5, 6),
    [`${FS}/systemd/s/tasks`]: list(...FOUR, 6, 7),
  });
  meet(members, FOUR, '8:pids:/p\n1:name=systemd:/s\n0::/\n');
  expect([5, 6, 7].map(members.pathOf)).toEqual([undefined, '/s', undefined]);
});

test('at the root of all hierarchies each of them is asked', () => {
  const { members, reads } = scene(HYBRID, {
    [`${FS}/unified/cgroup.threads`]: list(...FOUR, 5, 6),
    [`${FS}/systemd/tasks`]: list(...FOUR, 5, 6),
    [`${FS}/pids/tasks`]: list(...FOUR, 6),
  });
  meet(members, FOUR, '8:pids:/\n1:name=systemd:/\n0::/\n');
  expect(reads).toHaveLength(4);
  expect([5, 6].map(members.pathOf)).toEqual([undefined, '/']);
});

test('who is in the lists of two groups is asked itself', () => {
  const { members } = scene(V2, {
    [`${FS}/a/cgroup.threads`]: list(...FOUR, 5, 6),
    [`${FS}/b/cgroup.threads`]: list(11, 12, 13, 14, 6, 15),
  });
  meet(members, FOUR, '0::/a\n');
  meet(members, [11, 12, 13, 14], '0::/b\n');
  expect([5, 6, 15].map(members.pathOf)).toEqual(['/a', undefined, '/b']);
});

test('two lists of one group, met beside different other controllers, agree', () => {
  const { members } = scene(V2, { [`${FS}/a/cgroup.threads`]: list(...FOUR, 5, 6, 7, 8, 9) });
  meet(members, FOUR, '0::/a\n');
  meet(members, [5, 6, 7, 8], '4:memory:/m\n0::/a\n');
  expect(members.pathOf(9)).toBe('/a');
});

test.each([
  ['another mount covers the group', V2, '0::/a\n', { [`${FS}/a/cgroup.threads`]: list(50, 51) }],
  [
    'only a part of the hierarchy is mounted',
    mount(FS, 'cgroup2', '', '/docker/1'),
    '0::/a\n',
    { [`${FS}/a/cgroup.threads`]: list(...FOUR, 50) },
  ],
  [
    'the group is outside of our namespace',
    V2,
    '0::/../a\n',
    { [`${FS}/../a/cgroup.threads`]: list(...FOUR, 50) },
  ],
  ['nothing is mounted', '', '0::/a\n', { '/a/cgroup.threads': list(...FOUR, 50) }],
  ['the kernel has no such list', V2, '0::/a\n', { [`${FS}/a/cgroup.procs`]: list(...FOUR, 50) }],
])('nobody is taken for a member where %s', (_, mountinfo, body, files: Readonly<Record<string, string>>) => {
  const { members } = scene(mountinfo, files);
  meet(members, FOUR, body);
  expect(members.pathOf(50)).toBeUndefined();
});

test('a proc root that numbers processes otherwise than the lists is not read so', () => {
  expect(scene(V2, {}, false).members).toBeUndefined();
});

test('of a hundred in one group four are asked; a later look takes nothing of it for true', () => {
  const pids = Array.from({ length: 100 }, (_, at) => 100 + at);
  const dir = procDir({ processes: pids.map((pid) => ({ pid, comm: 'worker', cgroup: '/a' })) });
  const real = openKernel(dir.root);
  const reads: string[] = [];
  const files = new Map([
    ['self/mountinfo', V2],
    [`${FS}/a/cgroup.threads`, list(...pids)],
  ]);
  const read: Kernel['read'] = (path) => {
    reads.push(path);
    const text = files.get(path);
    return text === undefined ? real.read(path) : new TextEncoder().encode(text);
  };
  const table = createProcTable({ ...real, canSignal: true, read }, 100, 4096);
  const asked = (): string[] => reads.filter((path) => path.endsWith('/cgroup'));
  for (const pid of pids) table.readStat(pid);
  table.settle(['cgroup'], Infinity);
  expect(asked()).toHaveLength(4);
  expect(new Set([...table.procs.values()].map(({ cgroup }) => cgroup))).toEqual(new Set(['/a']));

  reads.length = 0;
  dir.add({ pid: 150, comm: 'another', starttime: 999, cgroup: '/b' });
  table.readStat(150);
  table.settle(['cgroup'], Infinity);
  expect(asked()).toEqual(['150/cgroup']);
  expect(table.procs.get(150)?.cgroup).toBe('/b');
});

test('of real processes each is where it says it is', async () => {
  const { all } = await spawnTree([70]);
  const pids = all.map(({ pid }) => pid);
  const kernel = openKernel();
  const asked: string[] = [];
  const read: Kernel['read'] = (path, ...more) => {
    if (path.endsWith('/cgroup')) asked.push(path);
    return kernel.read(path, ...more);
  };
  const table = createProcTable({ ...kernel, read }, 100, 4096);
  for (const pid of pids) table.readStat(pid);
  table.settle(['cgroup'], Infinity);
  const own = pids.map((pid) => cgroupPath(readFileSync(`/proc/${pid}/cgroup`, 'latin1')));
  expect(pids.map((pid) => table.procs.get(pid)?.cgroup)).toEqual(own);
  expect(asked.length).toBeGreaterThanOrEqual(4);
});
