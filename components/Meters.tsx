import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { drawMeter } from '../src/derive/meterLine.ts';
import { shownMeters } from '../src/derive/meters.ts';
import { Lines } from './Lines.tsx';

/** The lines above the table, from the METERS registry; fewer in a low terminal. */
export function Meters(): ReactElement {
  const { theme, live } = useApp();
  const sample = useScreen((state) => state.sample);
  const width = useScreen((state) => state.cols);
  const height = useScreen((state) => state.height);
  const wanted = useScreen(({ settings }) => settings.meters);
  const suspect = useScreen(({ suspicion }) => suspicion.suspect);
  const words = useScreen(live);
  if (sample === undefined) return <Lines lines={['SLOTS looking ...']} />;
  const lines = shownMeters(height, wanted).map(({ line }) =>
    drawMeter(line({ sample, theme, live: words, suspect }), width, theme),
  );
  return <Lines lines={lines} />;
}
