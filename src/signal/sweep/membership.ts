// Who belongs to the group that is swept: the frozen targets, those that match as they did, and what they bring forth.
import type { Filter } from '../../derive/match.ts';
import type { Plan, Proc, Sample } from '../../types.ts';
import { whyProtected } from '../guard.ts';
import { sessionServiceOf } from '../sessionServices.ts';
import { standingOf } from '../standing.ts';
import type { Census, Judgement, Known } from './census.ts';
import type { Recruits } from './recruits.ts';

export interface SweepRequest {
  /** Frozen by pid and starttime when it was shown: these are swept whatever they become. */
  readonly plan: Plan;
  /** The look that the plan was made of. */
  readonly sample: Sample;
  /** Whoever answers to one of these is swept too, also when it is born meanwhile. Empty for a selection. */
  readonly recruits: readonly Recruits[];
  /** Spares whom it names, and whom it can't be sure of. */
  readonly exclude?: Pick<Filter, 'needs' | 'misses' | 'usesPorts'> | undefined;
  /** What a member forks is a member. */
  readonly tree: boolean;
}

export interface Membership {
  judge(known: Known): Judgement;
  /** Takes in a process that was no target: a respawner, with the user's word. @returns why not, where it is protected */
  adopt(known: Known, matched: string): string | undefined;
}

/** Once nobody of the group was seen with a number for so long (ms), it may be somebody else's. */
const NUMBER_HOLDS_MS = 100;
const STRANGER: Judgement = { role: 'stranger' };

/** @param now monotonic milliseconds */
export function createMembership(request: SweepRequest, census: Census, now: () => number): Membership {
  const { plan, sample, recruits, exclude, tree } = request;
  const standing = standingOf(sample);
  // The sockets of that look belong to pids that may be somebody else by now.
  const context = { ...sample, socketsOf: new Map<number, never>() };
  const needs = [...new Set(recruits.flatMap((one) => one.needs))];
  const readsCmdline = needs.includes('cmdline');
  const named = new Map<number, { readonly starttime: number; readonly matched: string }>();
  /** Shown as refused: they stay so. */
  const spared = new Map(plan.refused.map((target) => [target.pid, target]));
  /** Pids that were taken in for what they do, not for who they are. */
  const adopted = new Set<number>();
  /** Sessions that a member leads: only descendants of the leader can be in one (setsid(2)). */
  const led = new Set<number>();
  /** When a member was last seen with that number: `session 812`. */
  const numbers = new Map<string, number>();
  /** Who had a number as its pid in the look of the plan: while that very process lives, nobody else has it. */
  const holders = new Map<number, number>();

  for (const { pid, starttime, matched } of plan.targets) {
    named.set(pid, { starttime, matched });
    const proc = sample.procs.get(pid);
    if (proc === undefined) continue;
    for (const { byNumber } of recruits) {
      if (byNumber === undefined) continue;
      const number = proc[byNumber];
      numbers.set(`${byNumber} ${number}`, now());
      const holder = sample.procs.get(number);
      if (holder !== undefined) holders.set(number, holder.starttime);
    }
  }

  function holds(field: 'ppid' | 'pgrp' | 'session', number: number): boolean {
    const seenAt = numbers.get(`${field} ${number}`);
    if (seenAt !== undefined && now() - seenAt <= NUMBER_HOLDS_MS) return true;
    const starttime = holders.get(number);
    return starttime !== undefined && census.look(number)?.proc.starttime === starttime;
  }

  function answer({ proc }: Known): string | undefined {
    for (const { match, byNumber } of recruits) {
      const matched = match(proc, context);
      if (matched === undefined) continue;
      if (byNumber === undefined || holds(byNumber, proc[byNumber])) return matched;
    }
    return undefined;
  }

  /** Stat alone often tells; the other files cost time in which a quick one is gone. What is unknown never counts as a match. */
  function matchOf(known: Known): string | undefined {
    const matched = answer(known);
    if (matched !== undefined || needs.length === 0) return matched;
    census.readDetails(known, needs);
    return answer(known);
  }

  function lineOf({ proc: { ppid, session } }: Known): string | undefined {
    if (!tree) return undefined;
    // What else a respawner keeps alive is not meant.
    const parent = census.seen(ppid)?.judged;
    if (parent?.role === 'member' && !adopted.has(ppid)) return `below ${ppid}`;
    return led.has(session) && holds('session', session) ? `in session ${session}` : undefined;
  }

  function isSpared(known: Known): boolean {
    if (exclude === undefined) return false;
    if (exclude.usesPorts) return true;
    if (exclude.misses(known.proc, context)) return false;
    census.readDetails(known, exclude.needs);
    return !exclude.misses(known.proc, context);
  }

  /** As in the plan. Whose a session's service is, and which systemd is a user's, has to be read first. */
  function whySpared(known: Known): string | undefined {
    if (sessionServiceOf(known.proc) !== undefined) census.readDetails(known, ['uid', 'cmdline']);
    return whyProtected(known.proc, standing);
  }

  function judgeAnew(known: Known): Judgement {
    const { proc } = known;
    const target = named.get(proc.pid);
    if (target?.starttime === proc.starttime) return { role: 'member', matched: target.matched };
    const refused = spared.get(proc.pid);
    if (refused?.starttime === proc.starttime) {
      return { role: 'protected', matched: refused.matched, reason: refused.reason };
    }
    const matched = lineOf(known) ?? matchOf(known);
    if (matched === undefined) return STRANGER;
    const reason = whySpared(known);
    if (reason !== undefined) return { role: 'protected', matched, reason };
    return isSpared(known) ? STRANGER : { role: 'member', matched };
  }

  /** Keeps the numbers of a member that was seen alive. */
  function noteNumbers({ pid, ppid, pgrp, session }: Proc): void {
    if (tree && !adopted.has(pid)) {
      if (session === pid) led.add(session);
      if (led.has(session)) numbers.set(`session ${session}`, now());
    }
    for (const { byNumber } of recruits) {
      if (byNumber === undefined) continue;
      const number = byNumber === 'ppid' ? ppid : byNumber === 'pgrp' ? pgrp : session;
      const key = `${byNumber} ${number}`;
      if (numbers.has(key)) numbers.set(key, now());
    }
  }

  return {
    judge(known) {
      // Somebody's parent may turn out to be a member after it was judged itself.
      const isLate = known.judged?.role === 'stranger' && lineOf(known) !== undefined;
      const judged = known.judged === undefined || isLate ? judgeAnew(known) : known.judged;
      const isCertain = judged.role !== 'stranger' || !readsCmdline || known.proc.cmdline !== undefined;
      known.judged = isCertain ? judged : undefined;
      if (judged.role === 'member') noteNumbers(known.proc);
      return judged;
    },
    adopt(known, matched) {
      const { pid, starttime } = known.proc;
      const reason = whySpared(known);
      if (reason !== undefined) return reason;
      named.set(pid, { starttime, matched });
      adopted.add(pid);
      known.judged = undefined;
      return undefined;
    },
  };
}
