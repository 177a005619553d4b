// How the sample is looked at, and which processes that lets through.
import type { Proc, Sample } from '../types.ts';
import { answerTo } from './echo.ts';
import type { Filter } from './match.ts';
import type { SortOrder } from './order.ts';
import type { Spawning } from './spawning.ts';

export type ViewName = 'processes' | 'groups' | 'ports' | 'slots';

export interface Outlook {
  readonly view: ViewName;
  readonly tree: boolean;
  readonly sort: Readonly<Record<ViewName, SortOrder>>;
  readonly filter: Filter | undefined;
  /** Only processes of this owner. */
  readonly uid: number | undefined;
  readonly kernelThreads: boolean;
  /** Keys of the processes whose branches are folded. */
  readonly collapsed: ReadonlySet<string>;
  /** Who spawned in the last seconds, where somebody keeps count of it (the screen does). */
  readonly spawning?: Spawning;
}

/** proc_pid_stat(5) field 9, PF_KTHREAD. */
const PF_KTHREAD = 0x0020_0000;

export function isKernelThread(proc: Proc): boolean {
  return (proc.flags & PF_KTHREAD) !== 0;
}

/** The processes that owner and filter let through. */
export function matchingProcs(sample: Sample, { filter, uid }: Outlook): Proc[] {
  const answer = filter && answerTo(filter, sample);
  const matching: Proc[] = [];
  for (const proc of sample.procs.values()) {
    if (uid !== undefined && proc.uid !== uid) continue;
    if (answer !== undefined && answer(proc) === undefined) continue;
    matching.push(proc);
  }
  return matching;
}

/** Those of them that stand in a table: kernel threads only where they are wanted. */
export function shownProcs(sample: Sample, outlook: Outlook): Proc[] {
  const matching = matchingProcs(sample, outlook);
  return outlook.kernelThreads ? matching : matching.filter((proc) => !isKernelThread(proc));
}
