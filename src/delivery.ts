// Carries a plan out while the screen goes on drawing: progress and report reach the store.
import type { Kernel } from './kernel.ts';
import { tasksInUse } from './proc/loadavg.ts';
import { deliverSteps } from './signal/deliver.ts';
import { summary } from './signal/report.ts';
import { setMode, type Store } from './store.ts';
import type { Plan, Report } from './types.ts';

/** @param done called once, after the report is on the screen and in the log */
export function deliverInSlices(
  kernel: Kernel,
  store: Store,
  plan: Plan,
  readOnly: boolean,
  done: () => void,
): void {
  const steps = deliverSteps(kernel, plan, { readOnly, slotsUsed: () => tasksInUse(kernel) });

  function next(): void {
    const step = steps.next();
    if (step.done === true) {
      show(step.value);
      return done();
    }
    setMode(store, { kind: 'sending', plan, done: step.value.done });
    setTimeout(next, step.value.waitMs);
  }

  function show(report: Report): void {
    store.setState({ log: [...store.getState().log, report], message: summary(report), tags: new Set() });
    setMode(store, { kind: 'report', report, top: 0 });
  }

  next();
}
