// One that a sweep has met: who it is, what was sent to it, and what became of it.
import type { Proc, Target } from '../../types.ts';
import type { Known } from './census.ts';

export interface Victim {
  readonly known: Known;
  readonly target: Target;
  /** A target of the plan, not one that came in since. */
  readonly isPlanned: boolean;
  /** Stopped by somebody before us: not ours to continue. */
  readonly wasStopped: boolean;
  /** When it was sent STOP last (monotonic ms), and whether it was seen stopped since. */
  stopAt: number | undefined;
  seenStopped: boolean;
  killAt: number | undefined;
  denied: boolean;
  /** Looked for and not there any more. */
  gone: boolean;
  /** Its pid was somebody else when the STOP came, who was thawed at once. */
  recycled: boolean;
  thawed: boolean;
}

export function isDead({ state, nlwp }: Proc): boolean {
  return state === 'X' || state === 'x' || (state === 'Z' && nlwp <= 1);
}

export function isStopped({ state }: Proc): boolean {
  return state === 'T' || state === 't';
}
