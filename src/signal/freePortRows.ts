// Whose the sockets on a port are: of those that are being ended, of one that was started again, or of nobody who is meant.
// Told by inode, so that a process that forks on while it is asked to end is found by what it holds.
import type { Kernel } from '../kernel.ts';
import type { Listing } from '../proc/listings.ts';
import type { Plan, Respawned, Sample } from '../types.ts';
import { comebackOf, pastOf } from './freePortComeback.ts';
import type { Hunt } from './freePortHunt.ts';
import { socketsOn, type PortSight } from './freePortSight.ts';
import { ancestorsOf } from './respawner.ts';

export interface PortRows {
  /** Looks into the tables. @returns how many sockets of the targets are listed on the port */
  left(): number;
  /** False where nothing that was sent can take a socket away. */
  isHopeful(): boolean;
  /** The pids that hold one of them in a look. */
  holdersIn(sample: Sample): ReadonlySet<number>;
  /** Those that hold the port again since. */
  respawned(): readonly Respawned[];
  /** Those who may not be signalled keep what they hold: it is not waited for. */
  giveUpOn(pids: ReadonlySet<number>): void;
  /** The sockets of a further plan, made of that look, are meant too; who came back so far is in it. */
  takeIn(plan: Plan, sample: Sample): void;
  /** Sorts those that appeared since the last look. */
  meet(rows: readonly Listing[]): void;
}

/** @param first the look that the plan was made of, before the first signal */
export function createPortRows(
  kernel: Kernel,
  sight: PortSight,
  port: number,
  plan: Plan,
  first: Sample,
  hunt: Hunt,
): PortRows {
  const past = pastOf(first, plan.targets);
  const atFirst = socketsOn(first, port);
  /** Sockets that go when the targets go, and those that stay whatever is sent: hidden, refused, a stranger's. */
  const ours = new Set<number>();
  const passed = new Set<number>();
  let respawned: Respawned[] = [];

  function takeIn({ targets }: Plan, sample: Sample): void {
    const pids = new Set(targets.map(({ pid }) => pid));
    respawned = [];
    for (const { inode, holders } of socketsOn(sample, port)) {
      const isMeant = holders.some(({ pid }) => pids.has(pid));
      if (isMeant) passed.delete(inode);
      (isMeant ? ours : passed).add(inode);
    }
  }

  function meet(rows: readonly Listing[]): void {
    const fresh = new Set(
      rows.map(({ inode }) => inode).filter((inode) => !ours.has(inode) && !passed.has(inode)),
    );
    if (fresh.size === 0) return;
    const sample = sight.look();
    for (const { inode, holders } of socketsOn(sample, port)) {
      if (!fresh.has(inode)) continue;
      const procs = holders.flatMap(({ pid }) => sample.procs.get(pid) ?? []);
      const isOurs = procs.some((proc) =>
        [proc, ...ancestorsOf(proc, sample.procs)].some((one) => hunt.isTarget(one)),
      );
      (isOurs ? ours : passed).add(inode);
      if (!isOurs) respawned.push(...procs.flatMap((proc) => comebackOf(kernel, past, proc, sample) ?? []));
    }
  }

  takeIn(plan, first);
  return {
    left() {
      const rows = sight.rows(port);
      meet(rows);
      return rows.filter(({ inode }) => ours.has(inode)).length;
    },
    isHopeful: () => ours.size > 0,
    holdersIn(sample) {
      const held = socketsOn(sample, port).filter(({ inode }) => ours.has(inode));
      return new Set(held.flatMap(({ holders }) => holders.map(({ pid }) => pid)));
    },
    respawned: () => respawned,
    giveUpOn(pids) {
      for (const { inode, holders } of atFirst) {
        if (holders.some(({ pid }) => pids.has(pid)) && ours.delete(inode)) passed.add(inode);
      }
    },
    takeIn,
    meet,
  };
}
