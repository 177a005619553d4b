// Keys that tag: the row, its branch, its name group. What is tagged is what the next signal goes to.
import { groupMembers } from '../derive/groups.ts';
import { isKernelThread } from '../derive/outlook.ts';
import { keyOf, procsOfRow } from '../derive/row.ts';
import { wholeTree } from '../derive/tree.ts';
import { moved } from '../derive/viewport.ts';
import { move, rowUnderCursor, type Store } from '../store.ts';
import type { Proc } from '../types.ts';
import type { Key } from './key.ts';

const table = ['table'] as const;

/** Tags these, or untags them where all are tagged already. */
function toggled(tags: ReadonlySet<string>, procs: readonly Proc[]): ReadonlySet<string> {
  const next = new Set(tags);
  const keys = procs.filter((proc) => !isKernelThread(proc)).map(keyOf);
  const all = keys.every((key) => tags.has(key));
  for (const key of keys) {
    if (all) next.delete(key);
    else next.add(key);
  }
  return next;
}

function tagRow(store: Store, now: number): void {
  const state = store.getState();
  const row = rowUnderCursor(state);
  if (row === undefined || state.sample === undefined) return;
  store.setState({ tags: toggled(state.tags, procsOfRow(row, state.sample)) });
  move(store, (cursor, rows, height) => moved(cursor, rows, height, 1), now);
}

function tagBranch(store: Store): void {
  const { sample, tags, ...state } = store.getState();
  const row = rowUnderCursor({ sample, tags, ...state });
  if (row?.kind !== 'process' || sample === undefined) return;
  store.setState({ tags: toggled(tags, wholeTree(row.proc, sample)) });
}

/** `g`: the row's name group, again: its tree, again: the row alone. */
function widen(store: Store): void {
  const state = store.getState();
  const row = rowUnderCursor(state);
  const { sample } = state;
  if (sample === undefined || row === undefined) return;
  if (row.kind !== 'process') return store.setState({ tags: new Set(procsOfRow(row, sample).map(keyOf)) });
  const steps = [
    { what: 'group', procs: groupMembers(row.proc, sample) },
    { what: 'tree', procs: wholeTree(row.proc, sample) },
  ].map(({ what, procs }) => ({ what, keys: procs.map(keyOf) }));
  const isTagged = (keys: readonly string[]): boolean =>
    keys.length === state.tags.size && keys.every((key) => state.tags.has(key));
  const at = steps.findLastIndex(({ keys }) => isTagged(keys));
  const next = steps[at + 1];
  const message =
    next === undefined ? 'the row alone' : `${next.keys.length} tagged: the ${next.what} of this row`;
  store.setState({ tags: new Set(next?.keys), message });
}

export const TAGGING: readonly Key[] = [
  {
    modes: table,
    keys: ['Space'],
    help: 'tag and step down',
    run: ({ store, effects }) => tagRow(store, effects.now()),
  },
  { modes: table, keys: ['c'], help: 'tag with all children', run: ({ store }) => tagBranch(store) },
  {
    modes: table,
    keys: ['U'],
    help: 'untag all',
    run: ({ store }) => store.setState({ tags: new Set(), message: 'nothing is tagged' }),
  },
  {
    modes: table,
    keys: ['g'],
    bar: 'Group',
    help: "select the row's name group, again: its tree, again: the row",
    run: ({ store }) => widen(store),
  },
];
