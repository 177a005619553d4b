import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { Lines } from './Lines.tsx';
import { meterLines } from './screenLines.ts';

/** The lines above the table, from the METERS registry; fewer in a low terminal. */
export function Meters(): ReactElement {
  const { theme, live } = useApp();
  const sample = useScreen((state) => state.sample);
  const cols = useScreen((state) => state.cols);
  const height = useScreen((state) => state.height);
  const wanted = useScreen(({ settings }) => settings.meters);
  const suspect = useScreen(({ suspicion }) => suspicion.suspect);
  const words = useScreen(live);
  return <Lines lines={meterLines({ sample, cols, height, wanted, suspect, live: words }, theme)} />;
}
