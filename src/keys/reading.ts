// Panes that are read: help, details, the report, the action log.
import { nameOf } from '../derive/name.ts';
import { rowUnderCursor, setMode, type PaneMode, type Store } from '../store.ts';
import { panelHeight } from '../store/room.ts';
import { linesOf } from './finding.ts';
import type { Effects, Key } from './key.ts';
import { openRow } from './looking.ts';

const panes = ['help', 'log', 'details', 'report'] as const;
const PAGE = 10;

function scroll(by: number): Key['run'] {
  return ({ store, help }) => {
    const state = store.getState();
    const { mode } = state;
    if (!('top' in mode)) return;
    const last = Math.max(0, linesOf(mode, state, help()).length - (panelHeight(state) - 1));
    store.setState({ mode: { ...mode, top: Math.max(0, Math.min(last, mode.top + by)) } satisfies PaneMode });
  };
}

function close(store: Store): void {
  setMode(store, { kind: 'table' });
}

/** Opens a pane about the process under the cursor; on another line, Enter opens what stands behind it. */
function open(topic: Parameters<Effects['describe']>[1]): Key['run'] {
  return ({ store, effects }) => {
    const row = rowUnderCursor(store.getState());
    if (row?.kind !== 'process' && row?.kind !== 'thread')
      return topic === 'details' ? openRow(store) : undefined;
    const { pid, starttime } = row.proc;
    const title = `${topic} of ${pid} ${nameOf(row.proc)}`;
    setMode(store, { kind: 'details', title, lines: effects.describe({ pid, starttime }, topic), top: 0 });
  };
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
    run: open('details'),
  },
  { modes: ['table'], keys: ['l'], help: 'open files of the process', run: open('files') },
  { modes: ['table'], keys: ['e'], help: 'environment of the process', run: open('environment') },
  {
    modes: ['table'],
    keys: ['A'],
    help: 'action log: what was sent to whom, and what came of it',
    run: ({ store }) => setMode(store, { kind: 'log', top: 0 }),
  },
  { modes: panes, keys: ['Up', 'k'], run: scroll(-1) },
  { modes: panes, keys: ['Down', 'j'], bar: 'Scroll', run: scroll(1) },
  { modes: panes, keys: ['PgUp'], run: scroll(-PAGE) },
  { modes: panes, keys: ['PgDn', 'Space'], run: scroll(PAGE) },
  { modes: panes, keys: ['Home'], run: scroll(-Infinity) },
  { modes: panes, keys: ['End'], run: scroll(Number.MAX_SAFE_INTEGER) },
  { modes: panes, keys: ['Esc', 'q', 'F10', 'Enter'], bar: 'Back', run: ({ store }) => close(store) },
];
