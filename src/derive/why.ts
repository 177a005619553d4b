// Why a process runs, in one line: who started it, up to pid 1, and the unit or container that holds it.
import type { Proc, Sample } from '../types.ts';
import { containerName } from './container.ts';
import { nameOf } from './name.ts';

/** `4242 node <- 4200 npm <- 4100 bash <- 1 systemd`. A torn look can make a ring of parents: each once. */
function chainText(proc: Proc, { procs }: Pick<Sample, 'procs'>): string {
  const words: string[] = [];
  const seen = new Set<number>();
  for (let one: Proc | undefined = proc; one !== undefined && !seen.has(one.pid); one = procs.get(one.ppid)) {
    seen.add(one.pid);
    words.push(`${one.pid} ${nameOf(one)}`);
  }
  return words.join(' <- ');
}

/**
 * A job that outlived its shell hangs on init, which did not start it: its session has no leader any more. A service and
 * a container say better who runs it.
 */
function orphanText(
  { cgroup, session }: Proc,
  { procs, unitOf }: Pick<Sample, 'procs' | 'unitOf'>,
): string[] {
  if (session <= 1 || procs.has(session) || containerName(cgroup) !== undefined) return [];
  return unitOf(cgroup)?.endsWith('.service') === true
    ? []
    : [`who started it has ended (session ${session})`];
}

/** The chain, and that it is cut where it is. */
export function startedText(proc: Proc, sample: Pick<Sample, 'procs' | 'unitOf'>): string {
  return [chainText(proc, sample), ...orphanText(proc, sample)].join('; ');
}

/** The same with what keeps it: `...; unit web.service; container docker:0123456789ab`. Needs cmdline, exe and cgroup. */
export function whyText(proc: Proc, sample: Pick<Sample, 'procs' | 'unitOf'>): string {
  const unit = sample.unitOf(proc.cgroup);
  const container = containerName(proc.cgroup);
  return [
    startedText(proc, sample),
    // A container's scope is called after its id: that is said better, and once is enough.
    ...(unit === undefined || (container !== undefined && unit.endsWith('.scope')) ? [] : [`unit ${unit}`]),
    ...(container === undefined ? [] : [`container ${container}`]),
  ].join('; ');
}
