// One signal to one process: looked at right before, so that nobody else who has got its number is ever hit.
import type { Kernel } from '../kernel.ts';
import type { Plan, Signal, Target } from '../types.ts';
import { isStopped, isZombie, lookAt } from './look.ts';
import { verdict, type Verdict } from './outcome.ts';
import { effectOf, signalNamed } from './signals.ts';

/** How long a slice of work may keep the one thread from drawing, in milliseconds. */
export const SLICE_MS = 10;

const CONT = signalNamed('CONT').number;
/** A stopped process keeps these pending until it runs again (signal(7)); systemd follows them with CONT too. */
const NEED_CONT = new Set(['TERM', 'HUP', 'INT']);

export function refusedBecause(reason: string): Verdict {
  return { outcome: 'refused', detail: reason };
}

/** Which pids are targets of the plan. */
export function whoIsTarget({ targets }: Plan): (pid: number) => boolean {
  const pids = new Set(targets.map(({ pid }) => pid));
  return (pid) => pids.has(pid);
}

/** @returns the verdict when there is nothing left to wait for; undefined when it is still to be seen what comes of it */
export function sendTo(
  kernel: Kernel,
  signal: Signal,
  target: Target,
  isTarget: (pid: number) => boolean,
): Verdict | undefined {
  const before = lookAt(kernel, target);
  if (before === 'gone') return { outcome: 'gone', detail: null };
  if (before === 'recycled')
    return { outcome: 'recycled', detail: 'the pid is another process now: nothing was sent' };
  if (before === 'unseen')
    return { outcome: 'denied', detail: `could not be looked at; owner ${target.user}` };
  // A signal to a zombie "succeeds" and does nothing: only its parent can free the slot. Where the parent is a target
  // too, its end frees both.
  if (isZombie(before)) return isTarget(before.ppid) ? undefined : verdict(kernel, signal, target, true);

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
