// What became of a target after its signal, and the report that adds the targets up.
import type { Kernel } from '../kernel.ts';
import type { Counts, Outcome, Plan, RefusedTarget, Report, Signal, Target, TargetReport } from '../types.ts';
import { isStopped, isZombie, lookAt } from './look.ts';
import { effectOf } from './signals.ts';
import { whyAlive } from './survivor.ts';

/** Outcomes after which the process has no state any more, or none of ours. */
export const STATELESS: ReadonlySet<Outcome> = new Set(['killed', 'gone', 'recycled']);

export interface Verdict {
  readonly outcome: Outcome;
  /** The state it was last seen in, where that was looked at. */
  readonly state?: string;
  readonly detail: string | null;
}

/**
 * Looks at a target that was sent `signal`.
 * @param last true when it will not be waited for any longer: then there is always a verdict
 * @returns undefined while what the signal is meant to bring about has not happened yet
 */
export function verdict(kernel: Kernel, signal: Signal, target: Target, last: boolean): Verdict | undefined {
  const sight = lookAt(kernel, target);
  if (sight === 'gone' || sight === 'recycled') return { outcome: 'killed', detail: null };
  const stops = effectOf(signal) === 'stops';
  if (stops && sight !== 'unseen' && isStopped(sight)) {
    return { outcome: 'stopped', state: sight.state, detail: null };
  }
  if (!last) return undefined;
  const mustHold = signal.name === 'KILL' || signal.name === 'STOP';
  if (sight === 'unseen') {
    return { outcome: mustHold ? 'survived' : 'signalled', detail: 'could not be looked at afterwards' };
  }
  // Between the signal and a parent's wait() a process is a zombie for a moment; one that is left at the end of the
  // wait keeps its slot, and "killed" means gone.
  const outcome = mustHold || isZombie(sight) ? 'survived' : 'signalled';
  return { outcome, state: sight.state, detail: whyAlive(kernel, signal, target, sight) };
}

export function refusedReport({ reason, ...target }: RefusedTarget): TargetReport {
  return { ...target, outcome: 'refused', detail: reason };
}

interface Finished {
  readonly plan: Plan;
  readonly targets: readonly TargetReport[];
  /** Once over the targets without this. */
  readonly passes?: number;
  readonly elapsedMs: number;
  readonly slots: Report['slots'];
  readonly respawned?: Report['respawned'];
  readonly at: number;
}

/** Each target of the plan with its verdict, then the refused. @param verdicts one for every target */
export function targetReports(plan: Plan, verdicts: ReadonlyMap<Target, Verdict>): TargetReport[] {
  const hit = plan.targets.map((target) => ({ ...target, ...(verdicts.get(target) as Verdict) }));
  return [...hit, ...plan.refused.map(refusedReport)];
}

/** The report of a plan that was run over its targets. */
export function reportOf({
  plan,
  targets,
  passes = 1,
  elapsedMs,
  slots,
  respawned = [],
  at,
}: Finished): Report {
  const { action, signal, label } = plan;
  return {
    action,
    signal,
    label,
    targets,
    counts: countsOf(targets),
    passes,
    elapsedMs: Math.round(elapsedMs * 10) / 10,
    slots,
    respawned,
    at,
  };
}

/** How many targets had each outcome; `matched` is all of them. */
export function countsOf(targets: readonly TargetReport[]): Counts {
  const counts: Record<keyof Counts, number> = {
    matched: targets.length,
    killed: 0,
    stopped: 0,
    signalled: 0,
    gone: 0,
    recycled: 0,
    denied: 0,
    refused: 0,
    survived: 0,
  };
  for (const { outcome } of targets) counts[outcome]++;
  return counts;
}
