// The youngest pid, the last field of /proc/loadavg (proc_loadavg(5)): where one that forks and leaves is found.
import { isFailure, type Kernel } from '../../kernel.ts';

export interface Newest {
  /** Pids handed out since it was asked last, the youngest first; undefined when they are too many to look at one by one. */
  births(): number[] | undefined;
  /** The youngest of then alone; nobody where it can't be told. */
  pid(): number[];
  /** Those born a moment ago, `births` among them; undefined as there. */
  young(): number[] | undefined;
}

/** A newborn has its parent's name until it execs: it is looked at again for so long (ms). */
const YOUTH_MS = 200;
/** Births between two looks that are looked at one by one. */
const FEW = 64;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;

/** From the bytes: this is asked thousands of times a second. */
function lastPid(kernel: Kernel): number | undefined {
  const bytes = kernel.read('loadavg');
  if (isFailure(bytes)) return undefined;
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === NEWLINE) at--;
  let value = 0;
  for (let unit = 1; at >= 0 && bytes[at] !== SPACE; at--, unit *= 10) {
    value += ((bytes[at] as number) - ZERO) * unit;
  }
  return value > 1 ? value : undefined;
}

export function createNewest(kernel: Kernel): Newest {
  let newest = lastPid(kernel);
  let young: { readonly pid: number; readonly bornAt: number }[] = [];

  function births(): number[] | undefined {
    const last = lastPid(kernel);
    if (last === newest || last === undefined) return [];
    const before = newest;
    newest = last;
    const between = before === undefined ? -1 : last - before; // below 0: the numbers began anew
    if (between < 0 || between > FEW) return undefined;
    return Array.from({ length: between }, (_, i) => last - i);
  }

  return {
    births,
    pid: () => (newest === undefined ? [] : [newest]),
    young() {
      const pids = births();
      if (pids === undefined) return undefined;
      const now = kernel.now();
      young = young.filter(({ bornAt }) => now - bornAt < YOUTH_MS);
      for (const pid of pids) young.push({ pid, bornAt: now });
      return young.map(({ pid }) => pid);
    },
  };
}
