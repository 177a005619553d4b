// The state of the screen: what was sampled, how it is looked at, and which dialog is open. Small, addressed by
// identity, and without effects: signals, looks and the terminal are keys' business (keys/*.ts through Effects).
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Filter } from './derive/match.ts';
import { placesOf, type HeldOrder, type SortOrder } from './derive/order.ts';
import type { Outlook, ViewName } from './derive/outlook.ts';
import type { Row } from './derive/row.ts';
import { rowSteps } from './derive/rows.ts';
import { USUAL_SETTINGS, type Settings } from './derive/settings.ts';
import { NOBODY_SPAWNED, type Spawning } from './derive/spawning.ts';
import { atOnce, type Steps } from './derive/steps.ts';
import { NO_SUSPICION, type Suspicion } from './derive/suspect.ts';
import { withThreads } from './derive/threadRows.ts';
import { START, settled, type Cursor } from './derive/viewport.ts';
import type { StopDebt } from './signal/stopDebt.ts';
import { tableHeight } from './store/room.ts';
import type { Plan, Proc, ProcId, Report, Sample, Scope } from './types.ts';

/** What a text prompt is for. */
export type PromptKind = 'search' | 'filter' | 'force' | 'find';

export interface MenuItem {
  readonly label: string;
  readonly value: string;
}

/** The signal box: every scope's plan is made when it opens, so rows moving under it change nothing. */
export interface SignalBox {
  readonly plans: Readonly<Record<Scope, Plan | undefined>>;
  /** The plan that hits a protected process all the same, once its name was typed; only where it stands alone. */
  readonly forced: Plan | undefined;
  readonly scope: Scope;
  /** Place in the list of choices (signal/choices.ts). */
  readonly index: number;
  /** The row under the cursor changed just before the box opened: the user is told to look. */
  readonly careful: boolean;
  /** A sweep takes in whoever starts its members again. */
  readonly withRespawner: boolean;
  /** Nothing is sent before this moment, on the clock of the kernel door. */
  readonly sureFrom: number;
}

export type Mode =
  | { readonly kind: 'table' }
  | {
      readonly kind: 'prompt';
      readonly prompt: PromptKind;
      readonly text: string;
      readonly error: string | undefined;
      /** The box to go back to, for the prompt that asks for a name. */
      readonly box?: SignalBox;
      /** The pane that is searched: it stays on the screen. */
      readonly under?: PaneMode;
    }
  | {
      readonly kind: 'menu';
      readonly menu: 'sort' | 'user';
      readonly items: readonly MenuItem[];
      readonly index: number;
    }
  | { readonly kind: 'box'; readonly box: SignalBox }
  | { readonly kind: 'sending'; readonly plan: Plan; readonly words: string; readonly aborting: boolean }
  /** Leaving while processes that we stopped are still stopped: what is to become of them? */
  | { readonly kind: 'ask' }
  /** The setup page, on the item with that key. */
  | { readonly kind: 'setup'; readonly at: string }
  | PaneMode;

/** A pane that is read: scrolled, and searched. */
export type PaneMode = (
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'details'; readonly title: string; readonly lines: readonly string[] }
  | { readonly kind: 'help' | 'log' }
) & {
  readonly top: number;
  /** What is searched for in it, and the line of the present hit; undefined where there is none. */
  readonly find?: { readonly text: string; readonly line: number | undefined };
};

export type ModeName = Mode['kind'];

export interface State extends Outlook {
  readonly sample: Sample | undefined;
  readonly rows: readonly Row[];
  readonly spawning: Spawning;
  /** The name whose growth explains the growth of the whole, and what that is told from. */
  readonly suspicion: Suspicion;
  readonly cursor: Cursor;
  /** Tagged processes, by key. */
  readonly tags: ReadonlySet<string>;
  readonly filterText: string;
  readonly search: Filter | undefined;
  readonly searchText: string;
  /** What a key looked for in vain while some were still to be read: the cursor goes there when it comes. */
  readonly sought: ((row: Row, sample: Sample) => boolean) | undefined;
  /** Digits typed so far on the way to a pid. */
  readonly digits: string;
  /** The followed process: the cursor leaves it only when the user moves. */
  readonly follow: ProcId | undefined;
  readonly paused: boolean;
  /** Counts Ctrl-L: where nothing else has changed (while it is paused) nothing would be drawn after the clearing. */
  readonly redraws: number;
  readonly fullPath: boolean;
  readonly settings: Settings;
  /** Whether threads are rows, and those that were read. */
  readonly threads: boolean;
  readonly threadsOf: ReadonlyMap<Proc, readonly Proc[]> | undefined;
  readonly mode: Mode;
  readonly message: string;
  /** The message that the last look found, and when it first did: it leaves after a while. */
  readonly shown: { readonly message: string; readonly at: number };
  /** The terminal, in cells. */
  readonly cols: number;
  readonly height: number;
  readonly log: readonly Report[];
  /** What slotop stopped and has not continued. */
  readonly debt: StopDebt;
  /** Where Esc goes back to from the members of a group or the holders of a port. */
  readonly back:
    { readonly view: ViewName; readonly filterText: string; readonly filter: Filter | undefined } | undefined;
  /** The order of the rows is held until then, on the clock of the kernel door. */
  readonly heldUntil: number;
  readonly heldOrder: HeldOrder;
  /** When the process under an untouched cursor last became another one. */
  readonly cursorChangedAt: number;
}

