// The signals of freeing a port, with a record of what became of each process: SIGTERM to the plan, SIGKILL to whoever
// still has one of its sockets, told by inode.
import type { Kernel } from '../kernel.ts';
import type { Outcome, Plan, ProcId, Target } from '../types.ts';
import { persuasionOf, type Persuasion } from './freePortPersuasion.ts';
import { verdict, type Verdict } from './outcome.ts';
import { sendTo, whoIsTarget } from './send.ts';
import { signalNamed } from './signals.ts';

export interface Hunt {
  /** Everyone that was a target so far. */
  targets(): readonly Target[];
  isTarget(id: ProcId): boolean;
  /** Sends SIGTERM, and CONT to the stopped (send.ts); the common parent first, for it ends its workers in order. */
  ask(plan: Plan): void;
  /** Sends those who wait for their clients the signal that ends that. @returns whether there was anybody */
  persuade(plan: Plan): boolean;
  /** Sends SIGKILL, deepest first: the death of a parent makes the kernel wake stopped orphans. */
  force(plan: Plan): void;
  denied(): readonly Target[];
  /** What each became, looked at now. */
  verdicts(): ReadonlyMap<Target, Verdict>;
}

const TERM = signalNamed('TERM');
const KILL = signalNamed('KILL');

/** It is no more, whoever has its number. */
const LEFT: ReadonlySet<Outcome> = new Set<Outcome>(['gone', 'recycled']);

const keyOf = ({ pid, starttime }: ProcId): string => `${pid}:${starttime}`;

export function createHunt(kernel: Kernel): Hunt {
  const targets = new Map<string, Target>();
  const settled = new Map<string, Verdict>();
  const asked = new Set<string>();
  const forced = new Set<string>();
  const persuaded = new Map<string, Persuasion>();

  /** Keeps the first record of a process: it says how it stood when it was planned. */
  function known(target: Target): Target {
    const key = keyOf(target);
    const first = targets.get(key) ?? target;
    targets.set(key, first);
    return first;
  }

  function send(signal: typeof TERM, target: Target, isTarget: (pid: number) => boolean): void {
    const key = keyOf(known(target));
    const answer = sendTo(kernel, signal, target, isTarget);
    if (answer === undefined) (signal === KILL ? forced : asked).add(key);
    // It went since it was asked: that was our SIGTERM.
    else if (asked.has(key) && LEFT.has(answer.outcome))
      settled.set(key, { outcome: 'killed', detail: null });
    // A zombie may be reaped yet, and a full signal queue takes SIGKILL.
    else if (answer.outcome !== 'survived') settled.set(key, answer);
  }

  function verdictOf(target: Target): Verdict {
    const key = keyOf(target);
    const known = settled.get(key);
    if (known !== undefined) return known;
    if (!asked.has(key) && !forced.has(key)) {
      const seen = verdict(kernel, KILL, target, true) as Verdict;
      return seen.outcome === 'killed'
        ? { outcome: 'gone', detail: null }
        : { ...seen, detail: seen.detail?.startsWith('zombie') === true ? seen.detail : 'nothing was sent' };
    }
    const seen = verdict(kernel, forced.has(key) ? KILL : TERM, target, true) as Verdict;
    if (seen.outcome === 'killed' && forced.has(key))
      return { ...seen, detail: 'SIGTERM did not free the port, SIGKILL did' };
    const persuasion = persuaded.get(key);
    if (seen.outcome === 'killed' && persuasion !== undefined) return { ...seen, detail: persuasion.detail };
    return seen.outcome === 'signalled' && seen.detail === null
      ? { ...seen, detail: 'still running after SIGTERM' }
      : seen;
  }

  return {
    targets: () => [...targets.values()],
    isTarget: (id) => targets.has(keyOf(id)),
    ask(plan) {
      const isTarget = whoIsTarget(plan);
      plan.targets.forEach(known); // in the plan's order, whatever the order of the signals
      for (const target of plan.targets.toReversed()) send(TERM, target, isTarget);
    },
    persuade(plan) {
      const stubborn = plan.targets.filter(
        (target) => asked.has(keyOf(target)) && !settled.has(keyOf(target)),
      );
      for (const target of stubborn) {
        const persuasion = persuasionOf(target);
        if (persuasion === undefined) continue;
        persuaded.set(keyOf(target), persuasion);
        send(persuasion.signal, target, whoIsTarget(plan));
      }
      return persuaded.size > 0;
    },
    force(plan) {
      const isTarget = whoIsTarget(plan);
      for (const target of plan.targets) send(KILL, target, isTarget);
    },
    denied: () => [...targets.values()].filter((target) => settled.get(keyOf(target))?.outcome === 'denied'),
    verdicts: () => new Map([...targets.values()].map((target) => [target, verdictOf(target)])),
  };
}
