// Who brought it back, and how to stop that. The processes are recorded ones: comm, argv, cwd and cgroup as /proc showed them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { respawnerOf } from '../../src/signal/respawner.ts';
import { quoted } from '../../src/signal/quoted.ts';
import { SUPERVISORS } from '../../src/signal/supervisors.ts';
import type { Proc, Respawner } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { procMap } from '../derive/aSample.ts';

const ID = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const SYSTEMD = aProc({ pid: 1, ppid: 0, comm: 'systemd', cmdline: ['/sbin/init'], cgroup: '/init.scope' });
const OLD = 400;

/** A newcomer (pid 900) below `by` (pid 400); everything from pid 500 on is new. */
function named(
  by: Partial<Proc>,
  newcomer: Partial<Proc> = {},
  environ: Readonly<Record<string, string>> = {},
  more: readonly Proc[] = [],
): Respawner | undefined {
  const parent = aProc({ pid: OLD, ppid: 1, ...by });
  const child = aProc({ pid: 900, ppid: parent.pid, comm: 'web', ...newcomer });
  return respawnerOf({
    newcomer: child,
    procs: procMap([SYSTEMD, parent, child, ...more]),
    isNew: ({ pid }) => pid >= 500,
    environ: new Map(Object.entries(environ)),
  });
}

const said = (by: Respawner | undefined): string => `${by?.kind}: ${by?.advice}`;

