// Frees the ports of a plan that was shown (the signal box), and reports as every other action does.
import type { Kernel } from '../kernel.ts';
import type { Plan, Report } from '../types.ts';
import { freePortSteps, type FreeOptions, type FreeResult } from './freePort.ts';
import { planFree, type FreePlan } from './freePortPlan.ts';
import { createPortSight } from './freePortSight.ts';
import { freeNotes } from './freePortText.ts';
import { freeTogether, type TogetherProgress } from './freePortTogether.ts';
import { reportOf } from './outcome.ts';

/** Only who was shown is asked to end. Who shares a socket with them is met later, by what it holds. */
function onlyShown(plans: FreePlan, shown: ReadonlySet<string>): FreePlan {
  const targets = plans.plan.targets.filter(({ pid, starttime }) => shown.has(`${pid}:${starttime}`));
  return { ...plans, plan: { ...plans.plan, targets } };
}

/** Several results as one report: each process once, what became of the ports in words. */
function reportedAs(plan: Plan, results: readonly FreeResult[], elapsedMs: number, at: number): Report {
  const targets = new Map(
    results.flatMap(({ report }) =>
      report.targets.map((target) => [`${target.pid}:${target.starttime}`, target]),
    ),
  );
  const [first] = results.map(({ report }) => report.slots.before);
  const after = results.at(-1)?.report.slots.after ?? 0;
  const report = reportOf({
    plan,
    targets: [...targets.values()],
    elapsedMs,
    slots: { before: first ?? after, after },
    respawned: results.flatMap((result) => result.report.respawned),
    at,
  });
  return { ...report, notes: results.flatMap((result) => freeNotes(result)) };
}

/** @param plan with its ports */
export function* freePlanned(
  kernel: Kernel,
  plan: Plan,
  options: Pick<FreeOptions, 'readOnly' | 'abort' | 'withRespawner'>,
): Generator<TogetherProgress, Report> {
  const startedAt = kernel.now();
  const ports = plan.ports ?? [];
  const sight = createPortSight(kernel, new Set(ports));
  const sample = sight.look();
  const shown = new Set(plan.targets.map(({ pid, starttime }) => `${pid}:${starttime}`));
  const steps = ports.map((port) =>
    freePortSteps(kernel, sight, onlyShown(planFree(kernel, sample, port), shown), options),
  );
  const results = yield* freeTogether(kernel, steps);
  return reportedAs(plan, results, kernel.now() - startedAt, kernel.wall());
}
