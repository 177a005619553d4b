// A sweep races with those that it sweeps: for its time it goes before everybody, where that is permitted.
import type { Kernel } from '../../kernel.ts';
import { isFailure } from '../../kernel.ts';
import { readText } from '../../proc/text.ts';

const FIRST = -20;
/** Never chosen when memory runs out (proc_pid_oom_score_adj(5)). */
const SPARED = '-1000';

/**
 * Nice -20 for this thread, and for our session's autogroup: where the kernel groups by session (sched(7)), a bomb in
 * another session gets as much of the CPU as we do, whatever our own nice value.
 * @returns puts everything back; may be called more than once
 */
export function goFirst(kernel: Kernel): () => void {
  const nice = kernel.priority();
  const raised = isFailure(nice) ? nice : kernel.priority(FIRST);
  const group = /nice (-?\d+)/.exec(readText(kernel, 'self/autogroup') ?? '')?.[1];
  const isGroupRaised = group !== undefined && kernel.write('self/autogroup', String(FIRST)) === 'written';
  const score = readText(kernel, 'self/oom_score_adj')?.trim();
  const isSpared = score !== undefined && kernel.write('self/oom_score_adj', SPARED) === 'written';
  let isBack = false;

  return () => {
    if (isBack) return;
    isBack = true;
    if (!isFailure(nice) && !isFailure(raised)) kernel.priority(nice);
    if (isGroupRaised) kernel.write('self/autogroup', group);
    if (isSpared) kernel.write('self/oom_score_adj', score);
  };
}
