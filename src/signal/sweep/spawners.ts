// Who keeps bringing members forth without being one: told from newcomers in several passes, while the rest is frozen.
import type { Census, Known } from './census.ts';
import type { Membership } from './membership.ts';

export interface Spawner {
  readonly known: Known;
  /** Passes in which it had a new child among the members. */
  readonly passes: number;
}

export interface Spawners {
  /** Notes the parent of a member that was hit for the first time. */
  note(member: Known, pass: number): void;
  /** The living strangers whose children came in during at least so many passes. */
  over(passes: number): readonly Spawner[];
  forget(): void;
}

export function createSpawners(census: Census, membership: Membership): Spawners {
  const found = new Map<Known, Set<number>>();
  return {
    note({ proc: { ppid } }, pass) {
      // A child of pid 1 was left to it by whoever made it: that says nothing.
      const parent = ppid <= 1 ? undefined : (census.seen(ppid) ?? census.look(ppid));
      if (parent === undefined || membership.judge(parent).role === 'member') return;
      let passes = found.get(parent);
      if (passes === undefined) found.set(parent, (passes = new Set()));
      passes.add(pass);
    },
    over(least) {
      return [...found]
        .filter(
          ([known, passes]) =>
            passes.size >= least &&
            census.look(known.proc.pid) === known &&
            membership.judge(known).role !== 'member',
        )
        .map(([known, passes]) => ({ known, passes: passes.size }));
    },
    forget: () => found.clear(),
  };
}
