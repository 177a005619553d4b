// The machine as a whole: CPU, memory, load, name.
import type { Kernel } from '../kernel.ts';
import type { Machine } from '../types.ts';
import { parseLoadavg } from './loadavg.ts';
import { parseSystemStat, type SystemStat } from './systemStat.ts';
import { readText } from './text.ts';

/** Bytes of /proc/meminfo (proc_meminfo(5), where "kB" means 1024). NaN where a line is missing: JSON makes it null. */
export interface Memory {
  readonly memTotal: number;
  readonly memUsed: number;
  readonly swapTotal: number;
  readonly swapUsed: number;
}

/**
 * Used is what programs can't get: MemTotal - MemAvailable. Kernels before 3.14 have no MemAvailable; there it is
 * what is free or merely cached.
 */
export function parseMeminfo(text: string): Memory {
  const bytes = new Map<string, number>();
  for (const line of text.split('\n')) {
    const found = /^(\w+):\s+(\d+) kB/.exec(line);
    if (found?.[1] !== undefined) bytes.set(found[1], Number(found[2]) * 1024);
  }
  const of = (name: string): number => bytes.get(name) ?? Number.NaN;
  const available = bytes.get('MemAvailable') ?? of('MemFree') + of('Buffers') + of('Cached');
  return {
    memTotal: of('MemTotal'),
    memUsed: of('MemTotal') - available,
    swapTotal: of('SwapTotal'),
    swapUsed: of('SwapTotal') - of('SwapFree'),
  };
}

/**
 * Reads the machine meters. The CPU share is over the time since the previous read; between two reads in one clock
 * tick the last share stands.
 */
export function createMachineReader(kernel: Kernel): { read(stat?: SystemStat): Machine } {
  let hostname: string | undefined;
  let lastBusy = 0;
  let lastTotal: number | undefined;
  let cpu: number | undefined;

  /** @param stat read just now, where the asker has done so */
  function read(stat = parseSystemStat(readText(kernel, 'stat') ?? '')): Machine {
    if (stat !== undefined) {
      if (lastTotal !== undefined && stat.total > lastTotal) {
        // iowait may run backwards (proc_stat(5)), so the share can fall a hair outside its bounds.
        cpu = Math.min(1, Math.max(0, (stat.busy - lastBusy) / (stat.total - lastTotal)));
      }
      lastBusy = stat.busy;
      lastTotal = stat.total;
    }
    const uptimeSeconds = Number.parseFloat(readText(kernel, 'uptime') ?? '');
    return {
      hostname: (hostname ??= readText(kernel, 'sys/kernel/hostname')?.trim() ?? ''),
      cores: stat?.cores ?? 1,
      cpu,
      ...parseMeminfo(readText(kernel, 'meminfo') ?? ''),
      load: parseLoadavg(readText(kernel, 'loadavg') ?? '')?.load ?? [Number.NaN, Number.NaN, Number.NaN],
      uptimeSeconds,
      bootTime: stat?.bootTime ?? kernel.wall() / 1000 - uptimeSeconds,
    };
  }

  return { read };
}
