// Runs inside of a pid namespace of its own: starts the innocent and the rogue, sweeps, and says what is left of whom.
// `arena ADVERSARY SCENARIO STRATEGY`; prints one line of JSON. Everything ends with the namespace.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { parseTarget, isFilterError, type Filter } from '../../src/derive/match.ts';
import { openKernel } from '../../src/kernel.ts';
import { lookFor, planOf, type Order } from '../../src/commands/order.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import { goFirst } from '../../src/signal/sweep/boost.ts';
import { recruitsOf } from '../../src/signal/sweep/recruits.ts';
import { sweepSteps } from '../../src/signal/sweep/sweep.ts';
import type { Report } from '../../src/types.ts';
import type { Scenario } from './scenarios.ts';

export type Strategy = 'sweep' | 'pkill' | 'killall' | 'killloop';

export interface Result {
  /** The last member let go of its lifeline. */
  readonly isClean: boolean;
  readonly innocentDead: number;
  readonly innocentStopped: number;
  readonly seconds: number;
  readonly passes: number;
  readonly counts: Report['counts'] | undefined;
  readonly respawned: number;
}

const [adversary = '', scenarioJson = '', strategy = 'sweep'] = process.argv.slice(2);
const scenario = JSON.parse(scenarioJson) as Scenario;
const kernel = openKernel();

const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
const lastPid = (): number => Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));

/** "12 S" of a pid, its starttime and its state; undefined when there is none. */
function stateOf(pid: string): { readonly starttime: string; readonly state: string } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const words = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { state: words[0] ?? '', starttime: words[19] ?? '' };
  } catch {
    return undefined;
  }
}

async function until(is: () => boolean, mostMs: number): Promise<boolean> {
  for (const end = performance.now() + mostMs; performance.now() < end; await pause(2)) if (is()) return true;
  return is();
}

/** In a session of its own, as from another terminal: slotop protects its own. */
const NOBODY = 65534;
function start(args: readonly string[], uid?: number): ChildProcess {
  return spawn(adversary, [...args], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
}

/** The peers are started before the table is full, and wait for a line. */
function peer(): ChildProcess | undefined {
  const waiting = (command: string): ChildProcess =>
    spawn('sh', ['-c', `read -r go; exec ${command}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
  if (strategy === 'pkill') return waiting('pkill -9 -x rogue');
  if (strategy === 'killall') return waiting('killall -9 -e rogue');
  return strategy === 'killloop' ? start(['peer', 'killloop', 'rogue']) : undefined;
}

function targetOf(leader: number): Filter {
  const words = { rogue: 'rogue', session: `session:${leader}`, tree: String(leader), user: 'user:65534' };
  const filter = parseTarget(words[scenario.target]);
  if (isFilterError(filter)) throw new Error(filter.error);
  return filter;
}

async function sweepNow(leader: number): Promise<Report> {
  const target = targetOf(leader);
  const order: Order = {
    action: 'sweep',
    signal: signalNamed('KILL'),
    targets: [target],
    exclude: undefined,
    tree: scenario.target === 'tree',
    forced: undefined,
  };
  // As the command does: among a thousand that spin, a look at ordinary priority takes minutes.
  const goBack = goFirst(kernel);
  const sample = lookFor(order, { kernel: () => kernel });
  const plan = planOf(order, sample, () => undefined);
  const recruits = [recruitsOf(target)].flatMap((one) => one ?? []);
  const steps = sweepSteps(
    kernel,
    { plan, sample, recruits, exclude: undefined, tree: order.tree },
    { withRespawner: scenario.withRespawner === true },
  );
  // With the event loop between the steps, as the command and the screen do it.
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      goBack();
      return step.value;
    }
    await pause(step.value.waitMs);
  }
}

const helper = peer();
const churn = scenario.churn === undefined ? undefined : start(['churn', 'churn', String(scenario.churn)]);
start(['innocent', 'crowd', String(scenario.crowd)]);
const commOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  } catch {
    return ''; // it left
  }
};
await until(() => processes().filter((pid) => commOf(pid) === 'innocent').length >= scenario.crowd, 5000);
const baseline = processes().length;
const innocent = new Map(processes().map((pid) => [pid, stateOf(pid)?.starttime]));
for (const pid of innocent.keys()) if (commOf(pid) !== 'innocent') innocent.delete(pid);

// A warm program, as one that has been open for a while is.
for (let i = 0; i < 3; i++) lookFor({ targets: [targetOf(1)] } as unknown as Order, { kernel: () => kernel });

const rogue = start(
  [scenario.comm ?? 'rogue', ...scenario.rogue],
  scenario.target === 'user' ? NOBODY : undefined,
);
const lifeline = rogue.stdio[3] as Readable;
let isOver = false;
lifeline
  .on('data', () => undefined)
  .on('close', () => (isOver = true))
  .on('error', () => undefined);
await once(rogue, 'spawn');
const from = lastPid();
if (scenario.members === undefined) {
  let most = 0;
  let since = performance.now();
  await until(() => {
    const now = processes().length;
    if (now > most + 5) [most, since] = [now, performance.now()];
    return performance.now() - since > 150 && most > baseline + 50;
  }, 8000);
} else if (scenario.members > 1)
  await until(() => processes().length >= baseline + (scenario.members ?? 0) - 5, 5000);
else await until(() => lastPid() !== from, 500).then(() => pause(50));

const startedAt = performance.now();
let report: Report | undefined;
let seconds: number;
if (strategy === 'sweep') {
  report = await sweepNow(rogue.pid ?? 0);
  seconds = report.elapsedMs / 1000;
} else {
  const ended = once(helper as ChildProcess, 'exit');
  helper?.stdin?.write('go\n');
  await ended;
  seconds = (performance.now() - startedAt) / 1000;
}
const isClean = await until(() => isOver, 1500);

const states = [...innocent].map(([pid, starttime]) => {
  const now = stateOf(pid);
  return now?.starttime === starttime ? now?.state : undefined;
});
let toll = { killed: 0, stopped: 0 };
if (churn !== undefined) {
  const said = once(churn.stdout as Readable, 'data');
  churn.stdin?.write('x\n');
  toll = JSON.parse(String((await said)[0])) as typeof toll;
}
const result: Result = {
  isClean,
  innocentDead: states.filter((state) => state === undefined).length + toll.killed,
  innocentStopped: states.filter((state) => state === 'T').length + toll.stopped,
  seconds,
  passes: report?.passes ?? 1,
  counts: report?.counts,
  respawned: report?.respawned.length ?? 0,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
