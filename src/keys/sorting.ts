// Keys that put the table in order.
import type { Column } from '../derive/column.ts';
import { COLUMNS } from '../derive/columns.ts';
import { GROUP_COLUMNS, PORT_COLUMNS } from '../derive/otherColumns.ts';
import type { ViewName } from '../derive/outlook.ts';
import { SLOT_COLUMNS } from '../derive/slotColumns.ts';
import { changeView, setMode, type Store } from '../store.ts';
import type { Key } from './key.ts';

const table = ['table'] as const;

/** The columns that each view can be sorted by. */
export const VIEW_COLUMNS: Readonly<
  Record<ViewName, readonly Pick<Column<never>, 'id' | 'help' | 'needs'>[]>
> = {
  processes: COLUMNS,
  groups: GROUP_COLUMNS,
  ports: PORT_COLUMNS,
  slots: SLOT_COLUMNS,
};

/** Sorts by a column of the present view, its interesting end first. */
export function sortBy(store: Store, wanted: string): void {
  const { view, sort } = store.getState();
  const column = VIEW_COLUMNS[view].find(({ id }) => id === wanted);
  if (column === undefined) return store.setState({ message: `this view has no column ${wanted}` });
  const order = { column: wanted, reverse: false };
  changeView(store, { sort: { ...sort, [view]: order }, message: `sorted by ${wanted}` });
}

function sortKey(key: string, column: string, help: string): Key {
  return { modes: table, keys: [key], help, run: ({ store }) => sortBy(store, column) };
}

function openSortMenu(store: Store): void {
  const { view, sort } = store.getState();
  const items = VIEW_COLUMNS[view].map(({ id, help }) => ({ label: `${id.padEnd(8)} ${help}`, value: id }));
  const index = items.findIndex(({ value }) => value === sort[view].column);
  setMode(store, { kind: 'menu', menu: 'sort', items, index: Math.max(0, index) });
}

function invert(store: Store): void {
  const { view, sort } = store.getState();
  const order = { ...sort[view], reverse: !sort[view].reverse };
  changeView(store, {
    sort: { ...sort, [view]: order },
    message: order.reverse ? 'order inverted' : 'order as usual',
  });
}

export const SORTING: readonly Key[] = [
  {
    modes: table,
    keys: ['F6', '<', '>', ',', '.'],
    bar: 'Sort',
    help: 'choose the column to sort by',
    run: ({ store }) => openSortMenu(store),
  },
  sortKey('P', 'CPU%', 'sort by CPU'),
  sortKey('M', 'RES', 'sort by memory'),
  sortKey('T', 'TIME+', 'sort by CPU time'),
  { modes: table, keys: ['I'], help: 'invert the order', run: ({ store }) => invert(store) },
];
