// Searching in a pane: / opens the prompt, n and N go from hit to hit.
import { findLine } from '../derive/find.ts';
import { detailPaneLines } from '../derive/panes/details.ts';
import { helpPane, type HelpEntry } from '../derive/panes/help.ts';
import type { PaneLines } from '../derive/panes/inSight.ts';
import { logPane, reportPane } from '../derive/panes/report.ts';
import { themeOf } from '../derive/style.ts';
import { setMode, type PaneMode, type State, type Store } from '../store.ts';
import type { Key } from './key.ts';

const panes = ['help', 'log', 'details', 'report'] as const;
/** Lines above a hit, so that one sees where it stands. */
const ABOVE = 3;

type Seen = Pick<State, 'log' | 'cols' | 'settings'>;

/** The lines of a pane as it is drawn, but for colours. */
export function linesOf(
  mode: PaneMode,
  { log, cols, settings }: Seen,
  help: readonly HelpEntry[],
): PaneLines {
  const theme = themeOf(false, settings.ascii);
  switch (mode.kind) {
    case 'help':
      return helpPane(help, cols, theme).lines;
    case 'log':
      return logPane(log, theme, cols).lines;
    case 'report':
      return reportPane(mode.report, theme, cols).lines;
    case 'details':
      return detailPaneLines(mode.lines, cols, settings.ascii);
  }
}

/** The pane on its first hit at or behind `from`; where there is none it stays as it is. */
export function found(
  mode: PaneMode,
  text: string,
  from: number,
  way: 1 | -1,
  state: Seen,
  help: readonly HelpEntry[],
): PaneMode {
  const line = findLine(linesOf(mode, state, help).slice(), text, from, way);
  const top = line === undefined ? mode.top : Math.max(0, line - ABOVE);
  return { ...mode, top, find: { text, line } };
}

function paneOf({ mode }: State): PaneMode | undefined {
  return 'top' in mode ? mode : undefined;
}

function ask(store: Store): void {
  const under = paneOf(store.getState());
  if (under === undefined) return;
  setMode(store, { kind: 'prompt', prompt: 'find', text: '', error: undefined, under });
}

function next(way: 1 | -1): Key['run'] {
  return ({ store, help }) => {
    const state = store.getState();
    const mode = paneOf(state);
    if (mode === undefined) return;
    if (mode.find === undefined) return store.setState({ message: 'nothing to search for yet: / searches' });
    const { text, line } = mode.find;
    const pane = found(mode, text, (line ?? mode.top - way) + way, way, state, help());
    store.setState({ mode: pane, message: pane.find?.line === undefined ? `no match for ${text}` : '' });
  };
}

export const FINDING: readonly Key[] = [
  { modes: panes, keys: ['/'], bar: 'Search', run: ({ store }) => ask(store) },
  {
    modes: panes,
    keys: ['F3'],
    run: (context, press) => {
      const { store } = context;
      if (paneOf(store.getState())?.find === undefined) return ask(store);
      next(1)(context, press);
    },
  },
  { modes: panes, keys: ['n'], bar: 'Next', run: next(1) },
  { modes: panes, keys: ['N', 'Shift-F3'], run: next(-1) },
];
