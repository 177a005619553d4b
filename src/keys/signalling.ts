// The signal box: the one place from which signals leave. The plan is on the screen before anything is sent.

import { groupsOf } from '../derive/groups.ts';
import type { Row } from '../derive/row.ts';
import { planAgain, whyNotAgain } from '../signal/again.ts';
import { choiceOf, CHOICES, type Choice } from '../signal/choices.ts';
import { plansFor } from '../signal/scopes.ts';
import { rowUnderCursor, setMode, type Mode, type SignalBox, type State, type Store } from '../store.ts';
import { thawPlan } from '../signal/stopDebt.ts';
import type { Scope } from '../types.ts';
import type { Effects, Key, KeyContext } from './key.ts';

const modes = ['box'] as const;

/** A row that came under an untouched cursor this recently may not be the one the finger meant. */
const FRESH_ROW_MS = 400;
/** So long the box is looked at before it sends, where that is so. */
const LOOK_MS = 600;

const SCOPES: readonly { readonly key: string; readonly scope: Scope; readonly help: string }[] = [
  { key: 's', scope: 'selection', help: 'in the signal box: tagged rows, else the row with what it hides' },
  { key: 't', scope: 'tree', help: 'in the signal box: these with all their descendants' },
  { key: 'g', scope: 'group', help: 'in the signal box: every process of that name' },
  { key: 'p', scope: 'port', help: "in the signal box: every holder of the row's ports; Enter frees them" },
];

function cannotSend(effects: Effects): string | undefined {
  if (effects.readOnly) return 'read-only: slotop sends nothing';
  if (!effects.canSignal) return 'these processes are of another pid namespace: they can be looked at only';
  return undefined;
}

/** Why no box can open now; the same words whichever key asks. */
function cannotSignal(state: State, effects: Effects): string | undefined {
  const why = cannotSend(effects);
  if (why !== undefined) return why;
  const row = rowUnderCursor(state);
  if (row?.kind === 'limit' && row.limit.members === undefined && state.tags.size === 0)
    return 'a limit can not be signalled: Tab goes to the processes';
  return state.rows.length === 0 ? 'nothing is selected' : undefined;
}

