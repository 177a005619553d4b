// /proc/PID/limits: the one line that can refuse a fork.

/** RLIMIT_NPROC of a process, in tasks. Unlimited is Infinity: that is known, where undefined would mean unknown. */
export interface ProcessLimit {
  readonly soft: number;
  readonly hard: number;
}

// The columns are padded, not separated, and "unlimited" stands for RLIM_INFINITY (fs/proc/base.c, proc_pid_limits).
const LINE = /^Max processes\s+(\d+|unlimited)\s+(\d+|unlimited)\s/m;

/**
 * The "Max processes" line of /proc/PID/limits (proc_pid_limits(5)).
 * @returns undefined when the text has no such line
 */
export function parseProcessLimit(text: string): ProcessLimit | undefined {
  const found = LINE.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  return { soft: tasks(found[1]), hard: tasks(found[2]) };
}

function tasks(word: string): number {
  return word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word);
}
