// Who may not be hit, and why. A rule is one record: add one here and every plan, screen and report knows it.
import { nameOf } from '../derive/name.ts';
import type { Proc, ProtectedSet } from '../types.ts';

/** proc_pid_stat(5) field 9. The flag alone tells: in a container pid 2 is an ordinary process. */
const PF_KTHREAD = 0x0020_0000;

/** Where slotop itself stands among the processes: what the rules compare with. */
interface Standing {
  readonly self: number;
  /** undefined where slotop is not among the processes (a foreign proc root). */
  readonly own: Proc | undefined;
  readonly ancestors: ReadonlySet<number>;
}

interface Rule {
  /** In words for the screen. */
  readonly reason: (proc: Proc) => string;
  readonly applies: (proc: Proc, standing: Standing) => boolean;
  /** Not even when selected alone and asked for by name (DESIGN, safety 1). */
  readonly never?: true;
}

/**
 * Looked at in order; the first that applies gives the reason. Still to come with the sweep: the rest of our
 * process group and session, the terminal's side of a tmux or screen, sshd of our chain, the user's own systemd --user,
 * dbus and display server. Each is one more record.
 */
const RULES: readonly Rule[] = [
  { reason: () => 'init', applies: ({ pid }) => pid <= 1, never: true },
  { reason: () => 'kernel thread', applies: ({ flags }) => (flags & PF_KTHREAD) !== 0, never: true },
  { reason: () => 'slotop itself', applies: ({ pid }, { self }) => pid === self, never: true },
  {
    reason: (proc) => `ancestor of slotop: ${nameOf(proc)}`,
    applies: ({ pid }, { ancestors }) => ancestors.has(pid),
  },
];

/** Parents of parents. A torn look can make a ring of them, so none is visited twice. */
function ancestorsOf(pid: number, procs: ReadonlyMap<number, Proc>): Set<number> {
  const ancestors = new Set<number>();
  for (let proc = procs.get(pid); proc !== undefined; proc = procs.get(proc.ppid)) {
    if (proc.ppid === pid || ancestors.has(proc.ppid)) break;
    ancestors.add(proc.ppid);
  }
  return ancestors;
}

function standingOf(procs: ReadonlyMap<number, Proc>, self: number): Standing {
  return { self, own: procs.get(self), ancestors: ancestorsOf(self, procs) };
}

/**
 * The processes that no set may hold, with the reason.
 * @param self our own pid in the numbers of `procs`; 0 where we are not among them
 */
export function protectedSet(procs: ReadonlyMap<number, Proc>, self: number): ProtectedSet {
  const standing = standingOf(procs, self);
  const reasons = new Map<number, string>();
  for (const proc of procs.values()) {
    const rule = RULES.find(({ applies }) => applies(proc, standing));
    if (rule !== undefined) reasons.set(proc.pid, rule.reason(proc));
  }
  return reasons;
}

/** True for what can't be hit even alone and by name: init, kernel threads, ourselves. */
export function isUntouchable(proc: Proc, procs: ReadonlyMap<number, Proc>, self: number): boolean {
  const standing = standingOf(procs, self);
  return RULES.some(({ never, applies }) => never === true && applies(proc, standing));
}
