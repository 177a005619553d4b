import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { Line, Lines } from './Lines.tsx';
import { tableLines } from './screenLines.ts';

/** The table as it is in sight. */
export function Table(): ReactElement {
  const { theme } = useApp();
  const { head, rows, below } = tableLines(
    useScreen((whole) => whole),
    theme,
  );
  return (
    <>
      <Line text={head} />
      {rows.map(({ key, text }) => (
        <Line key={key} text={text} />
      ))}
      <Lines lines={below} />
    </>
  );
}
