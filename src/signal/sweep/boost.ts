// A sweep races with those that it sweeps: for its time it goes before everybody, where that is permitted.
import type { Kernel } from '../../kernel.ts';
import { isFailure } from '../../kernel.ts';
import { readText } from '../../proc/text.ts';
import { createOomShield } from '../oomShield.ts';

const FIRST = -20;

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
  const shield = createOomShield(kernel);
  shield.up();
  let isBack = false;

  return () => {
    if (isBack) return;
    isBack = true;
    if (!isFailure(nice) && !isFailure(raised)) kernel.priority(nice);
    if (isGroupRaised) kernel.write('self/autogroup', group);
    shield.down();
  };
}
