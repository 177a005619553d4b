import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel.ts';
import { planFree } from '../../src/signal/freePortPlan.ts';
import { listensOn } from '../../src/signal/freePortUnits.ts';
import type { Plan, Proc } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample, aSocket } from '../derive/aSample.ts';

const ID = '0123456789abcdef'.repeat(4);
const DOCKER = `/system.slice/docker-${ID}.scope`;

/** A machine whose files are these; nothing else is there. */
function machine(files: Readonly<Record<string, string>> = {}): Kernel {
  const kernel = {
    read: (path: string) => (files[path] === undefined ? 'gone' : new TextEncoder().encode(files[path])),
    list: (path: string) => {
      const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return names.length === 0 ? 'gone' : names.map((file) => file.slice(path.length + 1));
    },
    stat: (path: string) =>
      files[path.replace('net/tcp', 'net/fib_trie')] === undefined
        ? 'gone'
        : { uid: 0, ino: Number.parseInt(path, 10), size: 0 },
  };
  return kernel as unknown as Kernel; // whatever else is asked for would be a bug
}

/** Slotop is 900, below the shell 800. @param inodes who holds what on port 8080 */
function planned(
  procs: readonly Proc[],
  inodes: readonly (readonly number[])[],
  files?: Readonly<Record<string, string>>,
): {
  readonly targets: number[];
  readonly refused: Plan['refused'];
  readonly advice: (string | undefined)[];
} {
  const own = [
    aProc({ pid: 1, comm: 'systemd', cmdline: ['/sbin/init'], session: 1, pgrp: 1 }),
    aProc({ pid: 800, ppid: 1, comm: 'bash', session: 800, pgrp: 800 }),
    aProc({ pid: 900, ppid: 800, comm: 'node', session: 800, pgrp: 900 }),
  ];
  const all = [...own.filter(({ pid }) => !procs.some((proc) => proc.pid === pid)), ...procs];
  const sockets = inodes.map((pids, i) =>
    aSocket({
      inode: 70 + i,
      holders: pids.map((pid) => ({
        pid,
        starttime: all.find((proc) => proc.pid === pid)?.starttime ?? 0,
        fd: 3,
      })),
    }),
  );
  const { plan, advice } = planFree(machine(files), aSample(all, { sockets, self: 900 }), 8080);
  return {
    targets: plan.targets.map(({ pid }) => pid),
    refused: plan.refused,
    advice: plan.refused.map(({ pid }) => advice.get(pid)),
  };
}

const server = (own: Partial<Proc> & { readonly pid: number }): Proc =>
  aProc({ comm: 'web', ppid: 1, session: own.pid, pgrp: own.pid, ...own });

describe('systemd holds the socket', () => {
  const units = {
    '/etc/systemd/system/web.socket': '[Socket]\nListenStream=127.0.0.1:8080\n',
    '/usr/lib/systemd/system/ssh.socket': '[Socket]\nListenStream=22\n',
  };

  test('the socket unit is named, and its service is left alone: the port would be no freer', () => {
    const { targets, refused, advice } = planned([server({ pid: 100 })], [[1, 100]], units);
    expect(targets).toEqual([]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('systemd (1) holds the same socket and stays'),
      'systemd itself: a socket unit listens here',
    ]);
    expect(advice).toEqual(['systemctl stop web.socket', 'systemctl stop web.socket']);
  });

  test('a server with a socket of its own on the port is hit all the same', () => {
    expect(planned([server({ pid: 100 })], [[1], [100]], units).targets).toEqual([100]);
  });

  test('without a unit file the way to find it is told; a user manager is asked with --user', () => {
    const user = server({ pid: 500, comm: 'systemd', cmdline: ['/lib/systemd/systemd', '--user'] });
    expect(planned([user], [[1], [500]]).advice).toEqual([
      expect.stringContaining('systemctl --user list-sockets'),
      expect.stringContaining('systemctl list-sockets'),
    ]);
  });

  test.each([
    ['ListenStream=8080', true],
    ['ListenDatagram = [::]:8080', true],
    ['ListenStream=18080', false],
    ['ListenStream=/run/8080', false],
    ['#ListenStream=8080', false],
  ])('%s: %s', (line, answer) => expect(listensOn(`[Socket]\n${line}\n`, 8080)).toBe(answer));
});

