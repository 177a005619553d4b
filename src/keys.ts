// KEYS: every key of slotop, from one registry that also makes the function bar and the help screen.
import { CHOOSING } from './keys/choosing.ts';
import { FINDING } from './keys/finding.ts';
import type { Effects, Key, KeyContext } from './keys/key.ts';
import { INSIDE_BOX } from './keys/insideBox.ts';
import { LEAVING } from './keys/leaving.ts';
import { LOOKING } from './keys/looking.ts';
import { MOVING } from './keys/moving.ts';
import { OPENING_BOX } from './keys/openingBox.ts';
import { PROMPTING } from './keys/prompting.ts';
import { READING } from './keys/reading.ts';
import { SETTING_UP } from './keys/settingUp.ts';
import { SORTING } from './keys/sorting.ts';
import { TAGGING } from './keys/tagging.ts';
import { WITHOUT_BOX } from './keys/withoutBox.ts';
import type { Press } from './press.ts';
import type { ModeName, State } from './store.ts';

export const KEYS: readonly Key[] = [
  ...READING,
  ...FINDING,
  ...SETTING_UP,
  ...LEAVING,
  ...MOVING,
  ...LOOKING,
  ...TAGGING,
  ...SORTING,
  ...OPENING_BOX,
  ...WITHOUT_BOX,
  ...INSIDE_BOX,
  ...PROMPTING,
  ...CHOOSING,
];

/** The record that answers a press in a mode. */
export function keyFor(mode: ModeName, press: Press): Key | undefined {
  const inMode = KEYS.filter(({ modes }) => modes.includes(mode));
  return (
    inMode.find(({ keys }) => keys.includes(press.name)) ?? inMode.find(({ keys }) => keys.includes('any'))
  );
}

/** Carries out a key press. Digits on the way to a pid end with any other key. */
export function dispatch({ store, effects }: Pick<KeyContext, 'store' | 'effects'>, press: Press): void {
  const state = store.getState();
  const key = keyFor(state.mode.kind, press);
  if (state.digits !== '' && !/^\d$/.test(press.name) && press.name !== 'Esc') {
    store.setState({ digits: '', sought: undefined, message: '' });
  }
  if (key === undefined) {
    if (state.mode.kind === 'table')
      store.setState({ message: `${press.name} does nothing here; F1 lists the keys` });
    return;
  }
  const why = key.disabled?.(state, effects);
  if (why !== undefined) return store.setState({ message: why });
  key.run({ store, effects, help: keyHelp }, press);
}

export interface BarItem {
  readonly key: string;
  readonly word: string;
}

/** The function bar of the present mode: F keys by number, then the rest as they stand in the registry. */
export function barItems(state: State): BarItem[] {
  const number = (key: string): number => (/^F\d+$/.test(key) ? Number(key.slice(1)) : 99);
  return KEYS.filter(({ modes, bar }) => bar !== undefined && modes.includes(state.mode.kind))
    .map(({ keys, bar }) => ({
      key: keys[0] ?? '',
      word: typeof bar === 'function' ? bar(state) : (bar ?? ''),
    }))
    .sort((a, b) => number(a.key) - number(b.key));
}

/** What the help screen says of the keys: all names of a key, and what it does. */
export function keyHelp(): { readonly keys: string; readonly help: string }[] {
  return KEYS.flatMap(({ keys, help }) =>
    help === undefined
      ? []
      : [{ keys: keys.length > 5 ? `${keys[0]} to ${keys.at(-1)}` : keys.join(' '), help }],
  );
}

export type { Effects, Key, KeyContext };
