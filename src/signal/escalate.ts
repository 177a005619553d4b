// SIGTERM, a wait, SIGKILL to what is left: each signal after a fresh look, and at the end a look whether it held.
import type { Kernel } from '../kernel.ts';
import type { Plan, Report, Respawned, Target } from '../types.ts';
import { slotsUsedIn, whyNoSignals } from './deliver.ts';
import { createEndings, type Endings } from './endings.ts';
import { reportOf, targetReports, verdict } from './outcome.ts';
import { watchRegrowth, type Regrowth } from './regrowth.ts';
import { refusedBecause } from './send.ts';
import { signalNamed } from './signals.ts';
import { BY_TERM, termThenKill, type EscalateProgress } from './termThenKill.ts';
import { stillWaiting, withWaiting, type WaitingAbove } from './waiting.ts';

export type { EscalateProgress };

export interface EscalateOptions {
  /** How long SIGTERM is given, in milliseconds. */
  readonly waitMs?: number;
  /** `--read-only`: every target is refused. */
  readonly readOnly?: boolean;
  /** Asked at every step; once it says yes no further signal is sent, and the report tells who is left. */
  readonly abort?: () => boolean;
  /** Tasks in use now; the machine's own count (proc_loadavg(5)) without this. */
  readonly slotsUsed?: () => number;
  /** Who counts as one that came back; without this the like of a target, started by the same ancestor. */
  readonly regrowth?: Regrowth;
}

/** What people are ready to wait for a server that tidies up, in milliseconds (`--wait`). */
export const WAIT_MS = 5_000;
/** Supervisors that answer at once do so within 0.6 s (measured: runit, pm2, shell loops), in milliseconds. */
const REGROWTH_MS = 1_000;
/** Those that start a program once a second at most: measured, 1.2 (s6) and 1.35 s (supervisord). */
const UNHURRIED_MS = 3_000;
const LOOK_MS = 200;

const KILL = signalNamed('KILL');

/**
 * Carries a plan out by escalation, deepest first as the plan has it: the death of a parent makes the kernel wake
 * stopped orphans.
 * @returns a generator: drain it with `escalate`, or go on drawing between its steps
 */
export function* escalateSteps(
  kernel: Kernel,
  plan: Plan,
  options: EscalateOptions = {},
): Generator<EscalateProgress, Report> {
  const { waitMs = WAIT_MS, readOnly = false, abort = () => false } = options;
  const slotsUsed = options.slotsUsed ?? (() => slotsUsedIn(kernel));
  const startedAt = kernel.now();
  const slotsBefore = slotsUsed();
  const endings = createEndings(kernel, plan);
  let respawned: readonly Respawned[] = [];
  let waiting: WaitingAbove = new Map();

  const barred = whyNoSignals(kernel, readOnly);
  if (barred === undefined) {
    const regrowth = options.regrowth ?? watchRegrowth(kernel, plan.targets);
    yield* termThenKill(kernel, plan, endings, { waitMs, abort });
    respawned = yield* watch(endings, regrowth, abort);
    waiting = stillWaiting(kernel, regrowth.waiting, respawned);
    for (const target of reapedSince(kernel, endings)) endings.settle(target, BY_TERM);
  } else {
    for (const target of plan.targets) endings.settle(target, refusedBecause(barred));
  }

  return reportOf({
    plan,
    targets: withWaiting(targetReports(plan, endings.verdicts), waiting),
    elapsedMs: kernel.now() - startedAt,
    slots: { before: slotsBefore, after: slotsUsed() },
    respawned,
    at: kernel.wall(),
  });
}

/** Zombies that were reaped while we looked who comes back: a slow pid 1 takes a second over it. */
function reapedSince(kernel: Kernel, { verdicts }: Endings): Target[] {
  return [...verdicts].flatMap(([target, { state, outcome }]) =>
    outcome === 'survived' && state === 'Z' && verdict(kernel, KILL, target, false) !== undefined
      ? [target]
      : [],
  );
}

/** Looks for a while who comes back of those that were killed. */
function* watch(
  endings: Endings,
  regrowth: Regrowth,
  abort: () => boolean,
): Generator<EscalateProgress, readonly Respawned[]> {
  const killed = [...endings.verdicts].flatMap(([target, { outcome }]) =>
    outcome === 'killed' ? [target] : [],
  );
  if (killed.length === 0) return [];
  let isBack = false;
  const until = (ms: number): boolean =>
    ms < REGROWTH_MS || (regrowth.isUnhurried && !isBack && ms < UNHURRIED_MS);
  for (let ms = 0; until(ms) && !abort(); ms += LOOK_MS) {
    yield { phase: 'look', remainingMs: 0, alive: 0, waitMs: LOOK_MS };
    isBack = regrowth.look(killed).length > 0;
  }
  return regrowth.look(killed);
}

/** Runs the whole escalation on this thread. @param onStep told each step before its wait */
export function escalate(
  kernel: Kernel,
  plan: Plan,
  options: EscalateOptions = {},
  onStep: (progress: EscalateProgress) => void = () => undefined,
): Report {
  const steps = escalateSteps(kernel, plan, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    onStep(step.value);
    if (step.value.waitMs > 0) kernel.sleep(step.value.waitMs);
  }
}
