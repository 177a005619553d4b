// Which holders of a port are spared, why, and what to do instead: the protected, those of whom freePortRefusals.ts knows
// better, and whoever shares a socket with one of these.
import type { Kernel } from '../kernel.ts';
import type { Proc, Sample } from '../types.ts';
import { whyNotFreed, type Refusal } from './freePortRefusals.ts';
import { holdersOf, socketsOn } from './freePortSight.ts';
import { isUntouchable, whyProtected } from './guard.ts';
import type { Standing } from './standing.ts';

/** @param isAlone the only holder of the port: more than one can't be hit by force */
function protection(proc: Proc, port: number, standing: Standing, isAlone: boolean): Refusal | undefined {
  const reason = whyProtected(proc, standing);
  if (reason === undefined) return undefined;
  if (isUntouchable(proc, standing)) return { reason, advice: 'it is never signalled' };
  // Better than another session, which the Ctrl-C of this terminal does not reach (setsid itself would end, not slotop).
  if (isAlone) return { reason, advice: `slotop free ${port} --force-protected ${proc.pid}` };
  const sharesOurs = !standing.held.has(proc.pid) && / of slotop( |$)/.test(reason);
  return {
    reason,
    advice: sharesOurs
      ? `setsid --wait slotop free ${port}`
      : `slotop free ${port}, typed into another terminal`,
  };
}

/** Refused holders by pid. Who shares a socket with one of them is refused too: the socket would stay as it is. */
export function sparedHolders(
  kernel: Kernel,
  sample: Sample,
  port: number,
  standing: Standing,
  forced: number | undefined,
): Map<number, Refusal> {
  const refusals = new Map<number, Refusal>();
  const holders = holdersOf(sample, port);
  for (const proc of holders) {
    const isForced = proc.pid === forced && holders.length === 1;
    const refusal =
      whyNotFreed({ kernel, port, proc, sample }) ??
      (isForced ? undefined : protection(proc, port, standing, holders.length === 1));
    if (refusal !== undefined) refusals.set(proc.pid, refusal);
  }
  const first = new Map(refusals);
  const sockets = socketsOn(sample, port);
  for (const { pid, comm } of holders) {
    const own = sockets.filter((socket) => socket.holders.some((holder) => holder.pid === pid));
    const [shared] = own.map(({ holders: all }) => all.find((holder) => first.has(holder.pid)));
    if (first.has(pid) || shared === undefined) continue;
    if (own.some(({ holders: all }) => !all.some((holder) => first.has(holder.pid)))) continue;
    const by = sample.procs.get(shared.pid)?.comm ?? 'a process';
    const { advice } = first.get(shared.pid) as Refusal;
    refusals.set(pid, {
      reason: `${by} (${shared.pid}) holds the same socket and stays: without ${comm} the port is no freer`,
      advice,
    });
  }
  return refusals;
}
