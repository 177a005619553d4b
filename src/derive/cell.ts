// What one line of the process table is about: a process, or a branch added up.
import type { Proc, Sample, Socket } from '../types.ts';

/** A process with its sockets, or a collapsed branch with the sums of all its processes. */
export interface Cell {
  readonly proc: Proc;
  readonly sockets: readonly Socket[];
  /** The processes that were added up; undefined for one alone. */
  readonly branch?: readonly Proc[];
}

const NO_SOCKETS: readonly Socket[] = [];

export function cellOf(proc: Proc, sample: Sample): Cell {
  return { proc, sockets: sample.socketsOf.get(proc.pid) ?? NO_SOCKETS };
}

/** Unknown values are left out; a sum of nothing but unknown values is unknown. */
function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}

/**
 * A branch as one cell: what adds up is added up over all its processes, the rest is the root's.
 * @param branch the root first, at least that
 */
export function branchCell(branch: readonly Proc[], sample: Sample): Cell {
  const [root, ...below] = branch as readonly [Proc, ...Proc[]];
  const sum = { ...root };
  const sockets = [...cellOf(root, sample).sockets];
  for (const proc of below) {
    sum.nlwp += proc.nlwp;
    sum.rss += proc.rss;
    sum.vsize += proc.vsize;
    sum.utime += proc.utime;
    sum.stime += proc.stime;
    sum.cpu = plus(sum.cpu, proc.cpu);
    sum.shr = plus(sum.shr, proc.shr);
    sum.fds = plus(sum.fds, proc.fds);
    sum.ioRead = plus(sum.ioRead, proc.ioRead);
    sum.ioWrite = plus(sum.ioWrite, proc.ioWrite);
    for (const socket of cellOf(proc, sample).sockets) sockets.push(socket);
  }
  return { proc: sum, sockets, branch };
}
