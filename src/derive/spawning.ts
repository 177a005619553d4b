// Who spawned in the last seconds, by name and by parent: one look alone is too short to tell.
import type { ProcId, Sample } from '../types.ts';
import { nameOf } from './name.ts';

const WINDOW_MS = 10_000;

/** The newborn of one look. */
interface Births {
  readonly at: number;
  /** Seconds that it covers. */
  readonly seconds: number;
  readonly names: ReadonlyMap<string, number>;
  /** By the pid of the parent: a pid that is given out again within the window is taken for its last owner. */
  readonly parents: ReadonlyMap<number, { readonly starttime: number; readonly name: string; count: number }>;
}

export type Spawning = readonly Births[];

export interface Spawner {
  readonly name: string;
  /** Births a second over the window. */
  readonly perSecond: number;
}

export const NOBODY_SPAWNED: Spawning = [];

/** The births of this look, with those of the looks before that are not too old. */
export function spawningAfter(past: Spawning, sample: Sample): Spawning {
  const recent = past.filter(({ at }) => sample.at - at < WINDOW_MS);
  if (sample.interval === undefined || sample.interval <= 0) return recent;
  return [...recent, birthsOf(sample, sample.interval)];
}

function birthsOf({ births, procs, at }: Sample, seconds: number): Births {
  const names = new Map<string, number>();
  const parents = new Map<number, { starttime: number; name: string; count: number }>();
  for (const proc of births) {
    const name = nameOf(proc);
    names.set(name, (names.get(name) ?? 0) + 1);
    const parent = procs.get(proc.ppid);
    if (parent === undefined) continue; // it has left already
    const known = parents.get(parent.pid);
    if (known !== undefined) known.count++;
    else parents.set(parent.pid, { starttime: parent.starttime, name: nameOf(parent), count: 1 });
  }
  return { at, seconds, names, parents };
}

function secondsOf(spawning: Spawning): number {
  return spawning.reduce((sum, { seconds }) => sum + seconds, 0);
}

const fastestFirst = (a: Spawner, b: Spawner): number =>
  b.perSecond - a.perSecond || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Names that bore processes in the window, the fastest first. */
export function fastestNames(spawning: Spawning): Spawner[] {
  const counts = new Map<string, number>();
  for (const { names } of spawning)
    for (const [name, count] of names) counts.set(name, (counts.get(name) ?? 0) + count);
  const seconds = secondsOf(spawning);
  return [...counts].map(([name, count]) => ({ name, perSecond: count / seconds })).sort(fastestFirst);
}

/** Processes that bore others in the window, the fastest first. */
export function fastestParents(spawning: Spawning): (Spawner & ProcId)[] {
  const found = new Map<number, { starttime: number; name: string; count: number }>();
  for (const { parents } of spawning) {
    for (const [pid, { starttime, name, count }] of parents) {
      found.set(pid, { starttime, name, count: count + (found.get(pid)?.count ?? 0) });
    }
  }
  const seconds = secondsOf(spawning);
  return [...found]
    .map(([pid, { starttime, name, count }]) => ({ pid, starttime, name, perSecond: count / seconds }))
    .sort(fastestFirst);
}
