// Who waits above the members to start them again (nodemon): after the kill nobody is back as yet, and it is not for good.
import type { Need, Proc, Sample, Target } from '../../types.ts';
import { waitingAbove, type WaitingAbove } from '../waiting.ts';
import type { Census } from './census.ts';

const NEEDS: readonly Need[] = ['cmdline', 'exe'];
const NOBODY = 0;

/** The first above each target that is none itself, by the target's pid. Of a bomb it is one for all. */
function outsidersOf(targets: readonly Target[]): Map<number, number> {
  const own = new Map(targets.map((target) => [target.pid, target]));
  const outsiders = new Map<number, number>();
  for (const target of targets) {
    const way: number[] = [];
    let outsider: number | undefined;
    for (let at: Target | undefined = target; outsider === undefined; at = own.get(at.ppid)) {
      if (at === undefined) break;
      outsider = outsiders.get(at.pid) ?? (own.has(at.ppid) ? undefined : at.ppid);
      outsiders.set(at.pid, NOBODY); // a torn look can make a ring
      way.push(at.pid);
    }
    for (const pid of way) outsiders.set(pid, outsider ?? NOBODY);
  }
  return outsiders;
}

/**
 * Notes who is above the targets, before the first signal: a parent's death makes its children somebody else's. Nothing is
 * read for it, for in a storm of forks a command line can take seconds.
 * @param sample the look that the targets are of; its rows are written over later, so what is kept of them is a copy
 * @returns to be called when all are dead: reads those above, and tells who would start each target again
 */
export function noteWatchers(
  { procs }: Pick<Sample, 'procs'>,
  targets: readonly Target[],
): (census: Census) => WaitingAbove {
  const outsiders = outsidersOf(targets);
  /** One child for each of them: whom it waits for is all one. */
  const children = new Map<number, Proc>();
  const above = new Map<number, Proc>();
  for (const { pid } of targets) {
    const outsider = outsiders.get(pid) ?? NOBODY;
    const proc = procs.get(pid);
    if (proc === undefined || children.has(outsider)) continue;
    children.set(outsider, { ...proc, ppid: outsider });
    for (let at = procs.get(outsider); at !== undefined && !above.has(at.pid); at = procs.get(at.ppid))
      above.set(at.pid, { ...at });
  }

  return (census) => {
    const known = new Map([...children.values()].map((child) => [child.pid, child]));
    for (const old of above.values()) {
      const now = census.look(old.pid);
      const lives = now?.proc.starttime === old.starttime;
      if (lives) census.readDetails(now, NEEDS);
      known.set(old.pid, lives ? { ...now.proc, ppid: old.ppid } : old);
    }
    const waiting = waitingAbove([...children.values()], known);
    const waitingOver = ({ pid }: Target) =>
      waiting.get(children.get(outsiders.get(pid) ?? NOBODY)?.pid ?? NOBODY);
    return new Map(
      targets.flatMap((target) => {
        const by = waitingOver(target);
        return by === undefined ? [] : [[target.pid, by] as const];
      }),
    );
  };
}
