// What a program costs that stays open: CPU and bytes to its terminal, per refresh, in a real pty.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';

const SIZE = { cols: 120, rows: 35 };
const LOOK_MS = 40;
/** Between two refreshes a program reads nothing for at least this long. */
const QUIET_MS = 200;

/** CPU nanoseconds of all threads, user and system (Documentation/scheduler/sched-stats: first field). */
function cpuOf(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]))
    .reduce((sum, ns) => sum + ns, 0);
}

/** read(2) calls so far (proc_pid_io(5)): they come in bursts, one a refresh. */
function readsOf(pid) {
  return Number(/syscr: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))[1]);
}

/** Memory in bytes (proc_pid_status(5)). */
function rssOf(pid) {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);
}

/** The beginnings of the next refreshes: calls `each` at every one until it answers false. */
async function atRefreshes(pid, each) {
  let reads = readsOf(pid);
  let lastRead = performance.now();
  for (;;) {
    await wait(LOOK_MS);
    const now = performance.now();
    const next = readsOf(pid);
    if (next === reads) continue;
    const quiet = now - lastRead > QUIET_MS;
    reads = next;
    lastRead = now;
    if (quiet && !each(now)) return;
  }
}

export function openInPty([command, ...args], env) {
  const pty = spawn(command, args, { name: 'xterm-256color', ...SIZE, env, encoding: null });
  const ended = new Promise((resolve) => pty.onExit(resolve));
  return { pty, ended };
}

/**
 * @param {string[]} command of a program that refreshes its screen for ever
 * @param {{ warmUp: number, refreshes: number, env: Record<string, string> }} options
 * @returns per refresh: `cpuMs`, `bytes`; and `seconds` between two of them, `rss` in bytes
 */
export async function watch(command, { warmUp, refreshes, env }) {
  const { pty, ended } = openInPty(command, env);
  let bytes = 0;
  pty.onData((data) => (bytes += data.length));
  let seen = -warmUp;
  const first = {};
  const last = {};
  const measuring = atRefreshes(pty.pid, (at) => {
    if (seen === 0) Object.assign(first, { at, cpu: cpuOf(pty.pid), bytes });
    if (seen === refreshes) Object.assign(last, { at, cpu: cpuOf(pty.pid), bytes });
    return seen++ < refreshes;
  });
  await Promise.race([
    measuring,
    ended.then(({ exitCode }) => Promise.reject(new Error(`${command[0]} ended with ${exitCode}`))),
  ]);
  const rss = rssOf(pty.pid);
  pty.kill('SIGKILL');
  await ended;
  return {
    cpuMs: (last.cpu - first.cpu) / 1e6 / refreshes,
    bytes: (last.bytes - first.bytes) / refreshes,
    seconds: (last.at - first.at) / 1000 / refreshes,
    rss,
  };
}
