// What a program costs that answers and ends, and how soon a screen stands.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openInPty } from './watch.mjs';

const TICK_MS = 10; // USER_HZ is 100 on every architecture that Node runs on
const TIMES = 5;

/** CPU of all children that we have waited for (proc_pid_stat(5) fields 16 and 17). */
function childrenCpuMs() {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** CPU milliseconds of one run, over several. @throws Error when it fails */
export function cpuOfRun([command, ...args], env) {
  const before = childrenCpuMs();
  for (let time = 0; time < TIMES; time++) {
    const { status, stderr } = spawnSync(command, args, { env, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status} ${stderr}`);
  }
  return (childrenCpuMs() - before) / TIMES;
}

/** Wall milliseconds until the screen shows `sign`; without one, until it ends. */
export async function wallUntil(command, env, sign) {
  const began = performance.now();
  const { pty, ended } = openInPty(command, env);
  if (sign !== undefined) {
    let text = '';
    await new Promise((resolve, reject) => {
      pty.onData((data) => {
        text += data.toString('latin1');
        if (text.includes(sign)) resolve();
      });
      ended.then(() => reject(new Error(`${command[0]} ended before ${sign}`)), reject);
    });
    const wall = performance.now() - began;
    pty.kill('SIGKILL');
    await ended;
    return wall;
  }
  await ended;
  return performance.now() - began;
}
