// The help screen, made from the registries: what is not there can't be promised here.
import { COLUMNS } from '../columns.ts';
import { RULES } from '../match.ts';
import { METERS } from '../meters.ts';
import type { Theme } from '../style.ts';
import type { Pane } from './pane.ts';

export interface HelpEntry {
  readonly keys: string;
  readonly help: string;
}

function section(title: string, entries: readonly HelpEntry[], theme: Theme): string[] {
  const width = 2 + Math.min(20, Math.max(...entries.map(({ keys }) => keys.length)));
  return [
    theme.paint('title', ` ${title}`),
    ...entries.map(({ keys, help }) => `  ${theme.paint('strong', keys.padEnd(width))}${help}`),
    '',
  ];
}

/** @param keys what the key registry says of itself */
export function helpPane(keys: readonly HelpEntry[], theme: Theme): Pane {
  return {
    title: 'slotop help',
    lines: [
      ...section('Keys', keys, theme),
      ...section(
        'Filter and search (blanks separate words, all must match; a|b is either, ! negates)',
        RULES.map(({ form, help }) => ({ keys: form, help })),
        theme,
      ),
      ...section(
        'Columns',
        COLUMNS.map(({ id, help }) => ({ keys: id, help })),
        theme,
      ),
      ...section(
        'Lines above the table',
        METERS.map(({ id, help }) => ({ keys: id, help })),
        theme,
      ),
    ],
  };
}
