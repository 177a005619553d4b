import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { Lines } from './Lines.tsx';
import { footerLines } from './screenLines.ts';

/** The status line and the function bar. */
export function Footer(): ReactElement {
  const { theme } = useApp();
  const state = useScreen((whole) => whole);
  return <Lines lines={footerLines(state, theme)} />;
}
