// What a program costs that stays open: CPU and bytes to its terminal, per refresh, in a real pty.
import { readFileSync, readdirSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';

const SIZE = { cols: 120, rows: 35 };
/** A refresh ends in a burst of output; between two of them a program writes nothing for at least this long. */
const QUIET_MS = 300;

/** CPU nanoseconds of all threads, user and system (Documentation/scheduler/sched-stats: first field). */
function cpuOf(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]))
    .reduce((sum, ns) => sum + ns, 0);
}

/** Memory in bytes (proc_pid_status(5)). */
function rssOf(pid) {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);
}

export function openInPty([command, ...args], env) {
  const pty = spawn(command, args, { name: 'xterm-256color', ...SIZE, env, encoding: null });
  const ended = new Promise((resolve) => pty.onExit(resolve));
  return { pty, ended };
}

/**
 * @param {string[]} command of a program that refreshes its screen for ever
 * @param {{ warmUp: number, refreshes: number, delay: number, env: Record<string, string> }} options `delay` in seconds
 * @returns per refresh: `cpuMs`, `bytes`; and `seconds` between two of them, `rss` in bytes
 */
export async function watch(command, { warmUp, refreshes, delay, env }) {
  const { pty, ended } = openInPty(command, env);
  const seen = [];
  let bytes = 0;
  let lastOutput = 0;
  await new Promise((resolve, reject) => {
    ended.then(({ exitCode }) => reject(new Error(`${command[0]} ended with ${exitCode}`)), reject);
    pty.onData((data) => {
      const at = performance.now();
      const isNext = at - lastOutput > QUIET_MS;
      lastOutput = at;
      if (isNext && seen.push({ at, bytes, cpu: cpuOf(pty.pid) }) > warmUp + refreshes) resolve();
      bytes += data.length;
    });
  });
  const first = seen[warmUp];
  const last = seen[warmUp + refreshes];
  const rss = rssOf(pty.pid);
  pty.kill('SIGKILL');
  await ended;
  const seconds = (last.at - first.at) / 1000 / refreshes;
  // One that also writes in between (btop's clock) has refreshed less often than it wrote.
  const bursts = refreshes / Math.max(1, delay / seconds);
  return {
    cpuMs: (last.cpu - first.cpu) / 1e6 / bursts,
    bytes: (last.bytes - first.bytes) / bursts,
    seconds,
    rss,
  };
}
