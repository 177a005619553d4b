// Inside the signal box, the one place from which signals leave: whom, what, and then send or leave.

import { CHOICES, type Choice } from '../signal/choices.ts';
import { setMode, type Mode, type SignalBox, type State, type Store } from '../store.ts';
import type { Scope } from '../types.ts';
import type { Effects, Key, KeyContext } from './key.ts';
import { usualIndex } from './openingBox.ts';

const modes = ['box'] as const;

const SCOPES: readonly { readonly key: string; readonly scope: Scope; readonly help: string }[] = [
  { key: 's', scope: 'selection', help: 'in the signal box: tagged rows, else the row with what it hides' },
  { key: 't', scope: 'tree', help: 'in the signal box: these with all their descendants' },
  { key: 'g', scope: 'group', help: 'in the signal box: every process of that name' },
  { key: 'p', scope: 'port', help: "in the signal box: every holder of the row's ports; Enter frees them" },
];

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
    const why = plan?.remarks === undefined ? '' : ': the box says whose it is and what to do';
    return store.setState({ message: `nobody in this scope may be signalled${why}` });
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

export const INSIDE_BOX: readonly Key[] = [
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
