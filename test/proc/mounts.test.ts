import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cgroupMounts } from '../../src/proc/mounts.ts';

const line = (device: string, root: string, point: string, type: string, options: string): string =>
  `31 23 ${device} ${root} ${point} rw,relatime shared:9 - ${type} ${type} ${options}\n`;

test('finds v2 and the v1 mount with pids, and no other', () => {
  const text =
    '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n' +
    line('0:31', '/', '/sys/fs/cgroup/cpu', 'cgroup', 'rw,cpu,cpuacct') +
    line('0:36', '/', '/sys/fs/cgroup/pids', 'cgroup', 'rw,pids') +
    line('0:37', '/', '/sys/fs/cgroup/systemd', 'cgroup', 'rw,name=systemd') +
    line('0:38', '/', '/sys/fs/cgroup/unified', 'cgroup2', 'rw,nsdelegate');
  expect(cgroupMounts(text)).toEqual([
    { version: 1, point: '/sys/fs/cgroup/pids', root: '/' },
    { version: 2, point: '/sys/fs/cgroup/unified', root: '/' },
  ]);
});

test('of several mounts of one hierarchy the one that shows most is kept', () => {
  const text =
    line('0:28', '/docker/abc', '/bind', 'cgroup2', 'rw') +
    line('0:28', '/', '/sys/fs/cgroup', 'cgroup2', 'rw') +
    line('0:28', '/docker/def', '/bind2', 'cgroup2', 'rw');
  expect(cgroupMounts(text)).toEqual([{ version: 2, point: '/sys/fs/cgroup', root: '/' }]);
});

test('any number of optional fields may stand before the dash', () => {
  expect(cgroupMounts('31 23 0:28 / /c rw - cgroup2 none rw\n')).toHaveLength(1);
  expect(cgroupMounts('31 23 0:28 / /c rw shared:1 master:2 - cgroup2 none rw\n')).toHaveLength(1);
});

test('any folder name survives the octal escapes', () => {
  const escaped = (path: string): string =>
    path.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const name = fc.string({
    unit: fc.constantFrom(' ', '\t', '\n', '\\', '0', '4', 'a', 'é', '-'),
    minLength: 1,
  });
  fc.assert(
    fc.property(name, name, (point, root) => {
      expect(cgroupMounts(line('0:28', escaped(`/${root}`), escaped(`/${point}`), 'cgroup2', 'rw'))).toEqual([
        { version: 2, point: `/${point}`, root: `/${root}` },
      ]);
    }),
  );
});
