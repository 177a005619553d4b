// The screen as lines of text: what the components show, and what is painted before they are loaded (src/show.ts). Both take
// it from here, so they can't disagree.
import { barText } from '../src/derive/barText.ts';
import { drawMeter } from '../src/derive/meterLine.ts';
import { shownMeters } from '../src/derive/meters.ts';
import { fit, safe } from '../src/derive/safe.ts';
import { statusText } from '../src/derive/statusText.ts';
import type { Theme } from '../src/derive/style.ts';
import type { Suspect } from '../src/derive/suspect.ts';
import { drawTable } from '../src/derive/tables.ts';
import { barItems } from '../src/keys.ts';
import { PROMPTS } from '../src/keys/prompting.ts';
import type { State } from '../src/store.ts';
import { tableHeight } from '../src/store/room.ts';
import type { Sample } from '../src/types.ts';
import { panelLines } from './panelLines.ts';

export interface TableLines {
  readonly head: string;
  /** The same key stands for the same row. */
  readonly rows: readonly { readonly key: string; readonly text: string }[];
  /** Blank lines below the last row; of an empty table the first one says so. */
  readonly below: readonly string[];
}

export interface MeterLook {
  readonly sample: Sample | undefined;
  readonly cols: number;
  readonly height: number;
  readonly wanted: readonly string[];
  readonly suspect: Suspect | undefined;
  /** Words on the looking itself: `LIVE 1.5s`. */
  readonly live: string;
}

export function meterLines(
  { sample, cols, height, wanted, suspect, live }: MeterLook,
  theme: Theme,
): readonly string[] {
  if (sample === undefined) return ['SLOTS looking ...'];
  return shownMeters(height, wanted).map(({ line }) =>
    drawMeter(line({ sample, theme, live, suspect }), cols, theme),
  );
}

/** The head and the rows on the screen. Rows above and below exist as data only. */
export function tableLines(state: State, theme: Theme): TableLines {
  const height = tableHeight(state);
  if (state.sample === undefined) return { head: '', rows: [], below: blanks(height) };
  const { head, lines } = drawTable(state, state.sample, height, theme);
  const below = blanks(height - lines.length);
  if (lines.length === 0 && below.length > 0) below[0] = emptyText(state, theme);
  return { head, rows: lines, below };
}

function blanks(count: number): string[] {
  return Array<string>(Math.max(0, count)).fill('');
}

function emptyText({ filterText, cols }: State, { ascii, glyphs }: Theme): string {
  const words = filterText === '' ? ' nothing to show here' : ` nothing matches ${filterText}`;
  return fit(safe(words, ascii), cols, 'left', glyphs.cut);
}

/** The status line and the function bar. */
export function footerLines(state: State, theme: Theme): readonly string[] {
  const { mode, cols } = state;
  const prompt =
    mode.kind === 'prompt'
      ? { label: PROMPTS[mode.prompt].label, text: mode.text, error: mode.error }
      : undefined;
  return [statusText(state, prompt, cols, theme), barText(barItems(state), cols, theme)];
}

/** All of it, from the top: at most as many lines as the terminal has. */
export function screenLines(state: State, live: string, theme: Theme): readonly string[] {
  const { sample, cols, height, settings, suspicion } = state;
  const meters = { sample, cols, height, wanted: settings.meters, suspect: suspicion.suspect, live };
  const { head, rows, below } = tableLines(state, theme);
  return [
    ...meterLines(meters, theme),
    head,
    ...rows.map(({ text }) => text),
    ...below,
    ...panelLines(state, theme),
    ...footerLines(state, theme),
  ].slice(0, height);
}
