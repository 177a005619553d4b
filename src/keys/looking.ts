// Keys that change what the table shows: views, tree, branches, filters, threads.
import type { ViewName } from '../derive/outlook.ts';
import { START } from '../derive/viewport.ts';
import { parseFilter } from '../derive/match.ts';
import { quote } from '../derive/words.ts';
import { change, changeView, rowUnderCursor, setMode, type State, type Store } from '../store.ts';
import type { Effects, Key } from './key.ts';

const table = ['table'] as const;
const VIEWS: readonly ViewName[] = ['processes', 'groups', 'ports', 'slots'];

export function showView(store: Store, view: ViewName, patch: Partial<State> = {}): void {
  change(store, { view, cursor: START, heldOrder: undefined, message: '', ...patch });
}

function turn(by: number): Key['run'] {
  return ({ store }) => {
    const at = VIEWS.indexOf(store.getState().view);
    showView(store, VIEWS[(at + by + VIEWS.length) % VIEWS.length] as ViewName, { back: undefined });
  };
}

/** Opens the processes behind a line of another view; Esc comes back. */
export function openRow(store: Store): void {
  const state = store.getState();
  const row = rowUnderCursor(state);
  const text =
    row?.kind === 'group'
      ? `=${quote(row.group.name)}`
      : row?.kind === 'port'
        ? `:${row.socket.port}`
        : undefined;
  const filter = text === undefined ? undefined : parseFilter(text);
  if (text === undefined || filter === undefined) return;
  if ('error' in filter) return store.setState({ message: filter.error });
  const { view, filterText, filter: before } = state;
  showView(store, 'processes', { filter, filterText: text, back: { view, filterText, filter: before } });
}

/** Esc leaves without doing anything: first what was typed, then the members of a group, then follow and search. */
function leave(store: Store): void {
  const { back, digits } = store.getState();
  if (digits !== '') return store.setState({ digits: '', sought: undefined, message: '' });
  if (back !== undefined) {
    return showView(store, back.view, { filter: back.filter, filterText: back.filterText, back: undefined });
  }
  store.setState({ follow: undefined, search: undefined, searchText: '', message: '' });
}

function collapse(store: Store, toggle: (collapsed: Set<string>, state: State) => void): void {
  const state = store.getState();
  if (state.view !== 'processes' || !state.tree)
    return store.setState({ message: 'only a tree has branches: F5' });
  const collapsed = new Set(state.collapsed);
  toggle(collapsed, state);
  change(store, { collapsed });
}

function toggleBranch(collapsed: Set<string>, state: State): void {
  const row = rowUnderCursor(state);
  if (row?.kind !== 'process' || row.node?.hasChildren !== true) return;
  if (!collapsed.delete(row.key)) collapsed.add(row.key);
}

/** All branches below the roots, or none. */
function toggleAllBranches(collapsed: Set<string>, { rows }: State): void {
  if (collapsed.size > 0) return collapsed.clear();
  for (const row of rows) {
    if (row.kind === 'process' && row.node?.hasChildren === true && row.node.depth > 0)
      collapsed.add(row.key);
  }
}

/** Threads are read for the rows on the screen: as the table is scrolled, more of them come. */
function toggleThreads(store: Store, effects: Effects): void {
  const { threads, view } = store.getState();
  if (view !== 'processes') return store.setState({ message: 'threads stand in the Processes view: Tab' });
  change(store, { threads: !threads, threadsOf: undefined });
  store.setState({ message: threads ? 'threads hidden' : 'threads shown; a signal goes to their process' });
  if (!threads) effects.glance();
}

function openUserMenu(store: Store): void {
  const { sample, uid } = store.getState();
  if (sample === undefined) return;
  const uids = [...new Set([...sample.procs.values()].map((proc) => proc.uid))].filter(
    (one) => one !== undefined,
  );
  const users = uids
    .map((one) => ({ label: sample.userName(one), value: String(one) }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const items = [{ label: 'all users', value: '' }, ...users];
  const index = Math.max(
    0,
    items.findIndex(({ value }) => value === String(uid ?? '')),
  );
  setMode(store, { kind: 'menu', menu: 'user', items, index });
}

function prompt(prompt: 'search' | 'filter', start?: string): Key['run'] {
  return ({ store }) => {
    const { filterText } = store.getState();
    const text = start ?? (prompt === 'filter' ? filterText : '');
    setMode(store, { kind: 'prompt', prompt, text, error: undefined });
  };
}

export const LOOKING: readonly Key[] = [
  {
    modes: table,
    keys: ['F3', '/'],
    bar: 'Search',
    help: 'search: the cursor jumps, nothing is hidden',
    run: prompt('search'),
  },
  {
    modes: table,
    keys: ['F4', '\\'],
    bar: 'Filter',
    help: 'filter: only what matches is shown',
    run: prompt('filter'),
  },
  { modes: table, keys: [':'], help: 'filter for the holders of a port', run: prompt('filter', ':') },
  {
    modes: table,
    keys: ['F5', 't'],
    bar: ({ tree }) => (tree ? 'List' : 'Tree'),
    help: 'tree or list',
    run: ({ store }) => change(store, { tree: !store.getState().tree, heldOrder: undefined }),
  },
  {
    modes: table,
    keys: ['Tab'],
    bar: 'View',
    help: 'next view: processes, groups, ports, slots',
    run: turn(1),
  },
  { modes: table, keys: ['Shift-Tab'], help: 'previous view', run: turn(-1) },
  {
    modes: table,
    keys: ['L'],
    help: 'every limit: the Slots view',
    run: ({ store }) => showView(store, 'slots'),
  },
  {
    modes: table,
    keys: ['+', '=', '-'],
    help: 'collapse or expand the branch; a collapsed row shows the sums',
    run: ({ store }) => collapse(store, toggleBranch),
  },
  {
    modes: table,
    keys: ['*'],
    help: 'collapse or expand all branches',
    run: ({ store }) => collapse(store, toggleAllBranches),
  },
  {
    modes: table,
    keys: ['u'],
    help: 'show the processes of one user',
    run: ({ store }) => openUserMenu(store),
  },
  {
    modes: table,
    keys: ['H'],
    help: 'show or hide threads, below their process; what is done to one is done to its process',
    run: ({ store, effects }) => toggleThreads(store, effects),
  },
  {
    modes: table,
    keys: ['K'],
    help: 'show or hide kernel threads',
    run: ({ store }) => changeView(store, { kernelThreads: !store.getState().kernelThreads }),
  },
  {
    modes: table,
    keys: ['p'],
    help: 'full path or name of the program',
    run: ({ store }) => store.setState({ fullPath: !store.getState().fullPath }),
  },
  {
    modes: table,
    keys: ['Z'],
    help: 'pause: nothing moves until Z again',
    run: ({ store }) => store.setState({ paused: !store.getState().paused, message: '' }),
  },
  { modes: table, keys: ['Esc'], help: 'leave without doing anything', run: ({ store }) => leave(store) },
];
