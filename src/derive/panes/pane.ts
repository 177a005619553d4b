// A pane: a titled part of the screen of exactly so many lines, scrolled where its text is longer.
import { cells, fit } from '../safe.ts';
import type { Theme } from '../style.ts';
import type { PaneLines } from './inSight.ts';

export interface Pane {
  readonly title: string;
  /** Safe lines, perhaps with colours; they are cut to the width. */
  readonly lines: PaneLines;
}

/** A rule with the title in it. */
function titleLine(title: string, note: string, width: number, { glyphs, paint }: Theme): string {
  const words = `${glyphs.rule.repeat(2)} ${title} `;
  const rest = Math.max(0, width - cells(words) - cells(note));
  return paint('title', fit(words + glyphs.rule.repeat(rest) + note, width, 'left', ''));
}

/**
 * The pane as lines of the screen; `top` beyond its end shows its end.
 * @param mark changes a line that is shown, told by its place in the pane
 */
export function drawPane(
  pane: Pane,
  width: number,
  height: number,
  top: number,
  theme: Theme,
  mark: (line: string, at: number) => string = (line) => line,
): string[] {
  if (height <= 0) return [];
  const room = height - 1;
  const first = Math.max(0, Math.min(top, pane.lines.length - room));
  const shown = pane.lines.slice(first, first + room).map((line, at) => mark(line, first + at));
  const below = pane.lines.length - first - shown.length;
  const note = first > 0 || below > 0 ? ` ${first + shown.length}/${pane.lines.length} ` : '';
  const blank = Array<string>(room - shown.length).fill('');
  return [titleLine(pane.title, note, width, theme), ...shown, ...blank];
}