describe('containers', () => {
  const proxy = server({
    pid: 300,
    comm: 'docker-proxy',
    cmdline: [
      ...['/usr/bin/docker-proxy', '-proto', 'tcp', '-host-ip', '0.0.0.0', '-host-port', '8080'],
      ...['-container-ip', '172.17.0.2', '-container-port', '80'],
    ],
  });

  test('docker-proxy: the container and its port, by the address that the container has', () => {
    const inside = server({ pid: 400 });
    const trie = 'Main:\n  +-- 0.0.0.0/0\n     |-- 172.17.0.2\n        /32 host LOCAL\n';
    const files = { '400/net/fib_trie': trie, '400/cgroup': `0::${DOCKER}\n` };
    const { targets, refused, advice } = planned([proxy, inside], [[300]], files);
    expect(targets).toEqual([]);
    expect(refused[0]?.reason).toBe('docker-proxy: stands for port 80 of the container at 172.17.0.2');
    expect(advice).toEqual([`docker stop ${ID.slice(0, 12)}`]);
  });

  test('docker-proxy whose container can not be seen: docker is asked', () => {
    const neighbour = { '400/net/fib_trie': '     |-- 172.17.0.2\n        /32 link UNICAST\n' };
    expect(planned([proxy, server({ pid: 400 })], [[300]], neighbour).advice).toEqual([
      'docker stop $(docker ps -q --filter publish=8080)',
    ]);
  });

  test('a process inside of one: its runtime is told to stop it', () => {
    const shim = server({
      pid: 350,
      comm: 'containerd-shim',
      cmdline: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', ID],
    });
    const inside = server({ pid: 400, ppid: 350, cgroup: DOCKER });
    const { targets, refused, advice } = planned([shim, inside], [[400]]);
    expect([targets, refused[0]?.reason]).toEqual([[], `inside of the container docker:${ID.slice(0, 12)}`]);
    expect(advice).toEqual([`docker stop ${ID.slice(0, 12)}`]);
  });

  test('where slotop runs in that container too, it is an ordinary process', () => {
    const us = aProc({ pid: 900, ppid: 800, comm: 'node', session: 800, pgrp: 900, cgroup: DOCKER });
    expect(planned([us, server({ pid: 400, cgroup: DOCKER })], [[400]]).targets).toEqual([400]);
  });

  test('conmon keeps the port of its container', () => {
    const conmon = server({
      pid: 310,
      comm: 'conmon',
      cmdline: ['/usr/bin/conmon', '-c', ID, '--exit', 'podman'],
    });
    expect(planned([conmon], [[310]]).advice).toEqual([`podman stop ${ID.slice(0, 12)}`]);
  });
});

describe('pm2 listens for its apps in cluster mode', () => {
  const daemon = server({
    pid: 300,
    comm: 'PM2 v7.0.4: God',
    cmdline: ['PM2 v7.0.4: God Daemon (/home/bob/.pm2)'],
  });
  const environ = (name: string): string =>
    `PM2_HOME=/home/bob/.pm2\0NODE_UNIQUE_ID=1\0pm2_env={"name":"${name}"}\0`;
  const apps = [301, 302, 303].map((pid) => server({ pid, ppid: 300, comm: 'node' }));

  test('it is not ended: the app is named whose port it is; one in fork mode listens itself', () => {
    const files = {
      '301/environ': environ('web'),
      '302/environ': environ('web'),
      '303/environ': 'name=other\0',
    };
    const { targets, refused, advice } = planned([daemon, ...apps], [[300]], files);
    expect([targets, refused.map(({ reason }) => reason)]).toEqual([
      [],
      [expect.stringMatching(/^pm2's daemon/)],
    ]);
    expect(advice).toEqual(['PM2_HOME=/home/bob/.pm2 pm2 stop web']);
    expect(planned([daemon, ...apps], [[303]], files).targets).toEqual([303]);
  });

  test('of several apps it can not be told which', () => {
    const files = { '301/environ': environ('web'), '302/environ': environ('my api') };
    expect(planned([daemon, ...apps], [[300]], files).advice).toEqual([
      expect.stringMatching(/^whichever .*pm2 stop web; .*pm2 stop 'my api'$/),
    ]);
    expect(planned([daemon, ...apps], [[300]]).advice).toEqual(['pm2 stop NAME']);
  });
});

describe('the protected', () => {
  test('one alone: by force; several: from another session, an ancestor among them from another terminal', () => {
    const [one, two] = [850, 851].map((pid) => server({ pid, ppid: 800, session: 800 })) as [Proc, Proc];
    expect(planned([], [[800]]).advice).toEqual(['slotop free 8080 --force-protected 800']);
    expect(planned([one], [[850]]).advice).toEqual(['slotop free 8080 --force-protected 850']);
    const setsid = 'setsid --wait slotop free 8080';
    expect(planned([one, two], [[850, 851]]).advice).toEqual([setsid, setsid]);
    const elsewhere = 'slotop free 8080, typed into another terminal';
    expect(planned([one], [[800], [850]]).advice.sort()).toEqual([setsid, elsewhere]);
  });

  test('an init that is no systemd is never hit', () => {
    const init = aProc({ pid: 1, comm: 'tini', session: 1, pgrp: 1 });
    expect(planned([init], [[1]]).refused[0]?.reason).toBe('init itself (pid 1)');
  });

  test('who shares a socket with a protected one is left alone, others are not', () => {
    const { targets, refused } = planned([server({ pid: 100 }), server({ pid: 101 })], [[800, 100], [101]]);
    expect(targets).toEqual([101]);
    expect(refused.map(({ pid }) => pid).sort()).toEqual([100, 800]);
  });
});
