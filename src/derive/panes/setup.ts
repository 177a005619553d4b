// The setup page as lines: what is on, what it is, and the item under the cursor in sight.
import { fit } from '../safe.ts';
import type { Settings } from '../settings.ts';
import { setupItems } from '../setupItems.ts';
import type { Theme } from '../style.ts';
import { drawPane } from './pane.ts';

/** @param at the key of the item under the cursor */
export function drawSetup(
  settings: Settings,
  at: string,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const lines: string[] = [];
  let section = '';
  let cursorLine = 0;
  for (const { key, section: mine, state, label, help } of setupItems(settings)) {
    if (mine !== section) lines.push(theme.paint('title', ` ${mine}`));
    section = mine;
    const isHere = key === at;
    const text = fit(
      `${isHere ? ' > ' : '   '}${state.padEnd(4)} ${label.padEnd(10)} ${help}`,
      width,
      'left',
      theme.glyphs.cut,
    );
    if (isHere) cursorLine = lines.length;
    lines.push(isHere ? theme.paint('cursor', text) : text);
  }
  const top = Math.max(0, cursorLine - Math.max(1, height - 1) + 1);
  return drawPane({ title: 'Setup: what you change holds at once', lines }, width, height, top, theme);
}
