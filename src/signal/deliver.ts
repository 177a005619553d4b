// Runs a plan: each target is looked at right before its signal, and looked at again after it. Nothing is assumed.
import type { Kernel } from '../kernel.ts';
import { parseLoadavg } from '../proc/loadavg.ts';
import { readText } from '../proc/text.ts';
import type { Plan, Report, Target, TargetReport } from '../types.ts';
import { isStopped, isZombie, lookAt } from './look.ts';
import { refusedReport, reportOf, verdict, type Verdict } from './outcome.ts';
import { effectOf, signalNamed } from './signals.ts';

export interface DeliverOptions {
  /** `--read-only`: every target is refused. */
  readonly readOnly?: boolean;
  /** Tasks in use now, for the report's before and after; the machine's own count (proc_loadavg(5)) without this. */
  readonly slotsUsed?: () => number;
}

/** Given between slices: whoever drives the delivery may draw, and comes back after `waitMs`. */
export interface Progress {
  /** Targets whose outcome is known. */
  readonly done: number;
  readonly total: number;
  readonly waitMs: number;
}

/** How long a slice may keep the one thread from drawing, in milliseconds. */
const SLICE_MS = 10;
/** How long an outcome is waited for, in milliseconds. TERM is only sent: whoever wants to wait for it uses `kill`. */
const SURE_MS = 500;
const POLITE_MS = 250;
const FIRST_WAIT_MS = 10;

const CONT = signalNamed('CONT').number;
const SURE = new Set(['KILL', 'STOP']);
/** A stopped process keeps these pending until it runs again (signal(7)); systemd follows them with CONT too. */
const NEED_CONT = new Set(['TERM', 'HUP', 'INT']);

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
  { readOnly = false, slotsUsed = () => slotsUsedIn(kernel) }: DeliverOptions = {},
): Generator<Progress, Report> {
  const startedAt = kernel.now();
  const slotsBefore = slotsUsed();
  const { signal, targets } = plan;
  const total = targets.length;
  const verdicts = new Map<Target, Verdict>();
  const progress = (waitMs: number): Progress => ({ done: verdicts.size, total, waitMs });
  const barred = whyNoSignals(kernel, readOnly);

  let sliceEnds = kernel.now() + SLICE_MS;
  for (const target of targets) {
    const settled = barred === undefined ? send(kernel, plan, target) : refusedBecause(barred);
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

  const reports: TargetReport[] = targets.map((target) => ({
    ...target,
    ...(verdicts.get(target) as Verdict),
  }));
  return reportOf({
    plan,
    targets: [...reports, ...plan.refused.map(refusedReport)],
    elapsedMs: kernel.now() - startedAt,
    slots: { before: slotsBefore, after: slotsUsed() },
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

function refusedBecause(reason: string): Verdict {
  return { outcome: 'refused', detail: reason };
}

/** One signal to one process. @returns the verdict when there is nothing left to wait for */
function send(kernel: Kernel, { signal }: Plan, target: Target): Verdict | undefined {
  const before = lookAt(kernel, target);
  if (before === 'gone') return { outcome: 'gone', detail: null };
  if (before === 'recycled')
    return { outcome: 'recycled', detail: 'the pid is another process now: nothing was sent' };
  if (before === 'unseen')
    return { outcome: 'denied', detail: `could not be looked at; owner ${target.user}` };
  // A signal to a zombie "succeeds" and does nothing: only its parent can free the slot.
  if (isZombie(before)) return verdict(kernel, signal, target, true);

  const answer = kernel.kill(target.pid, signal.number);
  if (answer === 'gone') return { outcome: 'gone', detail: null };
  if (answer === 'denied') return { outcome: 'denied', detail: `not permitted; owner ${target.user}` };
  if (answer === 'limit')
    return { outcome: 'survived', state: before.state, detail: 'its signal queue is full' };
  if (isStopped(before) && NEED_CONT.has(signal.name)) kernel.kill(target.pid, CONT);

  const effect = effectOf(signal);
  if (effect === 'ends' || effect === 'stops') return undefined;
  return { outcome: 'signalled', state: before.state, detail: null };
}
