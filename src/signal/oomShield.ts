// A machine without slots is often one without memory: while slotop is open the kernel should look for another victim.
import type { Kernel } from '../kernel.ts';
import { readText } from '../proc/text.ts';

/** Nearly never chosen (proc_pid_oom_score_adj(5)). Not -1000: a slotop gone wrong must not take the machine with it. */
const SPARED = -900;
/** What a user without CAP_SYS_RESOURCE may at best come back to. */
const ORDINARY = 0;

export interface OomShield {
  /** Lowers our oom_score_adj as far as it is permitted; quietly not at all where it isn't. */
  up(): void;
  /** Puts it back to what it was. */
  down(): void;
}

/** Our own oom_score_adj, lowered and put back. A score that is lower already is left alone. */
export function createOomShield(kernel: Kernel): OomShield {
  const path = 'self/oom_score_adj';
  let before: string | undefined;
  return {
    up() {
      const score = readText(kernel, path)?.trim();
      if (score === undefined || before !== undefined) return;
      for (const wanted of [SPARED, ORDINARY]) {
        if (Number(score) <= wanted) return;
        if (kernel.write(path, String(wanted)) === 'written') {
          before = score;
          return;
        }
      }
    },
    down() {
      if (before !== undefined) kernel.write(path, before);
      before = undefined;
    },
  };
}
