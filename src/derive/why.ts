// Why a process runs, in one line: who started it, up to pid 1, and the unit or container that holds it.
import type { Proc, Sample } from '../types.ts';
import { containerName } from './container.ts';
import { nameOf } from './name.ts';

/** `4242 node <- 4200 npm <- 4100 bash <- 1 systemd`. A torn look can make a ring of parents: each once. */
export function chainText(proc: Proc, { procs }: Pick<Sample, 'procs'>): string {
  const words: string[] = [];
  const seen = new Set<number>();
  for (let one: Proc | undefined = proc; one !== undefined && !seen.has(one.pid); one = procs.get(one.ppid)) {
    seen.add(one.pid);
    words.push(`${one.pid} ${nameOf(one)}`);
  }
  return words.join(' <- ');
}

/** The same with what keeps it: `...; unit web.service; container docker:0123456789ab`. Needs cmdline, exe and cgroup. */
export function whyText(proc: Proc, sample: Pick<Sample, 'procs' | 'unitOf'>): string {
  const unit = sample.unitOf(proc.cgroup);
  const container = containerName(proc.cgroup);
  return [
    chainText(proc, sample),
    ...(unit === undefined ? [] : [`unit ${unit}`]),
    ...(container === undefined ? [] : [`container ${container}`]),
  ].join('; ');
}
