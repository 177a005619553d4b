// Nice values, with the same care as a signal: the process that was meant, or nobody.
import type { Kernel } from '../kernel.ts';
import type { ProcId } from '../types.ts';
import { lookAt } from './look.ts';

/** setpriority(2): -20 is the least nice, 19 the nicest. */
const LEAST_NICE = -20;
const NICEST = 19;

/** @returns what came of it, in words for the status line */
export function renice(kernel: Kernel, id: ProcId, by: 1 | -1): string {
  const { pid } = id;
  const before = lookAt(kernel, id);
  if (typeof before === 'string') return `pid ${pid} is no longer the process that was meant`;
  const wanted = Math.max(LEAST_NICE, Math.min(NICEST, before.nice + by));
  const answer = kernel.setNice(pid, wanted);
  if (answer === 'gone') return `pid ${pid} has ended`;
  if (answer !== 'set') return `nice ${wanted} for ${pid} ${before.comm}: not permitted`;
  return `nice of ${pid} ${before.comm}: ${before.nice} -> ${wanted}`;
}
