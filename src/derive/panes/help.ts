// The help screen, made from the registries: what is not there can't be promised here.
import { COLUMNS } from '../columns.ts';
import { RULES } from '../match.ts';
import { METERS } from '../meters.ts';
import type { Theme } from '../style.ts';
import type { Pane } from './pane.ts';
import { wrapped } from './wrap.ts';

export interface HelpEntry {
  readonly keys: string;
  readonly help: string;
}

function section(title: string, entries: readonly HelpEntry[], cols: number, theme: Theme): string[] {
  const width = 2 + Math.min(20, Math.max(...entries.map(({ keys }) => keys.length)));
  const lines = entries.flatMap(({ keys, help }) => {
    const indent = 2 + Math.max(width, keys.length + 1);
    const [first = '', ...more] = wrapped(help, cols - indent, 0);
    return [
      `  ${theme.paint('strong', keys.padEnd(indent - 2))}${first}`,
      ...more.map((line) => ' '.repeat(indent) + line),
    ];
  });
  return [...wrapped(` ${title}`, cols, 2).map((line) => theme.paint('title', line)), ...lines, ''];
}

/**
 * @param keys what the key registry says of itself
 * @param cols cells of a line
 */
export function helpPane(keys: readonly HelpEntry[], cols: number, theme: Theme): Pane {
  return {
    title: 'slotop help',
    lines: [
      ...section('Keys', keys, cols, theme),
      ...section(
        'Filter and search (blanks separate words, all must match; a|b is either, ! negates)',
        RULES.map(({ form, help }) => ({ keys: form, help })),
        cols,
        theme,
      ),
      ...section(
        'Columns',
        COLUMNS.map(({ id, help }) => ({ keys: id, help })),
        cols,
        theme,
      ),
      ...section(
        'Lines above the table',
        METERS.map(({ id, help }) => ({ keys: id, help })),
        cols,
        theme,
      ),
    ],
  };
}
