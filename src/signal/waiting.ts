// Who would start a killed process again, and not at once: after a second (s6), or when a file changes (nodemon). Of the
// latter nobody is back as yet, so no look can find it, and still the kill is not for good.
import type { Kernel } from '../kernel.ts';
import type { Proc, ProcId, Respawned, TargetReport } from '../types.ts';
import { isZombie, lookAt } from './look.ts';
import { ancestorsOf } from './respawner.ts';
import { SUPERVISORS, type Case, type Supervisor } from './supervisors.ts';

export interface Waiting extends ProcId {
  /** `nodemon (812) starts it again when a file changes` */
  readonly says: string;
  /** The command that ends it. */
  readonly advice: string;
}

/** By the pid of whom it would start again. */
export type WaitingAbove = ReadonlyMap<number, Waiting>;

interface Recognised {
  readonly supervisor: Supervisor;
  readonly found: Case;
}

/** The nearest ancestor that one of those records knows, by what it is alone: no environment is read. */
function nearestOf(
  among: readonly Supervisor[],
  newcomer: Proc,
  procs: ReadonlyMap<number, Proc>,
): Recognised | undefined {
  for (const by of ancestorsOf(newcomer, procs)) {
    const found = { by, newcomer, environ: new Map<string, string>() };
    const supervisor = among.find((one) => one.recognises(found));
    if (supervisor !== undefined) return { supervisor, found };
  }
  return undefined;
}

const UNHURRIED = SUPERVISORS.filter(({ isUnhurried }) => isUnhurried === true);

/** Whether somebody is above who starts a program again after a while. @param procs as waitingAbove */
export function isUnhurriedAbove(targets: readonly ProcId[], procs: ReadonlyMap<number, Proc>): boolean {
  const known = targets.flatMap(({ pid }) => procs.get(pid) ?? []);
  const oneOfEach = new Map(known.map((proc) => [proc.ppid, proc]));
  return [...oneOfEach.values()].some((proc) => nearestOf(UNHURRIED, proc, procs) !== undefined);
}

const WAITING = SUPERVISORS.filter(({ waitsFor }) => waitsFor !== undefined);

function waitingOver(newcomer: Proc, procs: ReadonlyMap<number, Proc>): Waiting | undefined {
  const known = nearestOf(WAITING, newcomer, procs);
  if (known === undefined) return undefined;
  const { supervisor, found } = known;
  const { pid, starttime } = found.by;
  const says = `${supervisor.kind} (${pid}) starts it again when ${supervisor.waitsFor}`;
  return { pid, starttime, says, advice: supervisor.advice(found) };
}

/** To be asked before the first signal. @param procs with the command lines of those above */
export function waitingAbove(targets: readonly ProcId[], procs: ReadonlyMap<number, Proc>): WaitingAbove {
  const byParent = new Map<number, Waiting | undefined>();
  const waiting = new Map<number, Waiting>();
  for (const { pid } of targets) {
    const proc = procs.get(pid);
    if (proc === undefined) continue;
    if (!byParent.has(proc.ppid)) byParent.set(proc.ppid, waitingOver(proc, procs));
    const by = byParent.get(proc.ppid);
    if (by !== undefined) waiting.set(pid, by);
  }
  return waiting;
}

/** Those who still wait: they live, and have brought nobody back. */
export function stillWaiting(
  kernel: Kernel,
  waiting: WaitingAbove,
  respawned: readonly Respawned[],
): WaitingAbove {
  const isWaiting = (by: Waiting): boolean => {
    const sight = lookAt(kernel, by);
    return typeof sight !== 'string' && !isZombie(sight) && !respawned.some((one) => one.by?.pid === by.pid);
  };
  return new Map([...waiting].filter(([, by]) => isWaiting(by)));
}

/** Reports in which the killed have their starters' names. */
export function withWaiting(reports: readonly TargetReport[], waiting: WaitingAbove): TargetReport[] {
  return reports.map((report) => {
    const by = report.outcome === 'killed' ? waiting.get(report.pid) : undefined;
    if (by === undefined) return report;
    const before = report.detail === null ? '' : `${report.detail}; `;
    return { ...report, detail: `${before}${by.says}: ${by.advice}` };
  });
}
