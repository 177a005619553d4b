// A menu as lines: the chosen item is marked, and kept in sight.
import { fit, safe } from '../safe.ts';
import type { Theme } from '../style.ts';
import { drawPane } from './pane.ts';

export interface MenuLook {
  readonly menu: string;
  readonly items: readonly { readonly label: string }[];
  readonly index: number;
}

const TITLES: Readonly<Record<string, string>> = { sort: 'Sort by', user: 'Show processes of' };

export function drawMenu(look: MenuLook, width: number, height: number, theme: Theme): string[] {
  const lines = look.items.map(({ label }, i) => {
    const text = fit(
      `${i === look.index ? ' > ' : '   '}${safe(label, theme.ascii)}`,
      width,
      'left',
      theme.glyphs.cut,
    );
    return i === look.index ? theme.paint('cursor', text) : text;
  });
  const top = Math.max(0, look.index - Math.max(1, height - 1) + 1);
  return drawPane({ title: TITLES[look.menu] ?? look.menu, lines }, width, height, top, theme);
}
