// Lines for the details pane: what is asked of one process, read at once and as the machine gave it.
import { tally } from './derive/format.ts';
import { DETAIL_NEEDS, detailLine, detailLines } from './derive/panes/details.ts';
import { isFailure, type Kernel } from './kernel.ts';
import { environment, openFiles } from './proc/inspect.ts';
import { parseLimits } from './proc/limits.ts';
import type { Sampler } from './proc/sample.ts';
import { parseSignalMasks } from './proc/signalMasks.ts';
import { readText } from './proc/text.ts';
import { parseSignal } from './signal/signals.ts';
import type { Failure, Proc, ProcId, Sample } from './types.ts';

export type Topic = 'details' | 'files' | 'environment';

const WHY: Readonly<Record<Failure, string>> = {
  gone: ' the process has ended',
  denied: ' not permitted: it belongs to somebody else (exec sudo slotop)',
  limit: ' too many files are open',
};

function signalNames(numbers: readonly number[]): string {
  return numbers.map((number) => parseSignal(String(number))?.name ?? String(number)).join(' ') || 'none';
}

/** What only its own files tell: signals, threads, open files, environment, limits. Left out where they can't be read. */
function inside(kernel: Kernel, { pid, nlwp }: Proc): readonly string[] {
  const masks = parseSignalMasks(readText(kernel, `${pid}/status`) ?? '');
  const files = openFiles(kernel, pid);
  const words = environment(kernel, pid);
  const limits = parseLimits(readText(kernel, `${pid}/limits`) ?? '');
  return [
    ...(masks === undefined
      ? []
      : (['pending', 'blocked', 'ignored', 'caught'] as const).map((what) =>
          detailLine(`sig ${what}`, signalNames(masks[what])),
        )),
    ...(isFailure(files)
      ? []
      : listed(
          'file',
          files.map(({ fd, target }) => `${fd} ${target}`),
          'l',
        )),
    ...(isFailure(words) ? [] : listed('environment', [...words].sort(), 'e')),
    ...(nlwp > 1 ? [detailLine('threads', threadNames(kernel, pid))] : []),
    ...limits.map(({ name, soft, hard, unit }) =>
      detailLine(
        'limit',
        `${name.replace('Max ', '')}: ${soft}${soft === hard ? '' : ` (hard ${hard})`} ${unit}`,
      ),
    ),
  ];
}

/** So many open files and words of the environment stand among the details; `l` and `e` list them all. */
const MOST_LISTED = 50;

function listed(label: string, words: readonly string[], key: string): readonly string[] {
  const more = words.length - MOST_LISTED;
  return [
    ...words.slice(0, MOST_LISTED).map((word) => detailLine(label, word)),
    ...(more > 0 ? [detailLine(label, `and ${more} more: ${key} lists them`)] : []),
  ];
}

/** Enough to know a pool by; a JVM has thousands. */
const MOST_THREADS = 200;

/** `worker 8, poller 1`. */
function threadNames(kernel: Kernel, pid: number): string {
  const tids = kernel.list(`${pid}/task`);
  if (isFailure(tids)) return '-';
  const names = tids
    .slice(0, MOST_THREADS)
    .flatMap((tid) => readText(kernel, `${pid}/task/${tid}/comm`)?.replace(/\n$/, '') ?? []);
  const more = tids.length > MOST_THREADS ? `, and ${tids.length - MOST_THREADS} more` : '';
  return `${tally(names, Infinity)}${more}`;
}

type Teller = (kernel: Kernel, sampler: Sampler, proc: Proc, sample: Sample) => readonly string[];

const TELLERS: Readonly<Record<Topic, Teller>> = {
  details: (kernel, sampler, proc, sample) => {
    sampler.detail(proc, DETAIL_NEEDS);
    return [...detailLines(proc, sample), ...inside(kernel, proc)];
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