describe('supervisors, as /proc shows them', () => {
  const PYTHON = '/usr/bin/python3';
  const recorded: [string, Partial<Proc>, Partial<Proc>, Record<string, string>][] = [
    [
      'runit: sv down /etc/service/web',
      { comm: 'runsv', cmdline: ['runsv', 'web'], cwd: '/etc/service/web' },
      {},
      {},
    ],
    [
      "s6: s6-svc -d '/run/service/my api'",
      { comm: 's6-supervise', cmdline: ['s6-supervise', 'my api'], cwd: '/run/service/my api' },
      {},
      {},
    ],
    [
      'daemontools: svc -d /service/web',
      { comm: 'supervise', cmdline: ['supervise', 'web'], cwd: '/service/web' },
      {},
      {},
    ],
    [
      'supervisord: supervisorctl -c /etc/supervisor/supervisord.conf stop shop:web_00',
      {
        comm: 'supervisord',
        cmdline: [PYTHON, '/usr/bin/supervisord', '-n', '-c', '/etc/supervisor/supervisord.conf'],
      },
      {},
      { SUPERVISOR_PROCESS_NAME: 'web_00', SUPERVISOR_GROUP_NAME: 'shop' },
    ],
    [
      'supervisord: supervisorctl stop web',
      { comm: 'supervisord', cmdline: [PYTHON, '/usr/bin/supervisord'] },
      {},
      { SUPERVISOR_PROCESS_NAME: 'web', SUPERVISOR_GROUP_NAME: 'web' },
    ],
    [
      'supervisord: supervisorctl stop NAME',
      { comm: 'supervisord', cmdline: [PYTHON, '/usr/bin/supervisord'] },
      {},
      {},
    ],
    [
      'pm2: pm2 stop shop',
      { comm: 'PM2 v7.0.4: God', cmdline: ['PM2 v7.0.4: God Daemon (/root/.pm2)'] },
      { comm: 'node /srv/shop', cmdline: ['node /srv/shop.js'] },
      { name: 'shop', pm_id: '0' },
    ],
    [
      'pm2: PM2_HOME=/home/bob/.pm2 pm2 stop shop', // cluster mode
      { comm: 'PM2 v7.0.4: God', cmdline: ['PM2 v7.0.4: God Daemon (/home/bob/.pm2)'] },
      { comm: 'node /srv/shop', cmdline: ['node /srv/shop.js'] },
      {
        PM2_HOME: '/home/bob/.pm2',
        NODE_UNIQUE_ID: '4',
        pm2_env: '{"name":"shop","exec_mode":"cluster_mode"}',
      },
    ],
    [
      'pm2: pm2 stop NAME', // it wrote over what was said there
      { comm: 'PM2 v7.0.4: God', cmdline: ['PM2 v7.0.4: God Daemon (/home/bob/.pm2)'] },
      {},
      { NODE_UNIQUE_ID: '4', pm2_env: '{"name":"sh' },
    ],
    [
      'pm2: pm2 stop shop',
      { comm: 'node', cmdline: ['node', '/usr/local/bin/pm2-runtime', 'start', 'shop.js'] },
      { comm: 'node', cmdline: ['node', '/srv/shop.js'] },
      { name: 'shop' },
    ],
    [
      `node --watch: slotop kill ${OLD}`,
      { comm: 'node', cmdline: ['/usr/bin/node', '--watch-path', 'src', 'app.js'] },
      { comm: 'node', cmdline: ['/usr/bin/node', 'app.js'] },
      {},
    ],
    [
      `parent: slotop kill ${OLD}`, // an option of the script, and not of Node
      { comm: 'node', cmdline: ['/usr/bin/node', 'build.js', '--watch'] },
      { comm: 'node', cmdline: ['/usr/bin/node', 'app.js'] },
      {},
    ],
    [
      `nodemon: slotop kill ${OLD}`,
      { comm: 'node', cmdline: ['node', '/usr/local/bin/nodemon', 'app.js'] },
      { comm: 'node', cmdline: ['/usr/bin/node', 'app.js'] },
      {},
    ],
    [
      `Node cluster primary: slotop kill ${OLD} --tree`,
      { comm: 'node', cmdline: ['node', 'server.js'] },
      { comm: 'node', cmdline: ['/usr/bin/node', '/srv/server.js'] },
      { NODE_UNIQUE_ID: '3' },
    ],
    [
      'OpenRC: rc-service web stop',
      { comm: 'supervise-daemo', cmdline: ['supervise-daemon', 'web', '--start', '/usr/bin/web'] },
      {},
      {},
    ],
    ['monit: monit stop web', { comm: 'monit', cmdline: ['/usr/bin/monit', '-I'] }, {}, {}],
    [
      'cron: crontab -e, and look into /etc/cron*',
      { comm: 'cron', cmdline: ['/usr/sbin/cron', '-f'] },
      {},
      {},
    ],
    ['at: atq, then atrm JOB', { comm: 'atd', cmdline: ['/usr/sbin/atd', '-f'] }, {}, {}],
    [`shell loop: slotop sweep ${OLD} --tree`, { comm: 'bash', cmdline: ['bash', 'loop.sh'] }, {}, {}],
    [`shell loop: slotop kill ${OLD}`, { comm: 'bash', cmdline: ['-bash'] }, {}, {}],
    [`shell loop: slotop kill ${OLD}`, { comm: 'bash', cmdline: ['bash', '-i'] }, {}, {}],
    [
      `shell loop: slotop sweep ${OLD} --tree`,
      { comm: 'keep-alive.sh', cmdline: ['/bin/sh', './keep-alive.sh'] },
      {},
      {},
    ],
    [
      `master of its workers: slotop kill ${OLD} --tree`,
      { comm: 'nginx', cmdline: ['nginx: master process nginx'], exe: '/usr/sbin/nginx' },
      { comm: 'nginx', cmdline: ['nginx: worker process'], exe: '/usr/sbin/nginx' },
      {},
    ],
    [`parent: slotop kill ${OLD}`, { comm: 'minder', exe: '/opt/minder' }, { exe: '/opt/web' }, {}],
    [
      `container: docker stop ${ID.slice(0, 12)}`,
      {
        comm: 'containerd-shim',
        cmdline: [
          '/usr/bin/containerd-shim-runc-v2',
          '-namespace',
          'moby',
          '-id',
          ID,
          '-address',
          '/run/c.sock',
        ],
      },
      { cgroup: `/system.slice/docker-${ID}.scope` },
      {},
    ],
    [
      `container: crictl stop ${ID.slice(0, 12)}; the kubelet starts it again: scale its workload down`,
      {
        comm: 'containerd-shim',
        cmdline: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'k8s.io', '-id', ID],
      },
      { cgroup: `/kubepods.slice/kubepods-pod1.slice/cri-containerd-${'9'.repeat(64)}.scope` },
      {},
    ],
    [
      `container: podman stop ${ID.slice(0, 12)}`,
      { comm: 'conmon', cmdline: ['/usr/bin/conmon', '-c', ID, '--exit-command', '/usr/bin/podman'] },
      {},
      {},
    ],
  ];

  test.each(recorded)('%s', (line, by, newcomer, environ) => {
    expect(said(named(by, newcomer, environ))).toBe(line);
  });

  test('every kind is tried above', () => {
    const tried = new Set(recorded.map(([line]) => line.split(':')[0]));
    expect(SUPERVISORS.map(({ kind }) => kind).filter((kind) => !tried.has(kind))).toEqual([]);
  });
});

