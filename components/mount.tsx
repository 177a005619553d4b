// All that needs React and Ink, and so a part of the bundle of its own: tui.tsx loads it when the first look stands on the
// screen already. Loading it and its first frame take a third of the time to the first rows.
import { render, type Instance, type RenderOptions } from 'ink';
import type { AppContext } from '../hooks/useApp.ts';
import { App } from './App.tsx';

const INK = {
  alternateScreen: false, // it is entered already (src/terminal.ts); Ink would enter again, and so clear it
  incrementalRendering: true,
  interactive: true, // a CI variable in the environment, even empty, would mute Ink otherwise
  maxFps: 60,
  patchConsole: false,
  exitOnCtrlC: false,
} as const;

/** Draws the screen from the cursor on, and again at every change of the store. */
export function mount(context: AppContext, streams: Pick<RenderOptions, 'stdin' | 'stdout'>): Instance {
  return render(<App context={context} />, { ...INK, ...streams });
}
