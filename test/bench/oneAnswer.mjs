// What a command costs that answers and ends.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICK_MS = 10; // USER_HZ is 100 on every architecture that Node runs on
const TIMES = 5;
const ROUNDS = 3;

/** CPU of all children that we have waited for (proc_pid_stat(5) fields 16 and 17). */
function childrenCpuMs() {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** CPU milliseconds of one run, over several. @throws Error when it fails */
function cpuOfRun([command, ...args], env) {
  const before = childrenCpuMs();
  for (let time = 0; time < TIMES; time++) {
    const { status, stderr } = spawnSync(command, args, { env, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status} ${stderr}`);
  }
  return (childrenCpuMs() - before) / TIMES;
}

/** @returns lists of CPU milliseconds, one a round */
export async function oneAnswer({ programs, env }) {
  const commands = { 'list --json': [programs.slotop[0], 'list', '--json'], 'ps aux': ['ps', 'aux'] };
  const times = { 'list --json': [], 'ps aux': [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const [what, command] of Object.entries(commands)) times[what].push(cpuOfRun(command, env));
  return times;
}
