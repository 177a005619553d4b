// Tasks of each user against the limit that the user's own processes run under.
import type { Kernel } from '../kernel.ts';
import type { Proc, UserSlots } from '../types.ts';
import { parseProcessLimit } from './limits.ts';
import { PF_KTHREAD } from './stat.ts';
import { readText } from './text.ts';

/** prlimit(1) can change a running process's limit, so one that was read is not believed for longer. */
const BELIEVED_MS = 5_000;

/** capabilities(7): either lifts RLIMIT_NPROC (kernel/fork.c, copy_process). */
const CAP_SYS_ADMIN = 21n;
const CAP_SYS_RESOURCE = 24n;
const LIFTS_LIMIT = (1n << CAP_SYS_ADMIN) | (1n << CAP_SYS_RESOURCE);

interface Known {
  readonly pid: number;
  readonly starttime: number;
  readonly readAt: number;
  readonly limit: number | null;
  readonly exempt: boolean;
}

/** What was counted of one uid. */
interface Tally {
  tasks: number;
  newest: Proc | undefined;
  oldest: Proc | undefined;
}

/** How many tasks there are, and whose. */
export interface Tasks {
  readonly all: number;
  readonly byUid: ReadonlyMap<number, Tally>;
}

/**
 * The tasks of every uid, most first. The limit of a uid is the soft one of its newest process, because limits
 * are inherited and the next fork comes from the young; kernel threads have none worth reading.
 * The kernel counts by real uid and we see the effective one: they differ in set-uid programs only.
 */
export function createUserSlots(kernel: Kernel, userName: (uid: number | undefined) => string) {
  let known = new Map<number, Known>();
  let rootIsRoot: boolean | undefined;

  function look(uid: number, proc: Proc, now: number): Known | undefined {
    const before = known.get(uid);
    const isSame = before?.pid === proc.pid && before.starttime === proc.starttime;
    if (isSame && now - before.readAt < BELIEVED_MS) return before;
    const limits = readText(kernel, `${proc.pid}/limits`);
    if (limits === undefined) return undefined;
    const soft = parseProcessLimit(limits)?.soft;
    rootIsRoot ??= isInitialRoot(readText(kernel, 'self/uid_map'));
    return {
      pid: proc.pid,
      starttime: proc.starttime,
      readAt: now,
      limit: soft === undefined || soft === Number.POSITIVE_INFINITY ? null : soft,
      exempt: (uid === 0 && rootIsRoot) || hasLiftingCapability(kernel, proc.pid),
    };
  }

  /** In a storm of forks the newest is often gone before we look: then what we knew stands, or its eldest tells. */
  function limitOf(uid: number, { newest, oldest }: Tally, now: number): Known | undefined {
    if (newest === undefined || oldest === undefined) return undefined;
    return look(uid, newest, now) ?? known.get(uid) ?? look(uid, oldest, now);
  }

  /** @param now milliseconds of the kernel door's monotonic clock */
  return ({ byUid }: Tasks, now: number): UserSlots[] => {
    const next = new Map<number, Known>();
    const users: UserSlots[] = [];
    for (const [uid, counted] of byUid) {
      const found = limitOf(uid, counted, now);
      if (found !== undefined) next.set(uid, found);
      const exempt = found?.exempt ?? (uid === 0 && rootIsRoot !== false);
      users.push({ uid, user: userName(uid), tasks: counted.tasks, limit: found?.limit ?? null, exempt });
    }
    known = next;
    return users.sort((a, b) => b.tasks - a.tasks || a.uid - b.uid);
  };
}

export function countTasks(procs: ReadonlyMap<number, Proc>): Tasks {
  const byUid = new Map<number, Tally>();
  let all = 0;
  for (const proc of procs.values()) {
    all += proc.nlwp;
    if (proc.uid === undefined) continue;
    let entry = byUid.get(proc.uid);
    if (entry === undefined)
      byUid.set(proc.uid, (entry = { tasks: 0, newest: undefined, oldest: undefined }));
    entry.tasks += proc.nlwp; // a zombie has 1, and holds its slot until it is reaped
    if ((proc.flags & PF_KTHREAD) !== 0) continue;
    if (entry.newest === undefined || isYounger(proc, entry.newest)) entry.newest = proc;
    if (entry.oldest === undefined || isYounger(entry.oldest, proc)) entry.oldest = proc;
  }
  return { all, byUid };
}

function isYounger(a: Proc, b: Proc): boolean {
  return a.starttime > b.starttime || (a.starttime === b.starttime && a.pid > b.pid);
}

/** A capability lifts the limit only where it is held in the first user namespace, which maps every uid to itself. */
function hasLiftingCapability(kernel: Kernel, pid: number): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readText(kernel, `${pid}/status`) ?? '')?.[1];
  if (effective === undefined || (BigInt(`0x${effective}`) & LIFTS_LIMIT) === 0n) return false;
  const uidMap = readText(kernel, `${pid}/uid_map`)?.trim();
  return uidMap === undefined || /^0\s+0\s+4294967295$/.test(uidMap);
}

/** Our uid 0 is the machine's root, whom no nproc limit binds, unless a user namespace maps it to somebody else. */
function isInitialRoot(uidMap: string | undefined): boolean {
  return uidMap === undefined || /^\s*0\s+0\s/.test(uidMap);
}
