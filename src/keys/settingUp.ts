// The setup page: what it changes holds at once, and is kept in the settings file.
import type { Settings } from '../derive/settings.ts';
import { setupItems, type SetupItem } from '../derive/setupItems.ts';
import { change, setMode, type State, type Store } from '../store.ts';
import type { Key, KeyContext } from './key.ts';

const modes = ['setup'] as const;
const PAGE = 8;

function itemUnderCursor({ mode, settings }: State): SetupItem | undefined {
  return mode.kind === 'setup' ? setupItems(settings).find(({ key }) => key === mode.at) : undefined;
}

function step(by: number): Key['run'] {
  return ({ store }) => {
    const { mode, settings } = store.getState();
    if (mode.kind !== 'setup') return;
    const items = setupItems(settings);
    const at = items.findIndex(({ key }) => key === mode.at);
    const to = items[Math.max(0, Math.min(items.length - 1, at + by))];
    if (to !== undefined) store.setState({ mode: { kind: 'setup', at: to.key } });
  };
}

/** Holds at once: the tree of now is the tree that it will begin with, and new columns are read. */
function apply({ store, effects }: KeyContext, patch: Partial<Settings> | undefined): void {
  if (patch === undefined) return;
  const settings = { ...store.getState().settings, ...patch };
  change(store, {
    settings,
    ...(patch.tree === undefined ? {} : { tree: patch.tree, heldOrder: undefined }),
  });
  store.setState({ message: effects.keepSettings(patch) });
  effects.settingsChanged(patch);
}

function toggle(context: KeyContext): void {
  const state = context.store.getState();
  apply(context, itemUnderCursor(state)?.toggle(state.settings));
}

function shift(by: 1 | -1): Key['run'] {
  return (context) => {
    const state = context.store.getState();
    apply(context, itemUnderCursor(state)?.shift(state.settings, by));
  };
}

function open(store: Store): void {
  const [first] = setupItems(store.getState().settings);
  if (first !== undefined) setMode(store, { kind: 'setup', at: first.key });
}

export const SETTING_UP: readonly Key[] = [
  {
    modes: ['table'],
    keys: ['F2', 'S'],
    bar: 'Setup',
    help: 'setup: columns, lines above the table, delay, tree, colours, ASCII; kept in the settings file',
    run: ({ store }) => open(store),
  },
  { modes, keys: ['Up', 'k'], run: step(-1) },
  { modes, keys: ['Down', 'j'], run: step(1) },
  { modes, keys: ['PgUp'], run: step(-PAGE) },
  { modes, keys: ['PgDn'], run: step(PAGE) },
  { modes, keys: ['Home'], run: step(-Infinity) },
  { modes, keys: ['End'], run: step(Infinity) },
  { modes, keys: ['Space', 'Enter'], bar: 'Toggle', run: (context) => toggle(context) },
  { modes, keys: ['Left', 'F7', '[', '-'], bar: 'Less', run: shift(-1) },
  { modes, keys: ['Right', 'F8', ']', '+'], bar: 'More', run: shift(1) },
  {
    modes,
    keys: ['Esc', 'q', 'F10', 'F2'],
    bar: 'Done',
    run: ({ store }) => setMode(store, { kind: 'table' }),
  },
];
