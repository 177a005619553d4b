// The sweep of a bout, as `slotop sweep TARGET...` does it: a look, a plan, the steps with the event loop between them.
import { setTimeout as pause } from 'node:timers/promises';
import { parseTarget, isFilterError, type Filter } from '../../src/derive/match.ts';
import type { Kernel } from '../../src/kernel.ts';
import { lookFor, planOf, type Order } from '../../src/commands/order.ts';
import { actionLogPath, openActionLog } from '../../src/signal/actionLog.ts';
import { signalNamed } from '../../src/signal/signals.ts';
import { goFirst } from '../../src/signal/sweep/boost.ts';
import { recruitsOf } from '../../src/signal/sweep/recruits.ts';
import { sweepSteps } from '../../src/signal/sweep/sweep.ts';
import type { Report } from '../../src/types.ts';

function filterOf(target: string): Filter {
  const filter = parseTarget(target);
  if (isFilterError(filter)) throw new Error(filter.error);
  return filter;
}

function orderOf(targets: readonly string[], tree: boolean): Order {
  return {
    action: 'sweep',
    signal: signalNamed('KILL'),
    targets: targets.map(filterOf),
    exclude: undefined,
    tree,
    forced: undefined,
  };
}

/** A warm program, as one that has been open for a while is. */
export function warmUp(kernel: Kernel): void {
  for (let i = 0; i < 3; i++) lookFor(orderOf(['1'], false), { kernel: () => kernel });
}

/** @param show told each step of the sweep, and how many milliseconds after the order it came */
export async function sweepNow(
  kernel: Kernel,
  targets: readonly string[],
  options: { readonly tree: boolean; readonly withRespawner: boolean },
  show: (ms: number, step: unknown) => void,
): Promise<Report> {
  const startedAt = performance.now();
  const order = orderOf(targets, options.tree);
  // As the command does: among a thousand that spin, a look at ordinary priority takes minutes.
  const goBack = goFirst(kernel);
  const sample = lookFor(order, { kernel: () => kernel });
  const plan = planOf(order, sample, () => undefined);
  const log = openActionLog(kernel, actionLogPath(process.env), (why) => process.stderr.write(`${why}\n`));
  log.intend(plan);
  show(performance.now() - startedAt, { planned: plan.targets.length });
  const recruits = order.targets.flatMap((target) => recruitsOf(target) ?? []);
  const steps = sweepSteps(
    kernel,
    { plan, sample, recruits, exclude: undefined, tree: order.tree },
    { withRespawner: options.withRespawner, intend: log.alsoIntend },
  );
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      goBack();
      log.settle(step.value);
      return step.value;
    }
    show(performance.now() - startedAt, step.value);
    await pause(step.value.waitMs);
  }
}
