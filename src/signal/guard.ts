// Who may not be hit, and why. A rule is one record: add one here and every plan, screen and report knows it.
import type { Proc, ProtectedSet } from '../types.ts';
import { sessionServiceOf } from './sessionServices.ts';
import { standingOf, type Ground, type Standing } from './standing.ts';

/** proc_pid_stat(5) field 9. The flag alone tells: in a container pid 2 is an ordinary process. */
const PF_KTHREAD = 0x0020_0000;

interface Rule {
  /** In words for the screen; undefined where the rule does not apply. */
  readonly why: (proc: Proc, standing: Standing) => string | undefined;
  /** Not even when selected alone and asked for by name (DESIGN, safety 1). */
  readonly never?: true;
}

/** Group and session 0 mean "led from outside of this pid namespace": whose they are can't be told, so nothing follows. */
function sharesWithUs(field: 'pgrp' | 'session', proc: Proc, { own }: Standing): boolean {
  return own !== undefined && own[field] > 0 && proc[field] === own[field];
}

/** Looked at in order; the first that applies gives the reason. */
const RULES: readonly Rule[] = [
  { why: ({ pid }) => (pid <= 1 ? 'init' : undefined), never: true },
  { why: ({ flags }) => ((flags & PF_KTHREAD) !== 0 ? 'kernel thread' : undefined), never: true },
  { why: ({ pid }, { self }) => (pid === self ? 'slotop itself' : undefined), never: true },
  {
    // Ancestors, the clients of our tmux or screen, and what stands above those: shells, sudo, sshd, login.
    why: ({ pid, starttime }, { held }) => {
      const link = held.get(pid);
      return link?.starttime === starttime ? link.reason : undefined;
    },
  },
  {
    why: (proc, standing) =>
      sharesWithUs('pgrp', proc, standing) ? 'in the process group of slotop' : undefined,
  },
  {
    why: (proc, standing) =>
      sharesWithUs('session', proc, standing)
        ? 'in the session of slotop (setsid slotop reaches it)'
        : undefined,
  },
  {
    why: (proc, { uids }) => {
      const service = sessionServiceOf(proc);
      // An owner that is not known may be us.
      const isOurs = proc.uid === undefined || uids.has(proc.uid);
      return service !== undefined && isOurs ? `${service} of our own user` : undefined;
    },
  },
];

/** Why that process may not be hit as one of a set; undefined when it may. Quick: a sweep asks it of every newcomer. */
export function whyProtected(proc: Proc, standing: Standing): string | undefined {
  for (const { why } of RULES) {
    const reason = why(proc, standing);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** True for what can't be hit even alone and by name: init, kernel threads, ourselves. */
export function isUntouchable(proc: Proc, standing: Standing): boolean {
  return RULES.some(({ never, why }) => never === true && why(proc, standing) !== undefined);
}

/** All of a look that no set may hold, with the reason, by pid. */
export function protectedSet(ground: Ground): ProtectedSet {
  const standing = standingOf(ground);
  const reasons = new Map<number, string>();
  for (const proc of ground.procs.values()) {
    const reason = whyProtected(proc, standing);
    if (reason !== undefined) reasons.set(proc.pid, reason);
  }
  return reasons;
}
