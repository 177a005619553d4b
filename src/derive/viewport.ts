// Where the cursor is. It is an identity: it stays on its process and, where it can, on its line of the screen.

export interface Cursor {
  /** Who the cursor is on; undefined while nothing is there. */
  readonly key: string | undefined;
  /** Its index among the rows, and the index of the first row on the screen. */
  readonly index: number;
  readonly top: number;
  /**
   * False until the user moves it: an untouched cursor rests on the first line, whoever is there,
   * so that a busy newcomer is seen at the top instead of being scrolled out of sight.
   */
  readonly pinned: boolean;
}

export const START: Cursor = { key: undefined, index: 0, top: 0, pinned: false };

interface Keyed {
  readonly key: string;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

function at(rows: readonly Keyed[], index: number, top: number, room: number, pinned: boolean): Cursor {
  const height = Math.max(1, room); // where a dialog leaves no line, the cursor keeps its place for later
  const last = Math.max(0, rows.length - 1);
  const place = clamp(index, 0, last);
  const lowest = Math.max(0, rows.length - height);
  const kept = clamp(top, Math.max(0, place - height + 1), place);
  return { key: rows[place]?.key, index: place, top: Math.min(kept, lowest), pinned };
}

/** The rows changed: the cursor goes where its process went and keeps its line; if the process left, it keeps its place. */
export function settled(cursor: Cursor, rows: readonly Keyed[], height: number): Cursor {
  if (!cursor.pinned) return at(rows, 0, 0, height, false);
  const found = rows[cursor.index]?.key === cursor.key ? cursor.index : indexOf(rows, cursor.key);
  if (found < 0) return at(rows, cursor.index, cursor.top, height, true);
  return at(rows, found, found - (cursor.index - cursor.top), height, true);
}

/** The user moved by some lines. */
export function moved(cursor: Cursor, rows: readonly Keyed[], height: number, by: number): Cursor {
  return at(rows, cursor.index + by, cursor.top, height, true);
}

/** The user moved by whole screens: the screen scrolls with the cursor. */
export function paged(cursor: Cursor, rows: readonly Keyed[], height: number, screens: number): Cursor {
  const by = screens * Math.max(1, height - 1);
  return at(rows, cursor.index + by, cursor.top + by, height, true);
}

/** To a certain line, kept in the middle of the screen when it was out of sight. */
export function jumped(cursor: Cursor, rows: readonly Keyed[], height: number, index: number): Cursor {
  const inSight = index >= cursor.top && index < cursor.top + height;
  return at(rows, index, inSight ? cursor.top : index - Math.floor(height / 2), height, true);
}

/** To the first line; the cursor rests there as at the start. */
export function home(rows: readonly Keyed[], height: number): Cursor {
  return at(rows, 0, 0, height, false);
}

export function indexOf(rows: readonly Keyed[], key: string | undefined): number {
  return key === undefined ? -1 : rows.findIndex((row) => row.key === key);
}
