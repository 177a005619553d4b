// The text prompts: search and filter. In a text field every letter is text.
import { parseFilter, type Filter } from '../derive/match.ts';
import { change, setMode, type Mode, type PaneMode, type PromptKind, type Store } from '../store.ts';
import { found } from './finding.ts';
import { goToMatch } from './moving.ts';
import type { Key, KeyContext } from './key.ts';

const modes = ['prompt'] as const;

type PromptMode = Extract<Mode, { kind: 'prompt' }>;

interface Prompt {
  readonly label: string;
  /** True where the text is a filter, and acts as it is typed. */
  readonly isFilter: boolean;
  readonly typed?: (context: KeyContext, filter: Filter | undefined, text: string) => void;
  /** What F3 and Shift-F3 do meanwhile. */
  readonly step?: (context: KeyContext, way: 1 | -1) => void;
  /** Enter. */
  readonly accepted: (store: Store, mode: PromptMode) => void;
  /** Esc leaves as if nothing had been typed. */
  readonly left: (store: Store, mode: PromptMode) => void;
}

function toTable(store: Store): void {
  setMode(store, { kind: 'table' });
}

/** The box again, now with the plan that hits the protected process, if its name was typed. */
function force(store: Store, mode: PromptMode): void {
  const { text, box } = mode;
  const plan = box?.forced;
  if (box === undefined || plan === undefined) return toTable(store);
  const isName = plan.targets.some(({ name }) => name === text.trim());
  if (!isName) return setMode(store, { ...mode, error: `not its name: ${text}` });
  const plans = { ...box.plans, selection: plan };
  setMode(store, { kind: 'box', box: { ...box, plans, forced: undefined, scope: 'selection' } });
}

function withoutFind({ find: _, ...pane }: PaneMode): PaneMode {
  return pane;
}

/** Shows the hit in the pane under the prompt. */
function seek({ store, help }: KeyContext, text: string, from: number, way: 1 | -1): void {
  const state = store.getState();
  const { mode } = state;
  if (mode.kind !== 'prompt' || mode.under === undefined) return;
  const under = text === '' ? withoutFind(mode.under) : found(mode.under, text, from, way, state, help());
  const misses = text !== '' && under.find?.line === undefined;
  store.setState({ mode: { ...mode, under, error: misses ? 'no match' : undefined } });
}

export const PROMPTS: Readonly<Record<PromptKind, Prompt>> = {
  search: {
    label: 'Search',
    isFilter: true,
    typed: ({ store, effects }, search, searchText) => {
      store.setState({ search, searchText, sought: undefined });
      if (search === undefined) return;
      const found = goToMatch(store, search, store.getState().cursor.index, 1, effects.now());
      store.setState({ message: found ? '' : `no match for ${searchText}` });
    },
    step: ({ store, effects }, way) => {
      const { search, cursor } = store.getState();
      if (search !== undefined) goToMatch(store, search, cursor.index + way, way, effects.now());
    },
    accepted: toTable,
    left: (store) => {
      toTable(store);
      store.setState({ search: undefined, searchText: '', sought: undefined, message: '' });
    },
  },
  filter: {
    label: 'Filter',
    isFilter: true,
    typed: ({ store }, filter, filterText) => change(store, { filter, filterText, heldOrder: undefined }),
    accepted: toTable,
    left: (store) => {
      toTable(store);
      change(store, { filter: undefined, filterText: '', heldOrder: undefined });
    },
  },
  find: {
    label: 'Search here',
    isFilter: false,
    typed: (context, _, text) => seek(context, text, 0, 1),
    step: (context, way) => {
      const { mode } = context.store.getState();
      if (mode.kind !== 'prompt' || mode.under === undefined) return;
      seek(context, mode.text.trim(), (mode.under.find?.line ?? 0) + way, way);
    },
    accepted: (store, { under }) => setMode(store, under ?? { kind: 'table' }),
    left: (store, { under }) => {
      setMode(store, under === undefined ? { kind: 'table' } : withoutFind(under));
      store.setState({ message: '' });
    },
  },
  force: {
    label: 'Its name, to hit it all the same',
    isFilter: false,
    accepted: force,
    left: (store, { box }) => setMode(store, box === undefined ? { kind: 'table' } : { kind: 'box', box }),
  },
};

/** Puts a new text into the open prompt; while it does not parse, what it last meant stays in force. */
function retype(context: KeyContext, text: string): void {
  const { mode } = context.store.getState();
  if (mode.kind !== 'prompt') return;
  const { isFilter, typed } = PROMPTS[mode.prompt];
  const filter = !isFilter || text.trim() === '' ? undefined : parseFilter(text);
  const error = filter !== undefined && 'error' in filter ? filter.error : undefined;
  setMode(context.store, { ...mode, text, error });
  if (filter === undefined || !('error' in filter)) typed?.(context, filter, text.trim());
}

function typedText(store: Store): string {
  const { mode } = store.getState();
  return mode.kind === 'prompt' ? mode.text : '';
}

function stepMatch(way: 1 | -1): Key['run'] {
  return (context) => {
    const { mode } = context.store.getState();
    if (mode.kind === 'prompt') PROMPTS[mode.prompt].step?.(context, way);
  };
}

function accept(store: Store): void {
  const { mode } = store.getState();
  if (mode.kind !== 'prompt') return;
  if (mode.error !== undefined && PROMPTS[mode.prompt].isFilter)
    return store.setState({ message: mode.error });
  PROMPTS[mode.prompt].accepted(store, mode);
}

function abandon(store: Store): void {
  const { mode } = store.getState();
  if (mode.kind === 'prompt') PROMPTS[mode.prompt].left(store, mode);
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
