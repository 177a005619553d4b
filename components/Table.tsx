import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { drawTable } from '../src/derive/tables.ts';
import { tableHeight } from '../src/store.ts';
import { Line, Lines } from './Lines.tsx';

/** The head and the rows on the screen. Rows above and below exist as data only. */
export function Table(): ReactElement {
  const { theme } = useApp();
  const state = useScreen((whole) => whole);
  const height = tableHeight(state);
  if (state.sample === undefined) return <Lines lines={Array<string>(height + 1).fill(' ')} />;
  const { head, lines } = drawTable(state, state.sample, height, theme);
  const blank = Array<string>(Math.max(0, height - lines.length)).fill(' ');
  if (lines.length === 0 && blank.length > 0) blank[0] = emptyWords(state.filterText);
  return (
    <>
      <Line text={head} />
      {lines.map(({ key, text }) => (
        <Line key={key} text={text} />
      ))}
      <Lines lines={blank} />
    </>
  );
}

function emptyWords(filterText: string): string {
  return filterText === '' ? ' nothing to show here' : ` nothing matches ${filterText}`;
}
