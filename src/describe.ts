// Lines for the details pane: what is asked of one process, read at once and as the machine gave it.
import { DETAIL_NEEDS, detailLines } from './derive/panes/details.ts';
import { isFailure, type Kernel } from './kernel.ts';
import { environment, openFiles } from './proc/inspect.ts';
import type { Sampler } from './proc/sample.ts';
import type { Failure, Proc, ProcId, Sample } from './types.ts';

export type Topic = 'details' | 'files' | 'environment';

const WHY: Readonly<Record<Failure, string>> = {
  gone: ' the process has ended',
  denied: ' not permitted: it belongs to somebody else (exec sudo slotop)',
  limit: ' too many files are open',
};

type Teller = (kernel: Kernel, sampler: Sampler, proc: Proc, sample: Sample) => readonly string[];

const TELLERS: Readonly<Record<Topic, Teller>> = {
  details: (_, sampler, proc, sample) => {
    sampler.detail(proc, DETAIL_NEEDS);
    return detailLines(proc, sample);
  },
  files: (kernel, _, { pid }) => {
    const files = openFiles(kernel, pid);
    return isFailure(files)
      ? [WHY[files]]
      : files.map(({ fd, target }) => ` ${String(fd).padStart(4)}  ${target}`);
  },
  environment: (kernel, _, { pid }) => {
    const words = environment(kernel, pid);
    return isFailure(words) ? [WHY[words]] : [...words].sort().map((word) => ` ${word}`);
  },
};

/** @returns lines not yet safe for a terminal; one line that says so when the process is no longer the one that was meant */
export function describe(
  kernel: Kernel,
  sampler: Sampler,
  sample: Sample | undefined,
  { pid, starttime }: ProcId,
  topic: Topic,
): readonly string[] {
  const proc = sample?.procs.get(pid);
  if (sample === undefined || proc?.starttime !== starttime) return [WHY.gone];
  return TELLERS[topic](kernel, sampler, proc, sample);
}