describe('systemd', () => {
  const underInit = (cgroup: string, comm = 'web'): Respawner | undefined => {
    const newcomer = aProc({ pid: 900, ppid: 1, comm, cgroup });
    return respawnerOf({ newcomer, procs: procMap([SYSTEMD, newcomer]), isNew: ({ pid }) => pid >= 500 });
  };

  test('a service is stopped by its unit', () => {
    expect(underInit('/system.slice/web.service')).toMatchObject({
      pid: 1,
      kind: 'systemd service',
      advice: 'systemctl stop web.service',
    });
    expect(said(underInit('/system.slice/web@a\\x2db.service'))).toBe(
      "systemd service: systemctl stop 'web@a\\x2db.service'",
    );
  });

  test('a user’s own service by the user’s own manager', () => {
    const manager = { comm: 'systemd', cmdline: ['/lib/systemd/systemd', '--user'] };
    const cgroup = '/user.slice/user-1000.slice/user@1000.service/app.slice/web.service';
    expect(said(named(manager, { cgroup }))).toBe('systemd service: systemctl --user stop web.service');
  });

  test('pid 1 and no service: who started it can’t be told', () => {
    for (const cgroup of [
      '/',
      '/user.slice/user-1000.slice/session-3.scope',
      '/user.slice/user@1000.service',
    ]) {
      expect(said(underInit(cgroup))).toBe('orphan: who started it has ended; slotop sweep web');
    }
  });

  const loop = (cgroup: string): Partial<Proc> => ({ comm: 'sh', cmdline: ['sh', '/srv/run.sh'], cgroup });

  test('a loop inside a service: the service is to be stopped', () => {
    const cgroup = '/system.slice/web.service';
    expect(said(named(loop(cgroup), { cgroup }))).toBe('shell loop: systemctl stop web.service');
  });

  test('but never the service through which people come in', () => {
    const cgroup = '/system.slice/ssh.service';
    const sshd = aProc({ pid: 300, ppid: 1, comm: 'sshd', cgroup });
    expect(said(named({ ...loop(cgroup), ppid: 300 }, { cgroup }, {}, [sshd]))).toBe(
      `shell loop: slotop sweep ${OLD} --tree`,
    );
  });

  test('a supervisor with a command of its own keeps it', () => {
    const cgroup = '/system.slice/supervisor.service';
    const by = { comm: 'supervisord', cmdline: ['/usr/bin/python3', '/usr/bin/supervisord'], cgroup };
    expect(said(named(by, { cgroup }))).toBe('supervisord: supervisorctl stop NAME');
  });
});

describe('the first ancestor that is not new', () => {
  test('is asked, whatever stands in between', () => {
    const runsv = aProc({ pid: 300, comm: 'runsv', cwd: '/sv/web' });
    const run = { pid: 500, ppid: 300, comm: 'sh', cmdline: ['/bin/sh', './run'] };
    expect(named(run, {}, {}, [runsv])).toMatchObject({ pid: 300, kind: 'runit', advice: 'sv down /sv/web' });
  });

  test('except a container’s shim, which is started anew with it', () => {
    const by = {
      pid: 500,
      comm: 'containerd-shim',
      cmdline: ['containerd-shim', '-namespace', 'moby', '-id', ID],
    };
    expect(said(named(by))).toBe(`container: docker stop ${ID.slice(0, 12)}`);
  });

  test('nobody where no ancestor is known', () => {
    const newcomer = aProc({ pid: 900, ppid: 899 });
    expect(respawnerOf({ newcomer, procs: procMap([newcomer]), isNew: () => true })).toBeUndefined();
  });

  test('law: it ends, and names an old one, whatever the family', () => {
    const pids = fc.integer({ min: 1, max: 12 });
    const family = fc.dictionary(pids.map(String), pids);
    fc.assert(
      fc.property(family, pids, (parents, newest) => {
        const procs = procMap(
          Object.entries(parents).map(([pid, ppid]) => aProc({ pid: Number(pid), ppid, comm: 'x' })),
        );
        const newcomer = aProc({ pid: 900, ppid: newest });
        const by = respawnerOf({ newcomer, procs, isNew: ({ pid }) => pid > 6 });
        expect(by === undefined || by.pid <= 6).toBe(true);
      }),
    );
  });
});

test('law: a shell reads a quoted word as that one word', () => {
  // What quotes may hold, by sh(1): everything as it is, and a quote itself as '\''.
  const read = (text: string): string =>
    text.startsWith("'") ? text.slice(1, -1).replaceAll(`'\\''`, "'") : text;
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (word) => {
      const shown = quoted(word);
      expect(read(shown)).toBe(word);
      expect(/^'(?:[^']|'\\'')*'$/.test(shown) || !/[^\w@%+=:,./-]/.test(shown)).toBe(true);
    }),
  );
});
