// Runs inside of a pid namespace of its own: starts the innocent and the rogue, sweeps, and says what is left of whom.
// `arena ADVERSARY SCENARIO STRATEGY`; prints one line of JSON. Everything ends with the namespace.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { openKernel } from '../../src/kernel.ts';
import type { Report } from '../../src/types.ts';
import { called, lastPid, processes, rollCall, until, untilFull, type Toll } from './field.ts';
import type { Scenario } from './scenarios.ts';
import { sweepNow, warmUp } from './sweeper.ts';

export type Strategy = 'sweep' | 'pkill' | 'killall' | 'killloop';

export interface Result {
  /** The last member let go of its lifeline. */
  readonly isClean: boolean;
  /** From the order, with the look at all processes, until then. */
  readonly seconds: number;
  /** What slotop says: until it was sure. */
  readonly sureSeconds: number;
  readonly innocentDead: number;
  readonly innocentStopped: number;
  readonly passes: number;
  readonly counts: Report['counts'] | undefined;
  readonly respawned: number;
}

const [adversary = '', scenarioJson = '', strategy = 'sweep', group = ''] = process.argv.slice(2);
const scenario = JSON.parse(scenarioJson) as Scenario;
const kernel = openKernel();
const isTraced = process.env.TRACE !== undefined;
const NOBODY = 65534;
/** EX_TEMPFAIL (sysexits.h): the machine outside is full, and nobody could be started. */
const NOT_FOUGHT = 75;

/** In a session of its own, as from another terminal: slotop protects its own. */
function start(args: readonly string[], program = adversary, uid?: number): ChildProcess {
  const child = spawn(program, [...args], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    detached: true,
    stdio: ['pipe', 'pipe', scenario.isBash === true ? 'ignore' : 'inherit', 'pipe'],
  });
  return child.on('error', () => process.exit(NOT_FOUGHT));
}

/** The peers are started before the table is full, and wait for a line. */
function peer(): ChildProcess | undefined {
  const waiting = (command: string): ChildProcess =>
    spawn('sh', ['-c', `read -r go; exec ${command}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
  const { names } = scenario;
  if (strategy === 'pkill') return waiting(`pkill -9 -x '${names.join('|')}'`);
  if (strategy === 'killall') return waiting(`killall -9 -e ${names.join(' ')}`);
  return strategy === 'killloop' ? start(['peer', 'killloop', ...names]) : undefined;
}

/** What is started meanwhile is born in that control group. */
function inGroup<T>(folder: string, what: () => T): T {
  if (folder === '') return what();
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '/';
  writeFileSync(`${folder}/cgroup.procs`, String(process.pid));
  const made = what();
  writeFileSync(`${dirname(folder)}${own === '/' ? '' : own}/cgroup.procs`, String(process.pid));
  return made;
}

/** @returns its pid where it is known, and the stream that closes when the last member is gone */
function startRogue(): { readonly leader: number; readonly lifeline: Readable } {
  if (scenario.isJob === true) {
    writeSync(5, 'x');
    return { leader: 0, lifeline: new Socket({ fd: 4, readable: true, writable: false }) };
  }
  const program = scenario.isBash === true ? `${dirname(adversary)}/rogue` : adversary;
  const args = scenario.isBash === true ? scenario.rogue : [scenario.comm ?? 'rogue', ...scenario.rogue];
  const rogue = inGroup(group, () => start(args, program, scenario.uid));
  return { leader: rogue.pid ?? 0, lifeline: rogue.stdio[3] as Readable };
}

async function grown(baseline: number, from: number): Promise<void> {
  const { members } = scenario;
  if (members === undefined) return untilFull();
  if (members > 1) return void (await until(() => processes().length >= baseline + members - 5, 8000));
  await until(() => lastPid() !== from, 500);
  await pause(50);
}

const helper = peer();
const churn = scenario.churn === undefined ? undefined : start(['churn', 'churn', String(scenario.churn)]);
inGroup(scenario.cgroup === 'shared' ? group : '', () =>
  start(['innocent', 'crowd', String(scenario.crowd)]),
);
const filler = scenario.leave === undefined ? undefined : start(['innocent', 'fill', String(scenario.leave)]);
await until(() => called('innocent').length >= scenario.crowd, 5000);
warmUp(kernel);

const [baseline, from] = [processes().length, lastPid()];
const { leader, lifeline } = startRogue();
let goneAt: number | undefined;
lifeline
  .on('data', () => undefined)
  .on('close', () => (goneAt ??= performance.now()))
  .on('error', () => undefined);
await grown(baseline, from);
if (filler !== undefined) {
  const isFull = once(filler.stdout as Readable, 'data');
  filler.stdin?.write('go\n');
  await isFull;
}
const toll = rollCall();

if (scenario.unprivileged === true) {
  process.setgroups?.([NOBODY]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const startedAt = performance.now();
let report: Report | undefined;
if (strategy === 'sweep') {
  const targets = scenario.targets.map((target) =>
    target.replace('LEADER', String(leader)).replace('GROUP', group.slice(group.lastIndexOf('/'))),
  );
  const options = { tree: scenario.tree === true, withRespawner: scenario.withRespawner === true };
  report = await sweepNow(kernel, targets, options, (ms, step) => {
    if (isTraced && !JSON.stringify(step).includes('"watch"'))
      process.stderr.write(`${ms.toFixed(1)} ${JSON.stringify(step)}\n`);
  });
} else {
  const ended = once(helper as ChildProcess, 'exit');
  helper?.stdin?.write('go\n');
  await ended;
}
const isClean = await until(() => goneAt !== undefined, 1500);

const { dead, stopped } = toll();
let births: Toll = { dead: 0, stopped: 0 };
if (churn !== undefined) {
  const said = once(churn.stdout as Readable, 'data');
  churn.stdin?.write('x\n');
  births = JSON.parse(String((await said)[0])) as Toll;
}
const result: Result = {
  isClean,
  seconds: ((goneAt ?? performance.now()) - startedAt) / 1000,
  sureSeconds: (report?.elapsedMs ?? 0) / 1000,
  innocentDead: dead + births.dead,
  innocentStopped: stopped + births.stopped,
  passes: report?.passes ?? 1,
  counts: report?.counts,
  respawned: report?.respawned.length ?? 0,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
