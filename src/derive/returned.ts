// Those that are back after a kill, told in few lines: a supervisor that restarts twenty of a name is one line.
import type { Respawned } from '../types.ts';

export interface Returned {
  readonly comm: string;
  readonly pids: readonly number[];
  readonly ppid: number;
  readonly by: Respawned['by'];
}

/** By name and by who started them. */
export function returnedOf(respawned: readonly Respawned[]): Returned[] {
  const groups = new Map<string, Returned & { readonly pids: number[] }>();
  for (const { pid, comm, ppid, by } of respawned) {
    const key = `${by?.pid ?? `child of ${ppid}`} ${by?.advice ?? ''} ${comm}`;
    const group = groups.get(key) ?? { comm, pids: [], ppid, by };
    group.pids.push(pid);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** `12 13 14 and 9 more` */
export function pidList(pids: readonly number[], most = 8): string {
  const rest = pids.length - most;
  return `${pids.slice(0, most).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `root, bob`: the owners of those, each once. */
export function ownersOf(targets: readonly { readonly user: string }[]): string {
  return [...new Set(targets.map(({ user }) => user))].join(', ');
}
