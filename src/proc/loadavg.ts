// /proc/loadavg: load, and the kernel's own count of tasks.
export interface Loadavg {
  readonly load: readonly [number, number, number];
  /** Tasks that run or wait for a CPU at this moment, on the whole machine, the reader among them (nr_running). */
  readonly running: number;
  /** Tasks (threads) of the whole machine, whatever the reader's namespace (nr_threads, fs/proc/loadavg.c). */
  readonly tasks: number;
  /** The youngest pid or thread id of the reader's pid namespace. */
  readonly lastPid: number;
}

/** Parses proc_loadavg(5): `0.00 0.03 0.01 RUNNABLE/TASKS LASTPID`. undefined for anything else. */
export function parseLoadavg(text: string): Loadavg | undefined {
  const found = /^([\d.]+) ([\d.]+) ([\d.]+) (\d+)\/(\d+) (\d+)/.exec(text);
  if (found === null) return undefined;
  const [, one, five, fifteen, running, tasks, lastPid] = found.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { load: [one, five, fifteen], running, tasks, lastPid };
}
