// How the lines of the terminal are shared out: meters, table, and the open dialog, which takes its lines from the table.
import { shownMeters } from '../derive/meters.ts';
import type { Mode, State } from '../store.ts';

/** Lines that are not rows: the head, the status line, the function bar. */
const FRAME_LINES = 3;

/** What stands in the body of the screen: a prompt that searches a pane leaves it there. */
export function bodyMode(mode: Mode): Mode {
  return mode.kind === 'prompt' ? (mode.under ?? mode) : mode;
}

type Room = Pick<State, 'mode' | 'height' | 'settings'>;

function bodyHeight({ height, settings }: Room): number {
  return Math.max(0, height - FRAME_LINES - shownMeters(height, settings.meters).length);
}

/** Lines that the open dialog takes from the table. */
export function panelHeight(state: Room): number {
  const room = bodyHeight(state);
  const mode = bodyMode(state.mode);
  switch (mode.kind) {
    case 'ask':
    case 'box':
    case 'sending':
    case 'report':
    case 'setup':
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
export function tableHeight(state: Room): number {
  return Math.max(0, bodyHeight(state) - panelHeight(state));
}
