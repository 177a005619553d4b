// What makes a newcomer one of the group. A number is given out again, so a group that is known by one only holds while
// somebody who was meant still has it.
import type { Filter, MatchContext } from '../../derive/match.ts';
import { nameOf } from '../../derive/name.ts';
import type { Need, Proc } from '../../types.ts';

export interface Recruits {
  /** What `match` may have to know beyond stat. It is asked without these first. */
  readonly needs: readonly Need[];
  /** undefined also for "not known yet". */
  match(proc: Proc, context: MatchContext): string | undefined;
  /** Set where the match stands on a number of that field alone. */
  readonly byNumber?: 'ppid' | 'pgrp' | 'session';
}

/**
 * @param filter one TARGET of the command line
 * @returns undefined where it says nothing about newcomers: a pid means one process, and who holds a socket takes too
 *   long to find out
 */
export function recruitsOf(filter: Filter): Recruits | undefined {
  const { source, needs, usesPorts } = filter;
  if (usesPorts || /^(\d+|pid:.*)$/s.test(source)) return undefined;
  const match: Recruits['match'] = (proc, context) => filter.match(proc, context);
  const byNumber = /^(ppid|pgrp|session):/.exec(source)?.[1] as Recruits['byNumber'];
  return byNumber === undefined ? { needs, match } : { needs, match, byNumber };
}

/** Bytes of a comm that may have been cut, so that the whole name is in another file (proc_pid_comm(5)). */
const CUT_COMM = 15;

/** The name group of the screen: all that are called so by `nameOf`. */
export function recruitsNamed(names: ReadonlySet<string>): Recruits {
  return {
    needs: ['cmdline', 'exe'],
    match(proc) {
      if (proc.cmdline === undefined && Buffer.byteLength(proc.comm) >= CUT_COMM) return undefined;
      return names.has(nameOf(proc)) ? 'name' : undefined;
    },
  };
}
