// /proc/stat: the machine's CPU time, forks, and when it started.

export interface SystemStat {
  /** Clock ticks of all cores together since boot: in use, and altogether. */
  readonly busy: number;
  readonly total: number;
  readonly cores: number;
  /** Forks and new threads since boot, machine-wide even in a pid namespace. */
  readonly forks: number | undefined;
  /** Seconds since the epoch at which the machine started. */
  readonly bootTime: number | undefined;
}

/** Columns of the `cpu` line (proc_stat(5)). */
const IDLE = 3;
const IOWAIT = 4;
/** user nice system idle iowait irq softirq steal; guest and guest_nice are already inside user and nice. */
const COLUMNS = 8;

/** Parses /proc/stat (proc_stat(5)). iowait counts as idle: nothing computes meanwhile. */
export function parseSystemStat(text: string): SystemStat | undefined {
  const line = /^cpu +([\d ]+)/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const ticks = line.split(' ', COLUMNS).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return {
    busy: total - (ticks[IDLE] ?? 0) - (ticks[IOWAIT] ?? 0),
    total,
    cores: text.match(/^cpu\d/gm)?.length ?? 1,
    forks: numberOf(text, '\nprocesses '),
    bootTime: numberOf(text, '\nbtime '),
  };
}

/** indexOf, not a regex: the `intr` line before it can be tens of kilobytes on a big host. */
function numberOf(text: string, label: string): number | undefined {
  const at = text.indexOf(label);
  return at < 0 ? undefined : Number.parseInt(text.slice(at + label.length, at + label.length + 20), 10);
}
