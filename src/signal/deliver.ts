// Runs a plan: each target is looked at right before its signal, and looked at again after it. Nothing is assumed.
import type { Kernel } from '../kernel.ts';
import { parseLoadavg } from '../proc/loadavg.ts';
import { readText } from '../proc/text.ts';
import type { Plan, Report, Target } from '../types.ts';
import { reportOf, targetReports, verdict, type Verdict } from './outcome.ts';
import type { Regrowth } from './regrowth.ts';
import { refusedBecause, sendTo, SLICE_MS, whoIsTarget } from './send.ts';
import { stillWaiting, withWaiting, type WaitingAbove } from './waiting.ts';

export interface DeliverOptions {
  /** `--read-only`: every target is refused. */
  readonly readOnly?: boolean;
  /** Tasks in use now, for the report's before and after; the machine's own count (proc_loadavg(5)) without this. */
  readonly slotsUsed?: () => number;
  /** Looks at the end who is back of those that were killed; nobody looks without this. */
  readonly regrowth?: Regrowth;
}

/** Given between slices: whoever drives the delivery may draw, and comes back after `waitMs`. */
export interface Progress {
  /** Targets whose outcome is known. */
  readonly done: number;
  readonly total: number;
  readonly waitMs: number;
}

/** How long an outcome is waited for, in milliseconds. TERM is only sent: whoever wants to wait for it uses `kill`. */
const SURE_MS = 500;
const POLITE_MS = 250;
const FIRST_WAIT_MS = 10;

const SURE = new Set(['KILL', 'STOP']);

/** Why nothing can be sent at all, in words; undefined when signals can be sent. */
export function whyNoSignals(kernel: Kernel, readOnly: boolean): string | undefined {
  if (readOnly) return 'read-only: no signals are sent';
  if (!kernel.canSignal)
    return `${kernel.root} is not our own pid namespace's: its processes can be looked at only`;
  return undefined;
}

/** Tasks in use on the machine; 0 where the proc root does not say. */
export function slotsUsedIn(kernel: Kernel): number {
  return parseLoadavg(readText(kernel, 'loadavg') ?? '')?.tasks ?? 0;
}

/**
 * Sends the plan's signal to each of its targets, in their order, and looks what became of them.
 * @returns a generator: drain it with `deliver`, or go on drawing between its steps
 */
export function* deliverSteps(
  kernel: Kernel,
  plan: Plan,
  { readOnly = false, slotsUsed = () => slotsUsedIn(kernel), regrowth }: DeliverOptions = {},
): Generator<Progress, Report> {
  const startedAt = kernel.now();
  const slotsBefore = slotsUsed();
  const { signal, targets } = plan;
  const total = targets.length;
  const verdicts = new Map<Target, Verdict>();
  const isTarget = whoIsTarget(plan);
  const progress = (waitMs: number): Progress => ({ done: verdicts.size, total, waitMs });
  const barred = whyNoSignals(kernel, readOnly);

  let sliceEnds = kernel.now() + SLICE_MS;
  for (const target of targets) {
    const settled = barred === undefined ? sendTo(kernel, signal, target, isTarget) : refusedBecause(barred);
    if (settled !== undefined) verdicts.set(target, settled);
    if (kernel.now() < sliceEnds) continue;
    yield progress(0);
    sliceEnds = kernel.now() + SLICE_MS;
  }

  const lookUntil = kernel.now() + (SURE.has(signal.name) ? SURE_MS : POLITE_MS);
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const left = lookUntil - kernel.now();
    for (const target of targets) {
      if (verdicts.has(target)) continue;
      const seen = verdict(kernel, signal, target, left <= 0);
      if (seen !== undefined) verdicts.set(target, seen);
    }
    if (verdicts.size === total) break;
    yield progress(Math.min(wait, Math.max(1, left)));
    wait = Math.min(wait * 2, 100);
  }

  const targetsSeen = targetReports(plan, verdicts);
  const killed = targetsSeen.filter(({ outcome }) => outcome === 'killed');
  const respawned = killed.length === 0 ? [] : (regrowth?.look(killed) ?? []);
  const waiting: WaitingAbove =
    regrowth === undefined ? new Map() : stillWaiting(kernel, regrowth.waiting, respawned);
  return reportOf({
    plan,
    targets: withWaiting(targetsSeen, waiting),
    elapsedMs: kernel.now() - startedAt,
    slots: { before: slotsBefore, after: slotsUsed() },
    respawned,
    at: kernel.wall(),
  });
}

/** Runs the whole delivery on this thread. */
export function deliver(kernel: Kernel, plan: Plan, options: DeliverOptions = {}): Report {
  const steps = deliverSteps(kernel, plan, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value.waitMs > 0) kernel.sleep(step.value.waitMs);
  }
}
