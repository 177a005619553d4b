import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupPath, parseCgroup, unitOf } from '../../src/proc/cgroup.ts';

const ID = '0123456789abcdef'.repeat(4);

describe('parseCgroup', () => {
  test('every line comes back as it was written, colons in the path included', () => {
    const segment = fc.stringMatching(/^[a-z0-9:@._-]{1,12}$/);
    const path = fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    const v1 = fc.record({
      version: fc.constant(1 as const),
      controllers: fc.array(fc.constantFrom('pids', 'cpu', 'memory', 'name=systemd'), { minLength: 1 }),
      path,
    });
    const v2 = path.map((p) => ({ version: 2 as const, controllers: [], path: p }));
    fc.assert(
      fc.property(fc.array(v1), v2, (lines, last) => {
        const written = [...lines, last].map((line, i) =>
          [line.version === 2 ? 0 : i + 1, line.controllers.join(','), line.path].join(':'),
        );
        expect(parseCgroup(written.join('\n') + '\n')).toEqual([...lines, last]);
      }),
    );
  });

  test('a removed group of a zombie keeps its name', () => {
    expect(parseCgroup('0::/system.slice/a.service (deleted)\n')[0]?.path).toBe('/system.slice/a.service');
  });
});

describe('cgroupPath', () => {
  test.each([
    ['v2 alone', '0::/user.slice\n', '/user.slice'],
    ['v2 before v1', '1:name=systemd:/old\n0::/new\n', '/new'],
    ['systemd where v2 says nothing', '8:pids:/p\n1:name=systemd:/s\n0::/\n', '/s'],
    ['pids where neither does', '9:name=systemd:/\n8:cpu,pids:/p\n0::/\n', '/p'],
    ['the root when there is no more to say', '9:name=systemd:/\n8:pids:/\n0::/\n', '/'],
    ['another controller does not count', '4:memory:/m\n', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, text, path) => expect(cgroupPath(text)).toBe(path));
});

describe('unitOf', () => {
  test.each([
    ['/system.slice/nginx.service', 'nginx.service'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope', 'x.scope'],
    ['/user.slice/user-1000.slice/session-3.scope', 'session-3.scope'],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
    ['/system.slice/delegated.service/worker/7', 'delegated.service'],
    ['/system.slice/_cpu.service', 'cpu.service'],
    [`/system.slice/docker-${ID}.scope`, `docker-${ID}.scope`],
    [`/docker/${ID}/system.slice/nginx.service`, 'nginx.service'],
    [`/docker/${ID}`, undefined],
    ['/user.slice', undefined],
    ['/.service', undefined],
    ['/', undefined],
    [undefined, undefined],
  ])('%s is %s', (path, unit) => expect(unitOf(path)).toBe(unit));
});
