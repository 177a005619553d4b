// How many numbers the pid table of this namespace still has to give: fewer than pid_max less the tasks.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';

/** RESERVED_PIDS (kernel/pid.c): once the numbers have passed it, those below are never given out again. */
const RESERVED_PIDS = 300;
/** With more room than this the answer changes nothing, and is not looked for. */
const NEARLY_FULL = 2_000;
/** Tasks that begin or end between the count of all and the look at each. */
const MISSED_BETWEEN = 8;

export interface PidTable {
  readonly pidMax: number;
  /** Tasks that have a number in this table. */
  readonly used: number;
  /** The number given out last (proc_loadavg(5)). */
  readonly lastPid: number;
  /** Tasks of the processes that we see. */
  readonly visibleTasks: number;
}

/** Tasks with a reserved number: only processes with one can have such threads. */
function reservedTasks(kernel: Kernel, procs: ReadonlyMap<number, Proc>): number {
  let tasks = 0;
  for (const { pid, nlwp } of procs.values()) {
    if (pid >= RESERVED_PIDS) continue;
    const threads = nlwp > 1 ? kernel.list(`${pid}/task`) : 'gone';
    tasks += isFailure(threads) ? 1 : threads.filter((tid) => Number(tid) < RESERVED_PIDS).length;
  }
  return tasks;
}

/** Numbers that a process group or session holds after its leader has gone: nobody's pid, and not free (setsid(2)). */
function heldByGroups(procs: ReadonlyMap<number, Proc>): number {
  const held = new Set<number>();
  for (const { pgrp, session } of procs.values()) {
    for (const number of [pgrp, session]) {
      if (number >= RESERVED_PIDS && !procs.has(number)) held.add(number);
    }
  }
  return held.size;
}

/**
 * Numbers run from 1 to pid_max - 1, and from 300 on once that many were given out (alloc_pid, kernel/pid.c): a table
 * of 400 may refuse the next fork at 350 tasks. Where some processes are hidden the answer is the rough one.
 */
export function freePids(kernel: Kernel, procs: ReadonlyMap<number, Proc>, table: PidTable): number {
  const { pidMax, used, lastPid, visibleTasks } = table;
  const rough = Math.max(0, pidMax - 1 - used);
  const isHidden = used - visibleTasks > MISSED_BETWEEN;
  if (rough > NEARLY_FULL || lastPid < RESERVED_PIDS || isHidden) return rough;
  const givenOut = used - reservedTasks(kernel, procs);
  return Math.max(0, pidMax - RESERVED_PIDS - givenOut - heldByGroups(procs));
}
