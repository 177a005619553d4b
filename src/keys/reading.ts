// Panes that are read: help, details, the report, the action log; and the ways out of the program.
import { nameOf } from '../derive/name.ts';
import { rowUnderCursor, setMode, type Mode, type Store } from '../store.ts';
import type { Key, KeyContext } from './key.ts';
import { openRow } from './looking.ts';

const panes = ['help', 'log', 'details', 'report'] as const;
const everywhere = ['table', 'prompt', 'menu', 'box', 'sending', 'report', 'details', 'help', 'log'] as const;
const PAGE = 10;

type Pane = Extract<Mode, { top: number }>;

/** The pane itself keeps `top` within its lines (components/Pane). */
function scroll(store: Store, by: number): void {
  const { mode } = store.getState();
  if ('top' in mode) store.setState({ mode: { ...mode, top: Math.max(0, mode.top + by) } satisfies Pane });
}

function close(store: Store): void {
  setMode(store, { kind: 'table' });
}

/** Enter opens what stands behind the line: a process's details, a group's members, a port's holders. */
function open({ store, effects }: KeyContext): void {
  const row = rowUnderCursor(store.getState());
  if (row?.kind !== 'process') return openRow(store);
  const { pid, starttime } = row.proc;
  const id = { pid, starttime };
  setMode(store, { kind: 'details', id, lines: effects.describe(id), top: 0 });
  store.setState({ message: `details of ${pid} ${nameOf(row.proc)}` });
}

export const READING: readonly Key[] = [
  {
    modes: ['table'],
    keys: ['F1', 'h', '?'],
    bar: 'Help',
    help: 'this page',
    run: ({ store }) => setMode(store, { kind: 'help', top: 0 }),
  },
  {
    modes: ['table'],
    keys: ['Enter'],
    help: 'details of a process, members of a group, holders of a port',
    run: open,
  },
  {
    modes: ['table'],
    keys: ['A'],
    help: 'action log: what was sent to whom, and what came of it',
    run: ({ store }) => setMode(store, { kind: 'log', top: 0 }),
  },
  { modes: panes, keys: ['Up', 'k'], run: ({ store }) => scroll(store, -1) },
  { modes: panes, keys: ['Down', 'j'], bar: 'Scroll', run: ({ store }) => scroll(store, 1) },
  { modes: panes, keys: ['PgUp'], run: ({ store }) => scroll(store, -PAGE) },
  { modes: panes, keys: ['PgDn', 'Space'], run: ({ store }) => scroll(store, PAGE) },
  { modes: panes, keys: ['Home'], run: ({ store }) => scroll(store, -Infinity) },
  { modes: panes, keys: ['End'], run: ({ store }) => scroll(store, Number.MAX_SAFE_INTEGER) },
  { modes: panes, keys: ['Esc', 'q', 'F10', 'Enter'], bar: 'Back', run: ({ store }) => close(store) },
  { modes: ['table'], keys: ['F10', 'q'], bar: 'Quit', help: 'quit', run: ({ effects }) => effects.quit() },
  { modes: everywhere, keys: ['Ctrl-C'], help: 'quit from anywhere', run: ({ effects }) => effects.quit() },
  {
    modes: everywhere,
    keys: ['Ctrl-Z'],
    help: 'suspend to the shell; fg comes back',
    run: ({ effects }) => effects.suspend(),
  },
  {
    modes: everywhere,
    keys: ['Ctrl-L'],
    help: 'draw the screen afresh',
    run: ({ effects }) => effects.redraw(),
  },
];
