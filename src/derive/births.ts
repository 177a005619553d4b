// Who bears how many processes a second.
import type { Proc, Sample } from '../types.ts';

const counted = new WeakMap<Sample, ReadonlyMap<number, number>>();

/** Processes first seen in this look, by the pid of their parent. Made once a sample: every row asks for it. */
function birthsByParent(sample: Sample): ReadonlyMap<number, number> {
  let births = counted.get(sample);
  if (births === undefined) {
    const found = new Map<number, number>();
    for (const { ppid } of sample.births) found.set(ppid, (found.get(ppid) ?? 0) + 1);
    births = found;
    counted.set(sample, births);
  }
  return births;
}

/** Children that these bore a second since the look before; undefined at the first. A child whose parent has left counts nowhere. */
export function birthRate(parents: readonly Proc[], sample: Sample): number | undefined {
  if (sample.interval === undefined || sample.interval <= 0) return undefined;
  const births = birthsByParent(sample);
  if (births.size === 0) return 0;
  let sum = 0;
  for (const { pid } of parents) sum += births.get(pid) ?? 0;
  return sum / sample.interval;
}
