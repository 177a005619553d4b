// Runs inside of a pid namespace of its own: a group that grows all the time, a `slotop sweep` of it, and a SIGKILL to slotop in the middle.
// Says who is stopped now, and whether slotop's action log knows of each. `witness ADVERSARY CLI NEWCOMERS`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { openKernel } from '../../src/kernel.ts';
import { actionLogPath } from '../../src/signal/actionLog.ts';
import { leftStopped, stoppedByLog } from '../../src/signal/leftStopped.ts';
import { called, until } from './field.ts';

export interface Testimony {
  /** Members that are stopped, or have their STOP and no CPU to take it yet. */
  readonly stopped: number;
  /** Lines of the log that say a newcomer will be stopped. */
  readonly newcomers: number;
  /** Stopped, and not in the log. */
  readonly unlisted: readonly string[];
  /** What the next slotop would find to be stopped still. */
  readonly found: number;
}

const [adversary = '', cli = '', least = '1'] = process.argv.slice(2);
const log = actionLogPath(process.env) ?? '';
const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** Its identity, where it is stopped. A STOP that waits is bit 18 of ShdPnd (proc_pid_status(5)). */
function stoppedId(pid: string): string | undefined {
  const line = read(`/proc/${pid}/stat`);
  const words = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const pending = /^ShdPnd:\t([0-9a-f]+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '0';
  const isStopped = words[0] === 'T' || ((BigInt(`0x${pending}`) >> 18n) & 1n) === 1n;
  return isStopped ? `${pid}:${words[19]}` : undefined;
}

const newcomers = (): number => read(log).split('{"intent"').length - 1;

spawn(adversary, ['nursery', 'nursery', 'rogue', '2000'], {
  detached: true,
  stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
});
await until(() => called('rogue').length >= 100, 10_000);
const slotop = spawn(process.execPath, [cli, 'sweep', 'rogue', '--yes', '--quiet'], {
  stdio: 'ignore',
  detached: true,
});
const ended = once(slotop, 'exit');
setPriority(-20);
// Without a breath in between, and as urgent as slotop makes itself: the moment is short.
for (const end = performance.now() + 10_000; newcomers() < Number(least) && performance.now() < end;);
slotop.kill('SIGKILL');
await ended;

const stopped = called('rogue').flatMap((pid) => stoppedId(pid) ?? []);
const text = read(log);
const listed = new Set(stoppedByLog(text).map(({ pid, starttime }) => `${pid}:${starttime}`));
const testimony: Testimony = {
  stopped: stopped.length,
  newcomers: newcomers(),
  unlisted: stopped.filter((id) => !listed.has(id)),
  found: leftStopped(openKernel(), log).length,
};
process.stdout.write(`${JSON.stringify(testimony)}\n`);
process.exit(0);
