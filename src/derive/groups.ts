// Processes by name, with their sums.
import type { Group, Proc, Sample } from '../types.ts';
import { nameOf } from './name.ts';
import { isKernelThread } from './outlook.ts';

interface Growing {
  readonly name: string;
  readonly members: Proc[];
  readonly uids: Set<number>;
  readonly ports: Set<number>;
  slots: number;
  rss: number;
  cpu: number | undefined;
  births: number;
}

/** One group a name (derive/name.ts). Unknown CPU is left out of the sum. */
export function groupsOf(procs: Iterable<Proc>, sample: Sample): Group[] {
  const groups = new Map<string, Growing>();
  for (const proc of procs) {
    const name = nameOf(proc);
    let group = groups.get(name);
    if (group === undefined) {
      group = {
        name,
        members: [],
        uids: new Set(),
        ports: new Set(),
        slots: 0,
        rss: 0,
        cpu: undefined,
        births: 0,
      };
      groups.set(name, group);
    }
    group.members.push(proc);
    if (proc.uid !== undefined) group.uids.add(proc.uid);
    for (const { port } of sample.socketsOf.get(proc.pid) ?? []) group.ports.add(port);
    group.slots += proc.nlwp;
    group.rss += proc.rss;
    if (proc.cpu !== undefined) group.cpu = (group.cpu ?? 0) + proc.cpu;
  }
  for (const birth of sample.births) {
    const group = groups.get(nameOf(birth));
    if (group !== undefined) group.births++;
  }
  return [...groups.values()].map(({ births, uids, ports, ...group }) => ({
    ...group,
    uids: [...uids],
    ports: [...ports].sort((a, b) => a - b),
    processes: group.members.length,
    spawnPerSecond: sample.interval === undefined ? null : births / sample.interval,
  }));
}

/** The names that bear the most processes, fastest first; only those that bore any. */
export function fastestSpawners(groups: readonly Group[]): Group[] {
  return groups
    .filter(({ spawnPerSecond }) => (spawnPerSecond ?? 0) > 0)
    .sort((a, b) => (b.spawnPerSecond ?? 0) - (a.spawnPerSecond ?? 0) || (a.name < b.name ? -1 : 1));
}

/** All processes called as this one is, whatever the filters show. */
export function groupMembers(proc: Proc, { procs }: Pick<Sample, 'procs'>): readonly Proc[] {
  const name = nameOf(proc);
  return [...procs.values()].filter((other) => nameOf(other) === name && !isKernelThread(other));
}