export type Store = StoreApi<State>;

/** How long keys hold the order of the rows, in milliseconds. */
export const HOLD_MS = 3_000;

const SORTS: Readonly<Record<ViewName, SortOrder>> = {
  processes: { column: 'PID', reverse: false },
  groups: { column: 'SLOT', reverse: false },
  ports: { column: 'PORT', reverse: false },
  slots: { column: 'USED%', reverse: false },
};

export interface Beginning {
  readonly cols: number;
  readonly height: number;
  readonly filter?: Filter | undefined;
  readonly settings?: Settings;
}

export function createAppStore({ cols, height, filter, settings = USUAL_SETTINGS }: Beginning): Store {
  return createStore<State>()(() => ({
    view: 'processes',
    tree: settings.tree,
    sort: SORTS,
    filter,
    uid: undefined,
    kernelThreads: false,
    collapsed: new Set<string>(),
    sample: undefined,
    rows: [],
    spawning: NOBODY_SPAWNED,
    suspicion: NO_SUSPICION,
    cursor: START,
    tags: new Set<string>(),
    filterText: filter?.source ?? '',
    search: undefined,
    searchText: '',
    sought: undefined,
    digits: '',
    follow: undefined,
    paused: false,
    redraws: 0,
    fullPath: false,
    settings,
    threads: false,
    threadsOf: undefined,
    mode: { kind: 'table' },
    message: '',
    shown: { message: '', at: 0 },
    cols,
    height,
    log: [],
    debt: [],
    back: undefined,
    heldUntil: 0,
    heldOrder: undefined,
    cursorChangedAt: -Infinity,
  }));
}

/** The lines of the table, with those of the threads that were read. */
export function* rowStepsFor(sample: Sample, state: State, held: State['heldOrder']): Steps<readonly Row[]> {
  const rows = yield* rowSteps(sample, state, held);
  return withThreads(rows, state.threads ? state.threadsOf : undefined);
}

/** Changes the way of looking, and puts rows and cursor right after it. */
export function change(store: Store, patch: Partial<State>): void {
  const next = { ...store.getState(), ...patch };
  if (next.sample === undefined) return store.setState(patch);
  const rows = atOnce(rowStepsFor(next.sample, next, next.heldOrder));
  store.setState({ ...patch, rows, cursor: settled(next.cursor, rows, tableHeight(next)) });
}

/** Another view, filter or order: the cursor stays on its process if that is still there, else it rests on the first line. */
export function changeView(store: Store, patch: Partial<State>): void {
  change(store, { ...patch, heldOrder: undefined, sought: undefined });
  const { rows, cursor } = store.getState();
  if (rows[cursor.index]?.key !== store.getState().cursor.key) change(store, { cursor: START });
}

/** A dialog opens or closes: the table keeps its rows and its cursor in sight. */
export function setMode(store: Store, mode: Mode): void {
  const state = { ...store.getState(), mode };
  store.setState({ mode, cursor: settled(state.cursor, state.rows, Math.max(1, tableHeight(state))) });
}

/** A key moved the cursor: the order of the rows is held for a while, so that nothing slides under the finger. */
export function move(
  store: Store,
  to: (cursor: Cursor, rows: readonly Row[], height: number) => Cursor,
  now: number,
): void {
  const state = store.getState();
  const heldOrder = state.heldOrder ?? placesOf(state.rows);
  store.setState({
    cursor: to(state.cursor, state.rows, Math.max(1, tableHeight(state))),
    heldOrder,
    heldUntil: now + HOLD_MS,
    follow: undefined,
    sought: undefined,
  });
}

/** A key looks for a row that is not there: it may be among those that are still to be read. */
export function seekLater(store: Store, sought: State['sought']): void {
  if (store.getState().sample?.isPartial === true) store.setState({ sought });
}

export function rowUnderCursor(state: State): Row | undefined {
  return state.rows[state.cursor.index];
}
