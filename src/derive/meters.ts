// METERS: the lines above the table, one record a line. Line 1 is always SLOTS with the tightest limit.
import { machineLine, spawnLine } from './machineMeters.ts';
import type { MeterContext, MeterLine } from './meterLine.ts';
import { cgroupLine, slotsLine, userLine } from './slotMeters.ts';

export interface Meter {
  readonly id: string;
  readonly help: string;
  readonly line: (context: MeterContext) => MeterLine;
}

export const METERS: readonly Meter[] = [
  {
    id: 'slots',
    help: 'the limit nearest to refusing a fork: used/limit, tasks made a second, and when it is full',
    line: slotsLine,
  },
  { id: 'user', help: 'the user nearest to their own limit (ulimit -u)', line: userLine },
  {
    id: 'cgroup',
    help: 'the control group nearest to its pids.max; how many tasks we see, where some are hidden',
    line: cgroupLine,
  },
  {
    id: 'machine',
    help: 'CPU, memory, load, and processes running, waiting, stopped, zombie',
    line: machineLine,
  },
  { id: 'spawn', help: 'the names that bear the most processes', line: spawnLine },
];

/** The lines that a terminal of that height has room for, of those that are wanted: the table comes first. */
export function shownMeters(rows: number, wanted: readonly string[]): readonly Meter[] {
  const most = Math.max(1, Math.floor((rows - 4) / 4));
  return METERS.filter(({ id }) => wanted.includes(id)).slice(0, most);
}