/** With an untouched cursor and nothing tagged R goes to the group that line 1 names. */
function suspectRow({ suspicion, cursor, tags, sample }: State): Row | undefined {
  const name = suspicion.suspect?.name;
  if (name === undefined || cursor.pinned || tags.size > 0 || sample === undefined) return undefined;
  const group = groupsOf(sample.procs.values(), sample).find((one) => one.name === name);
  return group && { kind: 'group', key: `group ${name}`, group };
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
  const { plans, forced } = plansFor({ sample, tags: state.tags, row, rows: state.rows });
  const usual = state.view === 'ports' && state.tags.size === 0 ? 'port' : 'selection';
  const { scope, index } = wanted ?? { scope: usual, index: usualIndex(usual, 0) };
  const sureFrom = effects.now() + (careful ? LOOK_MS : 0);
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

/** Of a port people want the port, not the process: there Enter frees it. */
function usualIndex(scope: Scope, index: number): number {
  const free = choiceOf('free');
  return scope === 'port' ? free : index === free ? 0 : index;
}

function boxOf(mode: Mode): SignalBox | undefined {
  return mode.kind === 'box' ? mode.box : undefined;
}

function changeBox(store: Store, patch: (box: SignalBox) => Partial<SignalBox>): void {
  const box = boxOf(store.getState().mode);
  if (box !== undefined)
    store.setState({ mode: { kind: 'box', box: { ...box, ...patch(box) } }, message: '' });
}

function send({ store, effects }: KeyContext, choice: Choice | undefined): void {
  const box = boxOf(store.getState().mode);
  if (box === undefined || choice === undefined) return;
  // Only the port scope says which port.
  const plan = box.plans[choice.action === 'free' ? 'port' : box.scope];
  if (plan === undefined || plan.targets.length === 0) {
    return store.setState({ message: 'nobody in this scope may be signalled' });
  }
  effects.send({
    ...plan,
    action: choice.action,
    signal: choice.signal,
    withRespawner: (choice.action === 'sweep' || choice.action === 'free') && box.withRespawner,
  });
}

function tooEarly({ mode }: State, effects: Effects): string | undefined {
  const sureFrom = boxOf(mode)?.sureFrom ?? 0;
  return effects.now() < sureFrom
    ? 'the row changed just before the box opened: look, then press again'
    : undefined;
}

/** A protected process is hit only alone, selected by itself, and by typing its name (DESIGN 4.1). */
function askForName(store: Store): void {
  const box = boxOf(store.getState().mode);
  if (box === undefined) return;
  if (box.forced === undefined)
    return store.setState({ message: 'only a protected process that is selected alone can be forced' });
  setMode(store, { kind: 'prompt', prompt: 'force', text: '', error: undefined, box });
}

/** F8 and F7: nicer and less nice, as in htop. */
function renice(by: 1 | -1): Key['run'] {
  return ({ store, effects }) => {
    const row = rowUnderCursor(store.getState());
    if (row?.kind === 'process') store.setState({ message: effects.renice(row.proc, by) });
  };
}

function chooseScope(scope: Scope): Key['run'] {
  return ({ store }) => {
    const box = boxOf(store.getState().mode);
    if (box?.plans[scope] === undefined) return store.setState({ message: `there is no ${scope} here` });
    // Who chooses a scope has looked.
    changeBox(store, (old) => ({ scope, sureFrom: 0, index: usualIndex(scope, old.index) }));
  };
}

function step(by: number): Key['run'] {
  return ({ store }) =>
    changeBox(store, ({ index }) => ({ index: Math.max(0, Math.min(CHOICES.length - 1, index + by)) }));
}

/** Digits go to the signal with that number; a second digit makes a larger one of it where there is one. */
function typeNumber(store: Store, digit: number): void {
  changeBox(store, ({ index }) => {
    const joined = (CHOICES[index]?.signal.number ?? 0) * 10 + digit;
    const at = (number: number): number => CHOICES.findIndex(({ signal }) => signal.number === number);
    const found = index > 0 && at(joined) >= 0 ? at(joined) : at(digit);
    return found < 0 ? {} : { index: found };
  });
}

export const SIGNALLING: readonly Key[] = [
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
  {
    modes: ['sending'],
    keys: ['Esc'],
    bar: 'Stop after this pass',
    run: ({ store }) => {
      const { mode } = store.getState();
      if (mode.kind === 'sending') store.setState({ mode: { ...mode, aborting: true } });
    },
  },
  {
    modes: ['table'],
    keys: ['D'],
    help: 'continue everything that slotop stopped',
    disabled: (state, effects) =>
      effects.readOnly
        ? 'read-only: slotop sends nothing'
        : state.debt.length === 0
          ? 'slotop has nothing stopped'
          : undefined,
    run: ({ store, effects }) => effects.send(thawPlan(store.getState().debt)),
  },
  {
    modes: ['table'],
    keys: ['F7', ']'],
    help: 'less nice: more CPU for the process (root only)',
    disabled: cannotSignal,
    run: renice(-1),
  },
  {
    modes: ['table'],
    keys: ['F8', '['],
    help: 'nicer: less CPU for the process',
    disabled: cannotSignal,
    run: renice(1),
  },
  ...SCOPES.map(({ key, scope, help }) => ({ modes, keys: [key], help, run: chooseScope(scope) })),
  ...CHOICES.flatMap((choice) =>
    choice.key === undefined
      ? []
      : [
          {
            modes,
            keys: [choice.key],
            help: `in the signal box: ${choice.label.replace(/^\d+ /, '')}: ${choice.help}`,
            disabled: tooEarly,
            run: (context: KeyContext) => send(context, choice),
          },
        ],
  ),
  {
    modes,
    keys: ['r'],
    help: 'in the signal box: a sweep, or freeing a port, takes in whoever starts its members again, or does not',
    run: ({ store }) => changeBox(store, ({ withRespawner }) => ({ withRespawner: !withRespawner })),
  },
  {
    modes,
    keys: ['!'],
    help: 'in the signal box: hit a protected process all the same, alone, by typing its name',
    run: ({ store }) => askForName(store),
  },
  { modes, keys: ['Up'], run: step(-1) },
  { modes, keys: ['Down'], bar: 'Choose', run: step(1) },
  { modes, keys: ['PgUp'], run: step(-8) },
  { modes, keys: ['PgDn'], run: step(8) },
  {
    modes,
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    run: ({ store }, press) => typeNumber(store, Number(press.name)),
  },
  {
    modes,
    keys: ['Enter'],
    bar: 'Send',
    disabled: tooEarly,
    run: (context) => {
      const box = boxOf(context.store.getState().mode);
      send(context, CHOICES[box?.index ?? 0]);
    },
  },
  {
    modes,
    keys: ['Esc', 'q', 'F10'],
    bar: 'Leave, send nothing',
    run: ({ store }) => setMode(store, { kind: 'table' }),
  },
];
