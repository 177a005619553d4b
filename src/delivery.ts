// Carries a plan out while the screen goes on drawing: progress and report reach the store.
import type { Kernel } from './kernel.ts';
import { recorded, type ActionLog } from './signal/actionLog.ts';
import { recruitsAmong } from './signal/again.ts';
import { deliverSteps } from './signal/deliver.ts';
import { escalateSteps } from './signal/escalate.ts';
import { freePlanned } from './signal/freePortPlanned.ts';
import { progressText } from './signal/freePortTogether.ts';
import { watchRegrowth } from './signal/regrowth.ts';
import { summary } from './signal/reportText.ts';
import { indebted } from './signal/stopDebt.ts';
import { recruitsNamed } from './signal/sweep/recruits.ts';
import { sweepSteps } from './signal/sweep/sweep.ts';
import { setMode, type Store } from './store.ts';
import type { Action, Plan, Report, Sample } from './types.ts';

export interface Delivery {
  /** Carries it out. @param done called once, after the report is on the screen and in the log */
  run(plan: Plan, sample: Sample, done: () => void): void;
  /** Ends what is under way at once, because slotop itself is ended: what a sweep stopped is thawed. */
  cancel(): void;
}

interface Step {
  /** Progress in words, for the screen. */
  readonly words: string;
  readonly waitMs: number;
}

interface Job {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly sample: Sample;
  readonly readOnly: boolean;
  readonly abort: () => boolean;
  /** Told of each that a sweep stops beyond the plan. */
  readonly intend: ActionLog['alsoIntend'];
}

function* told<Progress extends { readonly waitMs: number }>(
  steps: Generator<Progress, Report>,
  words: (progress: Progress) => string,
): Generator<Step, Report> {
  // Not a for loop: ending this generator early must end the one inside, which thaws what it stopped.
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      yield { words: words(step.value), waitMs: step.value.waitMs };
    }
  } finally {
    steps.return(undefined as never);
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** After these somebody may bring a target back. */
const MAY_KILL = new Set(['TERM', 'KILL']);

/** How each action goes, and what it says on its way. */
const STEPS: Readonly<Record<Action, (job: Job) => Generator<Step, Report>>> = {
  signal: ({ kernel, plan, readOnly }) => {
    const regrowth = MAY_KILL.has(plan.signal.name) ? { regrowth: watchRegrowth(kernel, plan.targets) } : {};
    return told(
      deliverSteps(kernel, plan, { readOnly, ...regrowth }),
      ({ done, total }) => `${done} of ${total} done`,
    );
  },
  kill: ({ kernel, plan, readOnly, abort }) =>
    told(escalateSteps(kernel, plan, { readOnly, abort }), ({ phase, alive, remainingMs }) =>
      phase === 'wait' || phase === 'term'
        ? `SIGTERM sent; ${alive} left; SIGKILL in ${seconds(remainingMs)}`
        : phase === 'kill'
          ? `SIGKILL; ${alive} left`
          : `looking: ${alive} left; who comes back?`,
    ),
  sweep: ({ kernel, plan, sample, readOnly, abort, intend }) => {
    const names = new Set(plan.targets.map(({ name }) => name));
    const recruits = [
      ...(plan.scope === 'group' ? [recruitsNamed(names)] : []),
      ...(plan.children === undefined ? [] : [recruitsAmong(plan.children)]),
    ];
    const withRespawner = plan.withRespawner === true;
    const request = { plan, sample, recruits, tree: plan.scope === 'tree' };
    return told(sweepSteps(kernel, request, { readOnly, withRespawner, abort, intend }), (step) =>
      step.phase === 'watch'
        ? 'all gone; watching who comes back'
        : `${step.phase} pass ${step.pass}: ${step.stopped} stopped, ${step.new} new, ${step.denied} denied, ${step.alive} left`,
    );
  },
  free: ({ kernel, plan, readOnly, abort }) =>
    told(
      freePlanned(kernel, plan, { readOnly, abort, withRespawner: plan.withRespawner === true }),
      progressText,
    ),
};

export function createDelivery(kernel: Kernel, store: Store, log: ActionLog, readOnly: boolean): Delivery {
  let under: Generator<Step, Report> | undefined;

  function aborted(): boolean {
    const { mode } = store.getState();
    return mode.kind === 'sending' && mode.aborting;
  }

  function show(report: Report): void {
    const state = store.getState();
    store.setState({
      log: [...state.log, report],
      debt: indebted(state.debt, report, kernel.now()),
      message: report.notes?.[0] ?? summary(report),
      tags: new Set(),
    });
    setMode(store, { kind: 'report', report, top: 0 });
  }

  function run(plan: Plan, sample: Sample, done: () => void): void {
    const steps = recorded(
      log,
      plan,
      STEPS[plan.action]({ kernel, plan, sample, readOnly, abort: aborted, intend: log.alsoIntend }),
    );
    under = steps;
    setMode(store, { kind: 'sending', plan, words: '', aborting: false });
    const next = (): void => {
      const step = steps.next();
      if (step.done === true) {
        under = undefined;
        show(step.value);
        return done();
      }
      const { mode } = store.getState();
      if (mode.kind === 'sending') store.setState({ mode: { ...mode, words: step.value.words } });
      setTimeout(next, step.value.waitMs);
    };
    next();
  }

  return { run, cancel: () => void under?.return(undefined as never) };
}
