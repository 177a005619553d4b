// Opening the signal box: the set is read afresh, frozen, and shown as a plan before anything can be sent.

import { groupsOf } from '../derive/groups.ts';
import type { Row } from '../derive/row.ts';
import { planAgain, whyNotAgain } from '../signal/again.ts';
import { choiceOf } from '../signal/choices.ts';
import type { Spared } from '../signal/freePortPlan.ts';
import { plansFor } from '../signal/scopes.ts';
import { rowUnderCursor, setMode, type SignalBox, type State } from '../store.ts';
import type { Plan, Scope } from '../types.ts';
import type { Effects, Key, KeyContext } from './key.ts';

/** A row that came under an untouched cursor this recently may not be the one the finger meant. */
const FRESH_ROW_MS = 400;
/** So long the box is looked at before it sends, where that is so. */
const LOOK_MS = 600;

function cannotSend(effects: Effects): string | undefined {
  if (effects.readOnly) return 'read-only: slotop sends nothing';
  if (!effects.canSignal) return 'these processes are of another pid namespace: they can be looked at only';
  return undefined;
}

/** Why no box can open now; the same words whichever key asks. */
export function cannotSignal(state: State, effects: Effects): string | undefined {
  const why = cannotSend(effects);
  if (why !== undefined) return why;
  const row = rowUnderCursor(state);
  if (row?.kind === 'limit' && row.limit.members === undefined && state.tags.size === 0)
    return 'a limit can not be signalled: Tab goes to the processes';
  return state.rows.length === 0 ? 'nothing is selected' : undefined;
}

/** Of a port people want the port, not the process: there Enter frees it. */
export function usualIndex(scope: Scope, index: number): number {
  const free = choiceOf('free');
  return scope === 'port' ? free : index === free ? 0 : index;
}

/** With an untouched cursor and nothing tagged R goes to the group that line 1 names. */
function suspectRow({ suspicion, cursor, tags, sample }: State): Row | undefined {
  const name = suspicion.suspect?.name;
  if (name === undefined || cursor.pinned || tags.size > 0 || sample === undefined) return undefined;
  const group = groupsOf(sample.procs.values(), sample).find((one) => one.name === name);
  return group && { kind: 'group', key: `group ${name}`, group };
}

/** Whom a port's scope shows as targets, and freeing it would leave alone. Other signals reach them. */
function withSpared(plan: Plan | undefined, spared: readonly Spared[]): Plan | undefined {
  const isTarget = ({ pid }: Spared): boolean => plan?.targets.some((target) => target.pid === pid) === true;
  const words = spared.filter(isTarget).map((one) => one.words);
  return plan && words.length > 0 ? { ...plan, remarks: [...words, ...(plan.remarks ?? [])] } : plan;
}

/**
 * Opens the box on what is selected. The set is read afresh first, and frozen by pid and starttime then:
 * rows that move under the box change nothing.
 */
function openBox(
  { store, effects }: KeyContext,
  wanted?: { readonly scope: Scope; readonly index: number },
): void {
  const before = store.getState();
  const isSuspect = wanted?.scope === 'group' && suspectRow(before) !== undefined;
  const rowOf = isSuspect ? suspectRow : rowUnderCursor;
  const careful =
    !isSuspect && !before.cursor.pinned && effects.now() - before.cursorChangedAt < FRESH_ROW_MS;
  const meant = rowOf(before);
  if (!isSuspect) store.setState({ cursor: { ...before.cursor, pinned: true } });
  const sample = effects.look();
  const state = store.getState();
  const row = rowOf(state);
  if (before.tags.size === 0 && (row === undefined || row.key !== meant?.key)) {
    return store.setState({ message: 'that process has just ended: nothing is sent' });
  }
  const { plans: made, forced } = plansFor({ sample, tags: state.tags, row, rows: state.rows });
  const plans = { ...made, port: withSpared(made.port, effects.spared(made.port?.ports ?? [], sample)) };
  const usual = state.view === 'ports' && state.tags.size === 0 ? 'port' : 'selection';
  const { scope, index } = wanted ?? { scope: usual, index: usualIndex(usual, 0) };
  const sureFrom = effects.now() + (careful ? LOOK_MS : 0);
  store.setState({ message: '' }); // what was said of another set would be read as of this one
  setMode(store, {
    kind: 'box',
    box: { plans, forced, scope, index, careful, withRespawner: false, sureFrom },
  });
}

/** The box on those that came back and on who brought them, from a report: the plan is shown before it is sent. */
function openAgain({ store, effects }: KeyContext): void {
  const { mode } = store.getState();
  if (mode.kind !== 'report') return;
  const plan = planAgain(mode.report, effects.look());
  if (plan === undefined) return store.setState({ message: 'who brought them back has ended' });
  const box: SignalBox = {
    plans: { selection: plan, tree: undefined, group: undefined, port: undefined },
    forced: undefined,
    scope: 'selection',
    index: choiceOf('sweep'),
    careful: false,
    withRespawner: true,
    sureFrom: 0,
  };
  setMode(store, { kind: 'box', box });
}

export const OPENING_BOX: readonly Key[] = [
  {
    modes: ['table'],
    keys: ['F9', 'k'],
    bar: 'Signal',
    help: 'the signal box: shows who would be hit, then sends',
    disabled: cannotSignal,
    run: (context) => openBox(context),
  },
  {
    modes: ['table'],
    keys: ['R'],
    help: 'sweep the name group of the row, or the one that line 1 names: the signal box opens on it, Enter begins',
    disabled: (state, effects) =>
      suspectRow(state) === undefined ? cannotSignal(state, effects) : cannotSend(effects),
    run: (context) => openBox(context, { scope: 'group', index: choiceOf('sweep') }),
  },
  {
    modes: ['report'],
    keys: ['r'],
    help: 'in a report: sweep again those that came back, with who brought them; Enter begins',
    disabled: (state, effects) =>
      cannotSignal(state, effects) ??
      (state.mode.kind === 'report' ? whyNotAgain(state.mode.report) : undefined),
    run: openAgain,
  },
];
