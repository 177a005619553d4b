// The text prompts: search and filter. In a text field every letter is text.
import { parseFilter, type Filter } from '../derive/match.ts';
import { change, setMode, type PromptKind, type Store } from '../store.ts';
import { goToMatch } from './moving.ts';
import type { Key, KeyContext } from './key.ts';

const modes = ['prompt'] as const;

interface Prompt {
  /** Each change of the text acts at once. */
  readonly typed: (context: KeyContext, filter: Filter | undefined, text: string) => void;
  /** Esc leaves as if nothing had been typed. */
  readonly left: (store: Store) => void;
}

export const PROMPTS: Readonly<Record<PromptKind, Prompt & { readonly label: string }>> = {
  search: {
    label: 'Search',
    typed: ({ store, effects }, search, searchText) => {
      store.setState({ search, searchText });
      if (search === undefined) return;
      const found = goToMatch(store, search, store.getState().cursor.index, 1, effects.now());
      store.setState({ message: found ? '' : `no match for ${searchText}` });
    },
    left: (store) => store.setState({ search: undefined, searchText: '', message: '' }),
  },
  filter: {
    label: 'Filter',
    typed: ({ store }, filter, filterText) => change(store, { filter, filterText, heldOrder: undefined }),
    left: (store) => change(store, { filter: undefined, filterText: '', heldOrder: undefined }),
  },
};

/** Puts a new text into the open prompt; while it does not parse, what it last meant stays in force. */
function retype(context: KeyContext, text: string): void {
  const { mode } = context.store.getState();
  if (mode.kind !== 'prompt') return;
  const filter = text.trim() === '' ? undefined : parseFilter(text);
  const error = filter !== undefined && 'error' in filter ? filter.error : undefined;
  setMode(context.store, { ...mode, text, error });
  if (filter === undefined || !('error' in filter)) PROMPTS[mode.prompt].typed(context, filter, text.trim());
}

function typedText(store: Store): string {
  const { mode } = store.getState();
  return mode.kind === 'prompt' ? mode.text : '';
}

function stepMatch(way: 1 | -1): Key['run'] {
  return ({ store, effects }) => {
    const { search, cursor, mode } = store.getState();
    if (mode.kind !== 'prompt' || mode.prompt !== 'search' || search === undefined) return;
    goToMatch(store, search, cursor.index + way, way, effects.now());
  };
}

function accept(store: Store): void {
  const { mode } = store.getState();
  if (mode.kind !== 'prompt') return;
  if (mode.error !== undefined) return store.setState({ message: mode.error });
  setMode(store, { kind: 'table' });
}

function abandon(store: Store): void {
  const { mode } = store.getState();
  setMode(store, { kind: 'table' });
  if (mode.kind === 'prompt') PROMPTS[mode.prompt].left(store);
}

export const PROMPTING: readonly Key[] = [
  { modes, keys: ['Enter'], bar: 'Keep', run: ({ store }) => accept(store) },
  { modes, keys: ['Esc'], bar: 'Clear', run: ({ store }) => abandon(store) },
  { modes, keys: ['F3', 'Down'], bar: 'Next', run: stepMatch(1) },
  { modes, keys: ['Shift-F3', 'Up'], bar: 'Previous', run: stepMatch(-1) },
  {
    modes,
    keys: ['Backspace', 'Ctrl-H'],
    run: (context) => retype(context, [...typedText(context.store)].slice(0, -1).join('')),
  },
  { modes, keys: ['Ctrl-U'], run: (context) => retype(context, '') },
  {
    modes,
    keys: ['Ctrl-W'],
    run: (context) => retype(context, typedText(context.store).trimEnd().replace(/\S+$/, '')),
  },
  {
    modes,
    keys: ['any'],
    run: (context, press) => {
      if (press.text !== undefined) retype(context, typedText(context.store) + press.text);
    },
  },
];
