// Why a process runs, in one line, for each way in which processes get started.
import { expect, test } from 'vitest';
import { whyText } from '../../src/derive/why.ts';
import { unitOf } from '../../src/proc/cgroup.ts';
import type { Proc } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { procMap } from './aSample.ts';

const ID = '0123456789ab'.padEnd(64, 'c');

/** From the holder up to init: pids count down. */
function why(comms: readonly string[], own: Partial<Proc> = {}): string {
  const last = comms.length;
  const procs = comms.map((comm, i) =>
    aProc({
      comm,
      pid: last - i,
      ppid: last - i - 1,
      cmdline: [comm],
      cgroup: '/',
      session: 1,
      ...(i === 0 ? own : {}),
    }),
  );
  return whyText(procs[0] as Proc, { procs: procMap(procs), unitOf });
}

test.each([
  [
    'a shell',
    ['node', 'npm', 'bash', 'sshd', 'systemd'],
    { session: 3 },
    '5 node <- 4 npm <- 3 bash <- 2 sshd <- 1 systemd',
  ],
  [
    'tmux',
    ['node', 'bash', 'tmux: server', 'systemd'],
    { session: 3 },
    '4 node <- 3 bash <- 2 tmux: server <- 1 systemd',
  ],
  [
    'a supervisor',
    ['app', 'runsv', 'runsvdir', 'init'],
    { session: 4 },
    '4 app <- 3 runsv <- 2 runsvdir <- 1 init',
  ],
  ['cron', ['job', 'sh', 'cron', 'init'], { session: 3 }, '4 job <- 3 sh <- 2 cron <- 1 init'],
  [
    'a unit, whose daemon left its session without a leader',
    ['nginx', 'systemd'],
    { session: 700, cgroup: '/system.slice/nginx.service' },
    '2 nginx <- 1 systemd; unit nginx.service',
  ],
  [
    'a container',
    ['node', 'containerd-shim', 'systemd'],
    { session: 700, cgroup: `/system.slice/docker-${ID}.scope` },
    '3 node <- 2 containerd-shim <- 1 systemd; container docker:0123456789ab',
  ],
  [
    'nohup in a shell that was closed',
    ['node', 'systemd'],
    { session: 700, cgroup: '/user.slice/user-1000.slice/session-3.scope' },
    '2 node <- 1 systemd; who started it has ended (session 700); unit session-3.scope',
  ],
  ['a daemon that leads its own session', ['sshd', 'init'], { session: 2 }, '2 sshd <- 1 init'],
  [
    'one whose session is led from outside of our pid namespace',
    ['srv', 'sh'],
    { session: 0 },
    '2 srv <- 1 sh',
  ],
])('%s', (_, comms, own, text) => {
  expect(why(comms, own)).toBe(text);
});
