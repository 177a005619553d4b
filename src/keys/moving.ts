// Keys that move the cursor through a table.
import { nameOf } from '../derive/name.ts';
import { home, jumped, moved, paged } from '../derive/viewport.ts';
import type { Filter } from '../derive/match.ts';
import { procsOfRow, type Row } from '../derive/row.ts';
import { move, rowUnderCursor, seekLater, type State, type Store } from '../store.ts';
import type { Sample } from '../types.ts';
import type { Key } from './key.ts';
import { sortBy } from './sorting.ts';

const table = ['table'] as const;

function step(by: number): Key['run'] {
  return ({ store, effects }) =>
    move(store, (cursor, rows, height) => moved(cursor, rows, height, by), effects.now());
}

function page(screens: number): Key['run'] {
  return ({ store, effects }) =>
    move(store, (cursor, rows, height) => paged(cursor, rows, height, screens), effects.now());
}

function rowMatches(row: Row, filter: Filter, sample: Sample): boolean {
  if (row.kind === 'process') return filter.match(row.proc, sample) !== undefined;
  return procsOfRow(row, sample).some((proc) => filter.match(proc, sample) !== undefined);
}

/** Moves to the next row that matches, going round at the end; stays where it is when none does. */
export function goToMatch(store: Store, filter: Filter, from: number, way: 1 | -1, now: number): boolean {
  const { rows, sample } = store.getState();
  if (sample === undefined) return false;
  for (let steps = 0; steps < rows.length; steps++) {
    const index = (((from + steps * way) % rows.length) + rows.length) % rows.length;
    const row = rows[index];
    if (row === undefined || !rowMatches(row, filter, sample)) continue;
    move(store, (cursor, all, height) => jumped(cursor, all, height, index), now);
    return true;
  }
  seekLater(store, (row, later) => rowMatches(row, filter, later));
  return false;
}

function nextMatch(way: 1 | -1): Key['run'] {
  return ({ store, effects }) => {
    const { search, cursor, searchText } = store.getState();
    if (search === undefined)
      return store.setState({ message: 'nothing to search for yet: / opens the search' });
    const found = goToMatch(store, search, cursor.index + way, way, effects.now());
    store.setState({ message: found ? '' : `no match for ${searchText}` });
  };
}

/** htop's habit: the digits typed so far are a pid, and the cursor is there as soon as one has it. */
function typeDigit(store: Store, digit: string, now: number): void {
  const state = store.getState();
  const digits = (state.digits + digit).slice(-10);
  const pid = Number(digits);
  const isIt = (row: Row): boolean => row.kind === 'process' && row.proc.pid === pid;
  const index = state.rows.findIndex(isIt);
  if (index < 0) seekLater(store, isIt);
  else move(store, (cursor, rows, height) => jumped(cursor, rows, height, index), now);
  store.setState({ digits, message: index >= 0 ? `pid ${digits}` : `pid ${digits}_` });
}

function toggleFollow(state: State): Partial<State> {
  const row = rowUnderCursor(state);
  if (state.follow !== undefined) return { follow: undefined, message: 'no longer following' };
  if (row?.kind !== 'process') return { message: 'F follows a process: there is none on this line' };
  const { pid, starttime } = row.proc;
  return {
    follow: { pid, starttime },
    cursor: { ...state.cursor, pinned: true },
    message: `following ${pid} ${nameOf(row.proc)}`,
  };
}

export const MOVING: readonly Key[] = [
  { modes: table, keys: ['Up', 'Ctrl-P'], help: 'one line up', run: step(-1) },
  { modes: table, keys: ['Down', 'Ctrl-N'], help: 'one line down', run: step(1) },
  { modes: table, keys: ['PgUp', 'Ctrl-B'], help: 'one screen up', run: page(-1) },
  { modes: table, keys: ['PgDn', 'Ctrl-F'], help: 'one screen down', run: page(1) },
  {
    modes: table,
    keys: ['Home', 'Ctrl-A'],
    help: 'first line',
    run: ({ store, effects }) => move(store, (_, rows, height) => home(rows, height), effects.now()),
  },
  {
    modes: table,
    keys: ['End', 'Ctrl-E'],
    help: 'last line',
    run: ({ store, effects }) =>
      move(store, (cursor, rows, height) => jumped(cursor, rows, height, rows.length - 1), effects.now()),
  },
  {
    modes: table,
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    help: 'jump to the process with that pid',
    run: ({ store, effects }, press) => typeDigit(store, press.name, effects.now()),
  },
  { modes: table, keys: ['n'], help: 'next match of the search', run: nextMatch(1) },
  { modes: table, keys: ['N'], help: 'previous match of the search, or sort by pid', run: previousOrPid },
  { modes: table, keys: ['Shift-F3'], run: nextMatch(-1) },
  {
    modes: table,
    keys: ['F'],
    help: 'follow the process: the cursor stays on it until you move',
    run: ({ store }) => store.setState(toggleFollow(store.getState())),
  },
];

/** `N` sorts by pid in htop; while a search is open it is the way back. */
function previousOrPid(context: Parameters<Key['run']>[0], press: Parameters<Key['run']>[1]): void {
  const { store } = context;
  if (store.getState().search !== undefined) return nextMatch(-1)(context, press);
  sortBy(store, 'PID');
}
