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

/** One limit of a process as the kernel words it: `Max open files`, `1024`, `524288`, `files`. */
export interface LimitLine {
  readonly name: string;
  readonly soft: string;
  readonly hard: string;
  readonly unit: string;
}

/** Every line of /proc/PID/limits (proc_pid_limits(5)). */
export function parseLimits(text: string): LimitLine[] {
  return [...text.matchAll(/^(Max .*?) {2,}(\S+) +(\S+) *(\S*) *$/gm)].map(
    ([, name = '', soft = '', hard = '', unit = '']) => ({ name, soft, hard, unit }),
  );
}
