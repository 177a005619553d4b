// What a sweep says of everybody it met: each exactly once, with what became of it.
import type { Kernel } from '../../kernel.ts';
import type { Plan, RefusedTarget, Report, Target, TargetReport } from '../../types.ts';
import { lookAt } from '../look.ts';
import { countsOf, refusedReport, verdict, type Verdict } from '../outcome.ts';
import { signalNamed } from '../signals.ts';
import { withWaiting, type WaitingAbove } from '../waiting.ts';
import type { Hunt } from './hunt.ts';
import type { Victim } from './victim.ts';

interface Finished {
  readonly plan: Plan;
  /** Why nothing could be sent at all. */
  readonly barred: string | undefined;
  readonly isAborted: boolean;
  /** Until the last member was gone, without the watch after it. */
  readonly elapsedMs: number;
  readonly slots: Report['slots'];
  /** Who would start members again in time. */
  readonly waiting: WaitingAbove;
}

const KILL = signalNamed('KILL');
const BROKEN_OFF = 'the sweep was broken off';

export function sweepReport(kernel: Kernel, hunt: Hunt, finished: Finished): Report {
  const { plan, barred, isAborted, elapsedMs, slots, waiting } = finished;
  const byId = new Map<string, Victim>();
  for (const victim of hunt.victims.all) byId.set(idOf(victim.target), victim);

  const verdictOn = (target: Target): Verdict => {
    if (barred !== undefined) return { outcome: 'refused', detail: barred };
    const victim = byId.get(idOf(target));
    return victim === undefined ? unmet(kernel, target, isAborted) : met(kernel, victim);
  };
  const newcomers = [...byId.values()].filter(({ isPlanned }) => !isPlanned);
  const targets: TargetReport[] = [...plan.targets, ...newcomers.map(({ target }) => target)].map(
    (target) => ({
      ...target,
      ...verdictOn(target),
    }),
  );
  const all = [
    ...withWaiting(targets, waiting),
    ...[...plan.refused, ...lateRefused(hunt, plan)].map(refusedReport),
  ];
  return {
    action: plan.action,
    signal: plan.signal,
    label: plan.label,
    targets: all,
    counts: countsOf(all),
    passes: hunt.passesMade,
    elapsedMs: Math.round(elapsedMs * 10) / 10,
    slots,
    respawned: hunt.back,
    at: kernel.wall(),
  };
}

/** Protected ones that matched and were not in the plan: born since, or become what was asked for. */
function lateRefused(hunt: Hunt, { refused }: Plan): RefusedTarget[] {
  const shown = new Set(refused.map(idOf));
  return [...hunt.passes.refused]
    .filter(([{ proc }]) => !shown.has(idOf(proc)))
    .map(([known, reason]) => ({ ...hunt.victims.targetOf(known), reason }));
}

function idOf({ pid, starttime }: { readonly pid: number; readonly starttime: number }): string {
  return `${pid}/${starttime}`;
}

/** A target that no pass came across alive. */
function unmet(kernel: Kernel, target: Target, isAborted: boolean): Verdict {
  const sight = lookAt(kernel, target);
  if (sight === 'gone') return { outcome: 'gone', detail: null };
  if (sight === 'recycled')
    return { outcome: 'recycled', detail: 'the pid is another process now: nothing was sent' };
  if (sight === 'unseen')
    return { outcome: 'denied', detail: `could not be looked at; owner ${target.user}` };
  const late = isAborted && sight.state !== 'Z';
  return late
    ? { outcome: 'survived', state: sight.state, detail: BROKEN_OFF }
    : (verdict(kernel, KILL, target, true) as Verdict);
}

function met(kernel: Kernel, { target, denied, recycled, killAt, gone, thawed }: Victim): Verdict {
  if (denied) return { outcome: 'denied', detail: `not permitted; owner ${target.user}` };
  if (recycled)
    return { outcome: 'recycled', detail: 'the pid was another process: it was continued at once' };
  if (killAt !== undefined) return verdict(kernel, KILL, target, true) as Verdict;
  if (gone) return { outcome: 'gone', detail: null };
  const sight = lookAt(kernel, target);
  if (typeof sight === 'string') return { outcome: 'gone', detail: null };
  return {
    outcome: 'survived',
    state: sight.state,
    detail: thawed ? `${BROKEN_OFF}: it was continued` : BROKEN_OFF,
  };
}
