// The state of the screen: what was sampled, how it is looked at, and which dialog is open. Small, addressed by
// identity, and without effects: signals, looks and the terminal are keys' business (keys/*.ts through Effects).
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Filter } from './derive/match.ts';
import { meterCount } from './derive/meters.ts';
import type { SortOrder } from './derive/order.ts';
import type { Outlook, ViewName } from './derive/outlook.ts';
import { keyOf, type Row } from './derive/row.ts';
import { rowsOf } from './derive/rows.ts';
import { START, settled, type Cursor } from './derive/viewport.ts';
import { owed, type StopDebt } from './signal/stopDebt.ts';
import type { Plan, ProcId, Report, Sample, Scope } from './types.ts';

/** What a text prompt is for. */
export type PromptKind = 'search' | 'filter' | 'force';

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
  | { readonly kind: 'report'; readonly report: Report; readonly top: number }
  | {
      readonly kind: 'details';
      readonly title: string;
      readonly lines: readonly string[];
      readonly top: number;
    }
  | { readonly kind: 'help' | 'log'; readonly top: number };

export type ModeName = Mode['kind'];

export interface State extends Outlook {
  readonly sample: Sample | undefined;
  readonly rows: readonly Row[];
  readonly cursor: Cursor;
  /** Tagged processes, by key. */
  readonly tags: ReadonlySet<string>;
  readonly filterText: string;
  readonly search: Filter | undefined;
  readonly searchText: string;
  /** Digits typed so far on the way to a pid. */
  readonly digits: string;
  /** The followed process: the cursor leaves it only when the user moves. */
  readonly follow: ProcId | undefined;
  readonly paused: boolean;
  readonly fullPath: boolean;
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
  readonly heldOrder: ReadonlyMap<string, number> | undefined;
  /** When the process under an untouched cursor last became another one. */
  readonly cursorChangedAt: number;
}

export type Store = StoreApi<State>;

/** Lines that are not rows: the head, the status line, the function bar. */
const FRAME_LINES = 3;
/** How long keys hold the order of the rows, in milliseconds. */
export const HOLD_MS = 3_000;
/** How long a message stays, in milliseconds. */
const MESSAGE_MS = 8_000;

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
}

export function createAppStore({ cols, height, filter }: Beginning): Store {
  return createStore<State>()(() => ({
    view: 'processes',
    tree: true,
    sort: SORTS,
    filter,
    uid: undefined,
    kernelThreads: false,
    collapsed: new Set<string>(),
    sample: undefined,
    rows: [],
    cursor: START,
    tags: new Set<string>(),
    filterText: filter?.source ?? '',
    search: undefined,
    searchText: '',
    digits: '',
    follow: undefined,
    paused: false,
    fullPath: false,
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

/** Lines that the open dialog takes from the table. */
export function panelHeight({ mode, height }: Pick<State, 'mode' | 'height'>): number {
  const room = Math.max(0, height - FRAME_LINES - meterCount(height));
  switch (mode.kind) {
    case 'ask':
    case 'box':
    case 'sending':
    case 'report':
      return Math.min(room, Math.max(9, Math.floor(room * 0.6)));
    case 'menu':
      return Math.min(room, mode.items.length + 1, Math.max(6, Math.floor(room * 0.6)));
    case 'help':
    case 'log':
    case 'details':
      return room;
    case 'table':
    case 'prompt':
      return 0;
  }
}

/** Rows of the table on the screen. */
export function tableHeight(state: Pick<State, 'mode' | 'height'>): number {
  return Math.max(0, state.height - FRAME_LINES - meterCount(state.height) - panelHeight(state));
}

/** Changes the way of looking, and puts rows and cursor right after it. */
export function change(store: Store, patch: Partial<State>): void {
  const next = { ...store.getState(), ...patch };
  if (next.sample === undefined) return store.setState(patch);
  const rows = rowsOf(next.sample, next, next.heldOrder);
  store.setState({ ...patch, rows, cursor: settled(next.cursor, rows, tableHeight(next)) });
}

/** Another view, filter or order: the cursor stays on its process if that is still there, else it rests on the first line. */
export function changeView(store: Store, patch: Partial<State>): void {
  change(store, { ...patch, heldOrder: undefined });
  const { rows, cursor } = store.getState();
  if (rows[cursor.index]?.key !== store.getState().cursor.key) change(store, { cursor: START });
}

/** A dialog opens or closes: the table keeps its rows and its cursor in sight. */
export function setMode(store: Store, mode: Mode): void {
  const state = { ...store.getState(), mode };
  store.setState({ mode, cursor: settled(state.cursor, state.rows, Math.max(1, tableHeight(state))) });
}

/** A new look at the machine. */
export function sampled(store: Store, sample: Sample): void {
  const state = store.getState();
  const heldOrder = sample.at < state.heldUntil ? state.heldOrder : undefined;
  const rows = rowsOf(sample, state, heldOrder);
  const cursor = settled(state.cursor, rows, tableHeight(state));
  const left = state.cursor.key !== undefined && cursor.key !== state.cursor.key;
  store.setState({
    sample,
    rows,
    cursor,
    heldOrder,
    tags: living(state.tags, sample),
    debt: owed(state.debt, sample),
    cursorChangedAt: left ? sample.at : state.cursorChangedAt,
    ...aged(state, sample),
    ...followed(state, sample),
  });
}

function aged({ message, shown }: State, { at }: Sample): Partial<State> {
  if (message !== shown.message) return { shown: { message, at } };
  return message !== '' && at - shown.at > MESSAGE_MS ? { message: '', shown: { message: '', at } } : {};
}

function living(tags: ReadonlySet<string>, sample: Sample): ReadonlySet<string> {
  const kept = [...tags].filter((key) => {
    const proc = sample.procs.get(Number.parseInt(key, 10));
    return proc !== undefined && keyOf(proc) === key;
  });
  return kept.length === tags.size ? tags : new Set(kept);
}

function followed(state: State, sample: Sample): Partial<State> {
  const { follow } = state;
  if (follow === undefined || sample.procs.get(follow.pid)?.starttime === follow.starttime) return {};
  return { follow: undefined, message: `followed process ${follow.pid} has ended` };
}

/** A key moved the cursor: the order of the rows is held for a while, so that nothing slides under the finger. */
export function move(
  store: Store,
  to: (cursor: Cursor, rows: readonly Row[], height: number) => Cursor,
  now: number,
): void {
  const state = store.getState();
  const heldOrder = state.heldOrder ?? new Map(state.rows.map(({ key }, index) => [key, index]));
  store.setState({
    cursor: to(state.cursor, state.rows, Math.max(1, tableHeight(state))),
    heldOrder,
    heldUntil: now + HOLD_MS,
    follow: undefined,
  });
}

export function rowUnderCursor(state: State): Row | undefined {
  return state.rows[state.cursor.index];
}
