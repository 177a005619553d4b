// Menus: the column to sort by, the user to show.
import { changeView, setMode, type Mode, type Store } from '../store.ts';
import type { Key } from './key.ts';
import { sortBy } from './sorting.ts';

const modes = ['menu'] as const;
type Menu = Extract<Mode, { kind: 'menu' }>;

const CHOSEN: Readonly<Record<Menu['menu'], (store: Store, value: string) => void>> = {
  sort: sortBy,
  user: (store, value) => changeView(store, { uid: value === '' ? undefined : Number(value) }),
};

function step(by: number): Key['run'] {
  return ({ store }) => {
    const { mode } = store.getState();
    if (mode.kind !== 'menu') return;
    const index = Math.max(0, Math.min(mode.items.length - 1, mode.index + by));
    store.setState({ mode: { ...mode, index } });
  };
}

/** A letter goes to the next item that begins with it. */
function jump(store: Store, letter: string): void {
  const { mode } = store.getState();
  if (mode.kind !== 'menu') return;
  const begins = (label: string): boolean => label.toLowerCase().startsWith(letter.toLowerCase());
  const after = mode.items.findIndex(({ label }, i) => i > mode.index && begins(label));
  const index = after >= 0 ? after : mode.items.findIndex(({ label }) => begins(label));
  if (index >= 0) store.setState({ mode: { ...mode, index } });
}

function choose(store: Store): void {
  const { mode } = store.getState();
  if (mode.kind !== 'menu') return;
  const item = mode.items[mode.index];
  setMode(store, { kind: 'table' });
  if (item !== undefined) CHOSEN[mode.menu](store, item.value);
}

export const CHOOSING: readonly Key[] = [
  { modes, keys: ['Up'], run: step(-1) },
  { modes, keys: ['Down'], run: step(1) },
  { modes, keys: ['PgUp'], run: step(-8) },
  { modes, keys: ['PgDn'], run: step(8) },
  { modes, keys: ['Home'], run: step(-Infinity) },
  { modes, keys: ['End'], run: step(Infinity) },
  { modes, keys: ['Enter'], bar: 'Choose', run: ({ store }) => choose(store) },
  { modes, keys: ['Esc', 'F10'], bar: 'Leave', run: ({ store }) => setMode(store, { kind: 'table' }) },
  { modes, keys: ['any'], run: ({ store }, press) => jump(store, press.name) },
];
