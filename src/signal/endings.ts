// Who of a plan's targets has ended: what is known of each, and the wait for the others.
import type { Kernel } from '../kernel.ts';
import type { Plan, Target } from '../types.ts';
import { isZombie, lookAt } from './look.ts';
import { verdict, type Verdict } from './outcome.ts';
import { signalNamed } from './signals.ts';

export interface Endings {
  readonly verdicts: ReadonlyMap<Target, Verdict>;
  /** Targets without a verdict, in the plan's order. */
  left(): Target[];
  settle(target: Target, verdict: Verdict): void;
  /**
   * Looks at everyone who is left, again and again, and settles those that have gone.
   * @param forMs the longest wait, in milliseconds
   * @param wait given the pause until the next look and what remains of the wait, in milliseconds
   */
  await<Step>(
    forMs: number,
    wait: (pauseMs: number, remainingMs: number) => Step | 'enough',
  ): Generator<Step, void>;
}

/** How long a zombie is given to be reaped before it is no longer waited for, in milliseconds. */
const REAP_MS = 500;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

const TERM = signalNamed('TERM');

export function createEndings(kernel: Kernel, { targets }: Plan): Endings {
  const verdicts = new Map<Target, Verdict>();
  const left = (): Target[] => targets.filter((target) => !verdicts.has(target));

  function isUndead(target: Target): boolean {
    const sight = lookAt(kernel, target);
    return typeof sight !== 'string' && isZombie(sight);
  }

  /** @returns false when only zombies are left that had their time to be reaped */
  function isWorthWaiting(sinceMs: number): boolean {
    for (const target of left()) {
      const seen = verdict(kernel, TERM, target, false);
      if (seen !== undefined) verdicts.set(target, seen);
    }
    const remaining = left();
    if (remaining.length === 0) return false;
    return kernel.now() - sinceMs < REAP_MS || !remaining.every(isUndead);
  }

  return {
    verdicts,
    left,
    settle: (target, seen) => void verdicts.set(target, seen),
    *await(forMs, wait) {
      const sinceMs = kernel.now();
      for (let pauseMs = FIRST_PAUSE_MS; isWorthWaiting(sinceMs); pauseMs *= 2) {
        const remainingMs = sinceMs + forMs - kernel.now();
        if (remainingMs <= 0) return;
        const step = wait(Math.min(pauseMs, LONGEST_PAUSE_MS, Math.max(1, remainingMs)), remainingMs);
        if (step === 'enough') return;
        yield step;
      }
    },
  };
}
