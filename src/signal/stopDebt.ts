// What slotop stopped and still owes a CONT: kept by identity, settled when it is seen running or gone.
import type { Kernel } from '../kernel.ts';
import type { Plan, ProcId, Report, Sample, Target, TargetReport } from '../types.ts';
import { isStopped, lookAt } from './look.ts';
import { effectOf, signalNamed } from './signals.ts';

export interface Debtor extends Target {
  /** When it was stopped: milliseconds of the kernel door's monotonic clock. A row read before that tells nothing. */
  readonly since: number;
}

/** Oldest first. Never changed in place: a store can hold it. */
export type StopDebt = readonly Debtor[];

const CONT = signalNamed('CONT');

/** A STOP is queued for a process that waits in the kernel, and takes hold the moment it comes back (signal(7)). */
function isStoppedByUs({ outcome, state }: TargetReport, { signal, action }: Report): boolean {
  if (outcome === 'stopped') return true;
  return outcome === 'survived' && state === 'D' && (effectOf(signal) === 'stops' || action === 'sweep');
}

/**
 * The debt after a report: what it stopped is owed too.
 * @param now milliseconds of the kernel door's monotonic clock, after the report was made
 */
export function indebted(debt: StopDebt, report: Report, now: number): StopDebt {
  const stopped = report.targets.filter((target) => isStoppedByUs(target, report));
  if (stopped.length === 0) return debt;
  const again = new Set(stopped.map(({ pid }) => pid));
  return [
    ...debt.filter(({ pid }) => !again.has(pid)),
    ...stopped.map((target) => ({ ...target, since: now })),
  ];
}

/**
 * What is still owed, by a look at the machine: gone, given out again or running are settled, whoever did it.
 * @returns the same array where nothing has changed
 */
export function owed(debt: StopDebt, { procs, at }: Pick<Sample, 'procs' | 'at'>): StopDebt {
  const left = debt.filter(({ pid, starttime, state, since }) => {
    const proc = procs.get(pid);
    if (proc?.starttime !== starttime) return at < since; // a look from before it was stopped says nothing
    if (proc.readAt < since || isStopped(proc)) return true;
    // One that was stopped in state D comes back for a moment (R) before it stops.
    return state === 'D' && (proc.state === 'D' || proc.state === 'R');
  });
  return left.length === debt.length ? debt : left;
}

/** The shell line that continues them; empty for nobody. Good for the moment only: a shell can't compare starttimes. */
export function thawCommand(ids: readonly ProcId[]): string {
  return ids.length === 0 ? '' : `kill -CONT ${ids.map(({ pid }) => pid).join(' ')}`;
}

/** A plan that continues all that is owed, to be shown, run and reported as any other. */
export function thawPlan(debt: StopDebt): Plan {
  return {
    action: 'signal',
    signal: CONT,
    scope: 'selection',
    label: 'what slotop stopped',
    targets: debt.map(({ since: _, ...target }) => target),
    refused: [],
  };
}

/** Those that are stopped now, looked at one by one. */
export function stillStopped(kernel: Kernel, ids: readonly ProcId[]): ProcId[] {
  return ids.filter((id) => {
    const sight = lookAt(kernel, id);
    return typeof sight !== 'string' && isStopped(sight);
  });
}

/**
 * Continues them at once, without waiting: for the moment in which slotop itself is ended. Each is the same process as
 * ever when it gets its CONT.
 * @returns those that stay stopped, because they could not be reached: their command is for the user's eyes
 */
export function thaw<T extends ProcId>(kernel: Kernel, ids: readonly T[]): T[] {
  return ids.filter((id) => {
    const sight = lookAt(kernel, id);
    if (sight === 'gone' || sight === 'recycled') return false;
    const answer = kernel.canSignal ? kernel.kill(id.pid, CONT.number) : 'denied';
    return answer === 'denied' || answer === 'limit';
  });
}
