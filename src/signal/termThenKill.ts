// The two signals of an escalation and the two waits behind them. Deepest first, as the plan has it: the death of a parent
// makes the kernel wake stopped orphans.
import type { Kernel } from '../kernel.ts';
import type { Plan, Target } from '../types.ts';
import type { Endings } from './endings.ts';
import { verdict, type Verdict } from './outcome.ts';
import { sendTo, SLICE_MS, whoIsTarget } from './send.ts';
import { signalNamed } from './signals.ts';

/** Given between steps: whoever drives may draw, and comes back after `waitMs`. */
export interface EscalateProgress {
  readonly phase: 'term' | 'wait' | 'kill' | 'look';
  /** Of the wait that SIGTERM is given, in milliseconds. */
  readonly remainingMs: number;
  /** Targets whose end has not been seen yet. */
  readonly alive: number;
  readonly waitMs: number;
}

/** How long an end is waited for after SIGKILL, in milliseconds. */
const SURE_MS = 500;

const TERM = signalNamed('TERM');
const KILL = signalNamed('KILL');

/** Both signals and both waits; every target has a verdict afterwards. */
export function* termThenKill(
  kernel: Kernel,
  plan: Plan,
  endings: Endings,
  { waitMs, abort }: { readonly waitMs: number; readonly abort: () => boolean },
): Generator<EscalateProgress, void> {
  const isTarget = whoIsTarget(plan);
  const asked = new Set<Target>();
  const forced = new Set<Target>();
  let sliceEnds = kernel.now() + SLICE_MS;

  function* slice(phase: 'term' | 'kill', remainingMs: number): Generator<EscalateProgress, void> {
    if (kernel.now() < sliceEnds) return;
    yield { phase, remainingMs, alive: endings.left().length, waitMs: 0 };
    sliceEnds = kernel.now() + SLICE_MS;
  }

  for (const target of plan.targets) {
    if (abort()) break;
    const settled = sendTo(kernel, TERM, target, isTarget);
    // A full signal queue refuses TERM and takes KILL, and a zombie may be reaped yet: both stay in.
    if (settled !== undefined && settled.outcome !== 'survived') endings.settle(target, settled);
    else asked.add(target);
    yield* slice('term', waitMs);
  }
  yield* endings.await(waitMs, (pauseMs, remainingMs) =>
    abort() ? 'enough' : { phase: 'wait', remainingMs, alive: endings.left().length, waitMs: pauseMs },
  );

  for (const target of endings.left()) {
    if (abort()) break;
    const settled = sendTo(kernel, KILL, target, isTarget);
    if (settled === undefined) forced.add(target);
    else if (settled.outcome === 'denied') endings.settle(target, settled);
    // It went since the last look: that was our SIGTERM.
    else if (settled.outcome !== 'survived') endings.settle(target, BY_TERM);
    yield* slice('kill', 0);
  }
  yield* endings.await(SURE_MS, (pauseMs) =>
    abort() ? 'enough' : { phase: 'look', remainingMs: 0, alive: endings.left().length, waitMs: pauseMs },
  );
  for (const target of endings.left()) endings.settle(target, lastVerdict(kernel, target, asked, forced));
  for (const target of forced) {
    if (endings.verdicts.get(target)?.outcome === 'killed') endings.settle(target, BY_KILL);
  }
}

/** It ended by itself after our SIGTERM. */
export const BY_TERM: Verdict = { outcome: 'killed', detail: null };
const BY_KILL: Verdict = { outcome: 'killed', detail: 'SIGTERM did not end it, SIGKILL did' };

/** One that has not been seen to end in its time. */
function lastVerdict(
  kernel: Kernel,
  target: Target,
  asked: ReadonlySet<Target>,
  forced: ReadonlySet<Target>,
): Verdict {
  const seen = verdict(kernel, KILL, target, true) as Verdict;
  if (seen.outcome === 'killed' || forced.has(target) || seen.state === 'Z') return seen;
  const detail = asked.has(target)
    ? 'interrupted: SIGTERM was sent, SIGKILL was not'
    : 'interrupted: nothing was sent';
  return { ...seen, detail };
}
