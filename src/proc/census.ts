// What moves seldom is counted when it moves, so that nobody goes over all rows to see that nothing did: of 10,000 that was
// a quarter of a look.
import type { Proc } from '../types.ts';

/** What a count may hang on. */
type Marks = Pick<Proc, 'ppid' | 'state' | 'nlwp' | 'comm'>;

export interface Census {
  came(proc: Marks): void;
  left(proc: Marks): void;
  /** Its stat was read again: this is how it was, and how it is. */
  changed(before: Marks, now: Marks): void;
  /** Something that its name or its owner is made of is another now. */
  renamed(): void;
  /** Counts births, deaths and changes of parents: a table drawn from these is right as long as it stands. */
  shape(): number;
  /** Counts what moves a count of processes or tasks by name or owner: births, deaths, threads, names, owners. */
  count(): number;
  /** How many there are in each state. */
  readonly states: ReadonlyMap<string, number>;
}

export function createCensus(): Census {
  const states = new Map<string, number>();
  let shape = 0;
  let count = 0;

  function countState(state: string, by: number): void {
    states.set(state, (states.get(state) ?? 0) + by);
  }

  function cameOrLeft({ state }: Marks, by: number): void {
    shape++;
    count++;
    countState(state, by);
  }

  return {
    came: (proc) => cameOrLeft(proc, 1),
    left: (proc) => cameOrLeft(proc, -1),
    changed(before, now) {
      if (before.ppid !== now.ppid) shape++;
      if (before.nlwp !== now.nlwp || before.comm !== now.comm) count++;
      if (before.state === now.state) return;
      countState(before.state, -1);
      countState(now.state, 1);
    },
    renamed: () => void count++,
    shape: () => shape,
    count: () => count,
    states,
  };
}
