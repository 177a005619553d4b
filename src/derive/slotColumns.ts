// The columns of the Slots view, and of `slotop slots`.
import type { Column } from './column.ts';
import { count, duration, percent, rate } from './format.ts';
import { sparkline } from './sparkline.ts';
import type { SlotItem } from './slotItems.ts';
import { UNICODE, type Glyphs } from './style.ts';

const large = { align: 'right', descending: true } as const;
/** From so many cells on the history has one for each of its counts. */
const WIDE = 110;
const HISTORY_CELLS = { narrow: 12, wide: 30 } as const;

function signed(value: number): string {
  if (Math.abs(value) < 0.05) return '0';
  return `${value < 0 ? '-' : '+'}${rate(Math.abs(value))}`;
}

/** @param width cells of the screen; the history takes more of a wide one */
export function slotColumns(glyphs: Glyphs, width: number): readonly Column<SlotItem>[] {
  const historyCells = width >= WIDE ? HISTORY_CELLS.wide : HISTORY_CELLS.narrow;
  return [
    {
      id: 'KIND',
      help: 'host, user or cgroup; name and parent: who spawns fastest',
      width: 6,
      align: 'left',
      value: (item) => item.kind,
    },
    { id: 'USED', help: 'tasks used', width: 6, ...large, value: (item) => item.used, text: count },
    {
      id: 'LIMIT',
      help: 'tasks allowed',
      width: 7,
      ...large,
      value: (item) => finite(item.limit),
      unknown: '',
    },
    {
      id: 'FREE',
      help: 'tasks that can still begin',
      width: 7,
      drop: 2,
      align: 'right',
      value: (item) => finite(item.free),
      unknown: '',
    },
    {
      id: 'USED%',
      help: "share used of the limit; by a name or a parent's children, of the host's",
      width: 6,
      ...large,
      value: (item) => (item.share === undefined ? undefined : item.share * 100),
      text: (value, item) => (item.free === 0 ? 'FULL' : percent(value)),
      unknown: '',
      style: (item) => (item.limit !== undefined && (item.share ?? 0) >= 0.9 ? 'bad' : undefined),
    },
    {
      id: 'GROW/s',
      help: 'tasks a second gained or lost in the last 10 s; of a name or a parent: born',
      width: 6,
      drop: 4,
      ...large,
      value: (item) => item.growth ?? undefined,
      text: (value, { kind }) => (kind === 'name' || kind === 'parent' ? rate(value) : signed(value)),
      unknown: '',
    },
    {
      id: 'FULL IN',
      help: 'time until it is full at that rate',
      width: 7,
      drop: 5,
      align: 'right',
      value: (item) => item.fullInSeconds ?? undefined,
      text: (seconds) => (seconds === 0 ? 'now' : duration(seconds)),
      unknown: '',
      style: () => 'bad',
    },
    {
      id: 'LAST 60 s',
      help: 'what was used in the last minute, the present on the right, from its least to its most',
      width: historyCells,
      drop: 3,
      align: 'right',
      value: (item) => item.history && sparkline(item.history, historyCells, glyphs.history),
      unknown: '',
    },
    {
      id: 'REFUSED',
      help: 'forks refused since the control group was made',
      width: 7,
      drop: 1,
      ...large,
      value: (item) => item.refused ?? undefined,
      text: count,
      unknown: '',
      style: (item) => ((item.refused ?? 0) > 0 ? 'bad' : undefined),
    },
    {
      id: 'NAME',
      help: 'which limit, or who spawns',
      width: 0,
      least: 14,
      align: 'left',
      value: ({ name, note }) => (note === undefined ? name : `${name} (${note})`),
    },
  ];
}

function finite(value: number | undefined): number | undefined {
  return value === Infinity ? undefined : value;
}

/** For what needs their names only: the sort menu, a check of the registry. */
export const SLOT_COLUMNS = slotColumns(UNICODE, WIDE);
