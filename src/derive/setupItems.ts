// The lines of the setup page: what each says of the settings, and how each changes them. Pure.
import { columnOf } from './column.ts';
import { COLUMNS } from './columns.ts';
import { METERS } from './meters.ts';
import { LONGEST_DELAY, SHORTEST_DELAY, tidyColumns, tidyMeters, type Settings } from './settings.ts';

export interface SetupItem {
  /** The same from change to change: a column that moves keeps the cursor. */
  readonly key: string;
  readonly section: 'Screen' | 'Lines above the table' | 'Columns, from left to right';
  /** What stands before the name: a box that is ticked or not, or a value. */
  readonly state: string;
  readonly label: string;
  readonly help: string;
  /** Space, Enter. @returns undefined where nothing changes */
  readonly toggle: (settings: Settings) => Partial<Settings> | undefined;
  /** Left and right: one less or more, or a place further to that side. */
  readonly shift: (settings: Settings, by: 1 | -1) => Partial<Settings> | undefined;
}

const tick = (on: boolean): string => (on ? '[x]' : '[ ]');
const nothing = (): undefined => undefined;

function flagItem(name: 'tree' | 'colour' | 'ascii', help: string, settings: Settings): SetupItem {
  const toggle = (now: Settings): Partial<Settings> => ({ [name]: !now[name] });
  return {
    key: name,
    section: 'Screen',
    state: tick(settings[name]),
    label: name,
    help,
    toggle,
    shift: toggle,
  };
}

/** The steps of the delay, in seconds. */
const DELAYS = [SHORTEST_DELAY, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 30, LONGEST_DELAY];

/** The next step above or below; a delay between two steps goes to the nearer of that side. */
function otherDelay(delay: number, by: 1 | -1): number {
  const steps =
    by > 0 ? DELAYS.filter((step) => step > delay) : DELAYS.filter((step) => step < delay).reverse();
  return steps[0] ?? delay;
}

function delayItem({ delay }: Settings): SetupItem {
  return {
    key: 'delay',
    section: 'Screen',
    state: `${delay}s`,
    label: 'delay',
    help: 'time between looks at the machine; left and right change it',
    toggle: nothing,
    shift: ({ delay: now }, by) => ({ delay: otherDelay(now, by) }),
  };
}

function meterItem(id: string, help: string, { meters }: Settings): SetupItem {
  return {
    key: `meter ${id}`,
    section: 'Lines above the table',
    state: tick(meters.includes(id)),
    label: id,
    help,
    toggle: ({ meters: now }) => ({
      meters: tidyMeters(now.includes(id) ? now.filter((one) => one !== id) : [...now, id]),
    }),
    shift: nothing,
  };
}

/** A new column stands before COMMAND. */
function toggled(columns: readonly string[], id: string): readonly string[] {
  return tidyColumns(columns.includes(id) ? columns.filter((one) => one !== id) : [...columns, id]);
}

function moved(columns: readonly string[], id: string, by: 1 | -1): readonly string[] | undefined {
  const at = columns.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= columns.length) return undefined;
  return tidyColumns(columns.toSpliced(at, 1).toSpliced(to, 0, id));
}

function columnItem(id: string, { columns }: Settings): SetupItem {
  return {
    key: `column ${id}`,
    section: 'Columns, from left to right',
    state: tick(columns.includes(id)),
    label: id,
    help: columnOf(COLUMNS, id)?.help ?? '',
    toggle: ({ columns: now }) => ({ columns: toggled(now, id) }),
    shift({ columns: now }, by) {
      const order = moved(now, id, by);
      return order && { columns: order };
    },
  };
}

/** Everything that F2 offers: the columns that are shown first, in their order, then the others. */
export function setupItems(settings: Settings): readonly SetupItem[] {
  const others = COLUMNS.map(({ id }) => id).filter((id) => !settings.columns.includes(id));
  return [
    delayItem(settings),
    flagItem('tree', 'begin with the tree; without it, with the list', settings),
    flagItem('colour', 'colours; nothing is told by them alone', settings),
    flagItem('ascii', 'draw with ASCII only', settings),
    ...METERS.map(({ id, help }) => meterItem(id, help, settings)),
    ...[...settings.columns, ...others].map((id) => columnItem(id, settings)),
  ];
}
