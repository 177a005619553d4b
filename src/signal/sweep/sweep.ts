// The rogue-group procedure (DESIGN 5.5): freeze to a fixed point, kill leaf first until clean, watch for regrowth.
import type { Kernel } from '../../kernel.ts';
import type { ProcId, Report } from '../../types.ts';
import { slotsUsedIn, whyNoSignals } from '../deliver.ts';
import { stillWaiting } from '../waiting.ts';
import { goFirst } from './boost.ts';
import { createHunt } from './hunt.ts';
import type { SweepRequest } from './membership.ts';
import { freeze, nextOnes, slay, watch, type End } from './stages.ts';
import { sweepReport } from './sweepReport.ts';
import { noteWatchers } from './watchers.ts';

export interface SweepOptions {
  /** `--read-only`: every target is refused. */
  readonly readOnly?: boolean;
  /** Take in whoever brings members back (the user's word). */
  readonly withRespawner?: boolean;
  /** Asked after each pass: true ends the sweep, and what it stopped runs on. */
  readonly abort?: () => boolean;
  /** Told each newcomer right before its first STOP: so that what is stopped is known though slotop be killed. */
  readonly intend?: (newcomer: ProcId) => void;
  /** Tasks in use now; the machine's own count without this. */
  readonly slotsUsed?: () => number;
}

export interface SweepProgress {
  readonly phase: 'stop' | 'kill' | 'watch';
  readonly pass: number;
  /** Members that are stopped, those newly hit in this pass, those that we may not signal, those not known to be gone. */
  readonly stopped: number;
  readonly new: number;
  readonly denied: number;
  readonly alive: number;
  /** Come back after so many milliseconds. */
  readonly waitMs: number;
}

/** How often a group that is back is swept again. */
const ROUNDS = 3;
const ROUNDS_WITH_RESPAWNER = 8;

/**
 * Sweeps the plan's targets and whoever belongs to them.
 * @returns a generator: drain it with `sweep`, or draw between its steps; ended early (return, throw) it thaws what it stopped
 */
export function* sweepSteps(
  kernel: Kernel,
  request: SweepRequest,
  options: SweepOptions = {},
): Generator<SweepProgress, Report> {
  const { readOnly = false, abort = () => false, slotsUsed = () => slotsUsedIn(kernel) } = options;
  const startedAt = kernel.now();
  const slotsBefore = slotsUsed();
  const barred = whyNoSignals(kernel, readOnly);
  const watchers = noteWatchers(request.sample, request.plan.targets);
  const hunt = createHunt(kernel, request, options);
  let end: End = 'done';
  let cleanAt = startedAt;

  if (barred === undefined && request.plan.targets.length + request.recruits.length > 0) {
    let goBack = goFirst(kernel);
    try {
      const rounds = options.withRespawner === true ? ROUNDS_WITH_RESPAWNER : ROUNDS;
      hunt.strikeCgroups();
      for (let round = 1; ; round++) {
        end = yield* freeze(kernel, hunt, abort);
        if (end !== 'aborted') end = yield* slay(kernel, hunt, abort);
        cleanAt = kernel.now();
        goBack();
        if (end === 'respawning') hunt.regrown(nextOnes(kernel, hunt));
        if (end !== 'done') break;
        const regrown = yield* watch(kernel, hunt, options);
        if (regrown === 'aborted') break; // all are dead: nothing is left to break off
        if (!regrown || round >= rounds) break;
        goBack = goFirst(kernel);
      }
    } finally {
      hunt.victims.thaw();
      goBack();
    }
  }
  try {
    return sweepReport(kernel, hunt, {
      plan: request.plan,
      barred,
      isAborted: end === 'aborted',
      waiting: stillWaiting(kernel, watchers(hunt.census), hunt.back),
      elapsedMs: cleanAt - startedAt,
      slots: { before: slotsBefore, after: slotsUsed() },
    });
  } finally {
    hunt.census.close();
  }
}

/** Runs the whole sweep on this thread. */
export function sweep(kernel: Kernel, request: SweepRequest, options: SweepOptions = {}): Report {
  const steps = sweepSteps(kernel, request, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value.waitMs > 0) kernel.sleep(step.value.waitMs);
  }
}
