// What a key is: one record gives its dispatch, its place in the function bar and its line on the help screen.
import type { HelpEntry } from '../derive/panes/help.ts';
import type { Settings } from '../derive/settings.ts';
import type { Press } from '../press.ts';
import type { Spared } from '../signal/freePortPlan.ts';
import type { ModeName, State, Store } from '../store.ts';
import type { Plan, ProcId, Sample } from '../types.ts';

/** What keys may ask of the world outside the store. */
export interface Effects {
  readonly readOnly: boolean;
  /** False where the proc root is not our own pid namespace's: looking works, signalling does not. */
  readonly canSignal: boolean;
  now(): number;
  /** A complete look at the machine, right now: before the user acts on a set, that set is read afresh. */
  look(): Sample;
  /** A look at the rows on the screen as they are now: something else of them is shown. */
  glance(): void;
  /** Keeps a changed setting for the next time. @returns what came of it, in words; nothing to say is '' */
  keepSettings(patch: Partial<Settings>): string;
  /** What a changed setting means beyond the screen. */
  settingsChanged(patch: Partial<Settings>): void;
  /** Carries a plan out, in slices; its progress and report reach the store. */
  send(plan: Plan): void;
  /** Which holders freeing these ports would leave alone, why, and what to do, in words. */
  spared(ports: readonly number[], sample: Sample): readonly Spared[];
  /** Lines for the details pane of a process; whoever draws them makes them safe. */
  describe(id: ProcId, topic: 'details' | 'files' | 'environment'): readonly string[];
  /** Makes a process nicer (+1) or less nice (-1). @returns what came of it, in words */
  renice(id: ProcId, by: 1 | -1): string;
  quit(): void;
  /** Continues at once what slotop stopped. */
  thaw(): void;
  suspend(): void;
  redraw(): void;
}

export interface KeyContext {
  readonly store: Store;
  readonly effects: Effects;
  /** What the help screen says of all keys. */
  readonly help: () => readonly HelpEntry[];
}

export interface Key {
  readonly modes: readonly ModeName[];
  /** Names of press.ts; `any` takes every press that no other record of the mode takes. */
  readonly keys: readonly string[];
  /** Short word for the function bar; without it the key is not on the bar. */
  readonly bar?: string | ((state: State) => string);
  /** Line of the help screen; without it the key is not on it. */
  readonly help?: string;
  /** Why it does nothing now, in words for the status line. */
  readonly disabled?: (state: State, effects: Effects) => string | undefined;
  readonly run: (context: KeyContext, press: Press) => void;
}
