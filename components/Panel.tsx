import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { Lines } from './Lines.tsx';
import { panelLines } from './panelLines.ts';

/** The open dialog: it takes lines from the table instead of covering them. */
export function Panel(): ReactElement {
  const { theme } = useApp();
  const state = useScreen((whole) => whole);
  return <Lines lines={panelLines(state, theme)} />;
}
