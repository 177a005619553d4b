// The status line: the one place for messages, and what is in force.
import { plural } from './format.ts';
import { fit, safe } from './safe.ts';
import type { Theme } from './style.ts';

export interface StatusLook {
  readonly message: string;
  readonly tags: ReadonlySet<string>;
  readonly filterText: string;
  readonly uid: number | undefined;
  readonly follow: { readonly pid: number } | undefined;
  readonly rows: readonly unknown[];
  readonly searchText: string;
  readonly view: string;
  readonly tree: boolean;
  readonly paused: boolean;
  readonly debt: readonly unknown[];
  readonly heldOrder: unknown;
  readonly back: unknown;
}

/** @param prompt what is being typed; it takes the whole line */
export function statusText(
  look: StatusLook,
  prompt: { readonly label: string; readonly text: string; readonly error: string | undefined } | undefined,
  width: number,
  theme: Theme,
): string {
  if (prompt !== undefined) {
    const error = prompt.error === undefined ? '' : `   ${prompt.error}`;
    return fit(
      safe(` ${prompt.label}: ${prompt.text}_${error}`, theme.ascii),
      width,
      'left',
      theme.glyphs.cut,
    );
  }
  const words = [
    look.view === 'processes'
      ? `${look.tree ? 'tree' : 'list'} ${look.rows.length}`
      : `${look.view} ${look.rows.length}`,
    ...(look.tags.size > 0 ? [`${plural(look.tags.size, 'process', 'processes')} tagged`] : []),
    ...(look.filterText !== ''
      ? [`filter ${look.filterText}${look.back === undefined ? '' : ' (Esc goes back)'}`]
      : []),
    ...(look.uid !== undefined ? [`uid ${look.uid} only`] : []),
    ...(look.searchText !== '' ? [`search ${look.searchText} (n N)`] : []),
    ...(look.follow !== undefined ? [`follow ${look.follow.pid}`] : []),
    ...(look.paused ? ['PAUSED (Z goes on)'] : []),
    ...(look.heldOrder !== undefined ? ['order held'] : []),
  ];
  // What is owed to others stands first: a long message must not push it out of sight.
  const owed = look.debt.length > 0 ? `${look.debt.length} stopped by slotop (D continues)   ` : '';
  const text = ` ${owed}${look.message === '' ? '' : `${look.message}   `}${words.join(' | ')}`;
  return fit(safe(text, theme.ascii), width, 'left', theme.glyphs.cut);
}
