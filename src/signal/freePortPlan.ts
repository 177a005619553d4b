// Whom freeing a port would hit: its holders, less those that may not be hit, and those whose end would free nothing.
import type { Kernel } from '../kernel.ts';
import type { Plan, Proc, Respawned, Sample, Target } from '../types.ts';
import { holdersOf } from './freePortSight.ts';
import { sparedHolders } from './freePortSpared.ts';
import { makePlan, type Match } from './plan.ts';
import { signalNamed } from './signals.ts';
import { standingOf } from './standing.ts';

export interface FreeWishes {
  /** The holders with all their descendants. */
  readonly tree?: boolean;
  readonly exclude?: ((proc: Proc) => boolean) | undefined;
  /** A protected pid that may be hit all the same, where it is the only holder. */
  readonly forced?: number | undefined;
}

export interface FreePlan {
  readonly port: number;
  readonly plan: Plan;
  /** What to do instead, for each refused pid that has an answer. */
  readonly advice: ReadonlyMap<number, string>;
}

/** @param sample a complete look, with the details of the holders and of those above them */
export function planFree(kernel: Kernel, sample: Sample, port: number, wishes: FreeWishes = {}): FreePlan {
  const standing = standingOf(sample);
  const refusals = sparedHolders(kernel, sample, port, standing, wishes.forced);
  const planOf = (matches: readonly Match[], own: FreeWishes): Plan =>
    makePlan({
      action: 'free',
      signal: signalNamed('TERM'),
      scope: 'port',
      label: `:${port}`,
      matches,
      sample,
      standing,
      ...own,
    });
  const matches = holdersOf(sample, port).map((proc) => ({ proc, matched: `port ${port}` }));
  const plan = planOf(
    matches.filter(({ proc }) => !refusals.has(proc.pid)),
    wishes,
  );
  const left = planOf(
    matches.filter(({ proc }) => refusals.has(proc.pid)),
    { exclude: wishes.exclude },
  );
  const refused = [...left.targets, ...left.refused].map((target) => ({
    ...target,
    reason: refusals.get(target.pid)?.reason ?? 'protected',
  }));
  return {
    port,
    plan: { ...plan, refused: [...plan.refused, ...refused] },
    advice: new Map([...refusals].map(([pid, { advice }]) => [pid, advice])),
  };
}

/** A holder that freeing a port leaves alone. */
export interface Spared {
  readonly pid: number;
  /** `docker-proxy (380) stays when :8080 is freed: stands for ...: docker stop ...` */
  readonly words: string;
}

/** @param sample as planFree */
export function sparedOn(kernel: Kernel, sample: Sample, ports: readonly number[]): Spared[] {
  return ports.flatMap((port) => {
    const { plan, advice } = planFree(kernel, sample, port);
    return plan.refused.map(({ pid, name, reason }) => {
      const what = advice.get(pid);
      const words = `${name} (${pid}) stays when :${port} is freed: ${reason}${what === undefined ? '' : `: ${what}`}`;
      return { pid, words };
    });
  });
}

/** How a target is matched that holds nothing itself. */
const STARTER = 'starts a holder again';

/**
 * A plan for those that came back, with those who started them.
 * @param plan made anew for the port
 * @returns undefined where none of the starters may be hit: then it would only go on
 */
export function withRespawners(plan: Plan, back: readonly Respawned[], sample: Sample): Plan | undefined {
  const starters = new Set(
    back.flatMap(({ by }) => (by === undefined ? [] : (sample.procs.get(by.pid) ?? []))),
  );
  const isBack = ({ pid }: { readonly pid: number }): boolean => back.some((one) => one.pid === pid);
  const { targets, refused } = makePlan({
    ...{ action: plan.action, signal: plan.signal, scope: plan.scope, label: plan.label, sample },
    matches: [...starters].map((proc) => ({ proc, matched: STARTER })),
  });
  if (targets.length === 0) return undefined;
  // SIGTERM goes through the plan from its end: a starter first.
  return {
    ...plan,
    targets: [...plan.targets.filter(isBack), ...targets],
    refused: [...plan.refused, ...refused],
  };
}

/** The plans of several ports as one, to be shown, agreed to and logged: a process that holds two of them is in it once. */
export function wholePlan(plans: readonly FreePlan[]): Plan {
  const [first] = plans as readonly [FreePlan];
  const once = <T extends Target>(targets: readonly T[]): T[] => [
    ...new Map(targets.map((target) => [target.pid, target])).values(),
  ];
  return {
    ...first.plan,
    label: plans.map(({ plan }) => plan.label).join(' '),
    targets: once(plans.flatMap(({ plan }) => plan.targets)),
    refused: once(plans.flatMap(({ plan }) => plan.refused)),
  };
}
