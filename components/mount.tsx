// All that needs React and Ink, and so a part of the bundle of its own: src/show.ts loads it when the first look stands on
// the screen already. Loading it and its first frame take a third of the time to the first rows.
import { render, type Instance, type RenderOptions } from 'ink';
import type { AppContext } from '../hooks/useApp.ts';
import { App } from './App.tsx';

const INK = {
  alternateScreen: false, // it is entered already (src/terminal.ts); Ink would enter again, and so clear it
  incrementalRendering: true,
  interactive: true, // a CI variable in the environment, even empty, would mute Ink otherwise
  maxFps: 250, // the second of two keys is drawn that soon; 60 would leave it to a timer behind whatever is due then
  patchConsole: false,
  exitOnCtrlC: false,
} as const;

/** Draws the screen from the cursor on, and again at every change of the store. */
export function mount(context: AppContext, stream: Pick<RenderOptions, 'stdout'>): Instance {
  return render(<App context={context} />, { ...INK, ...stream });
}
