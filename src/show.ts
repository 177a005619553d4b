// The screen, first painted as text, then drawn by Ink. React and Ink take 0.1 to 0.3 s to load, so they come in parts, and
// between them keys are heard and answered by painting anew: who holds an arrow key from the first frame on waits for none
// of it.
import { screenLines } from '../components/screenLines.ts';
import type { AppContext } from '../hooks/useApp.ts';
import { themeOf } from './derive/style.ts';
import type { Output } from './output.ts';
import type { State } from './store.ts';
import type { Terminal } from './terminal.ts';

/** The screen as Ink draws it. */
export interface Drawn {
  /** Draws the next frame whole. */
  clear(): void;
  /** Draws no more; what stands there stays. */
  unmount(): void;
  /** Rejects where drawing failed. */
  waitUntilExit(): Promise<unknown>;
}

/** What mount.tsx needs that is large, so that no part takes much longer than another. */
const PARTS = [() => import('../components/layout.ts'), () => import('../components/reconciler.ts')];

/** Of a stream Ink uses what Output has, and no more. What stands there already it need not draw (build/inkLogUpdate.ts). */
const asStream = (output: Output, standing: string): NodeJS.WriteStream =>
  Object.create(output, { standing: { value: standing } }) as NodeJS.WriteStream;

/** Whoever has something to do, and is due, does it now: keys, signals, timers. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Shows the store's state, and whatever it becomes.
 * @param isOver told between the parts: the user may have left meanwhile @returns undefined then
 */
export async function show(
  context: AppContext,
  terminal: Terminal,
  output: Output,
  isOver: () => boolean,
): Promise<Drawn | undefined> {
  let standing = '';
  let painted: State | undefined;
  const paint = (): void => {
    const state = context.store.getState();
    const isResized =
      painted !== undefined && (painted.cols !== state.cols || painted.height !== state.height);
    painted = state;
    standing = terminal.paint(linesOf(state, context), isResized);
  };
  let isDue = false;
  const stop = context.store.subscribe(() => {
    // What a slow line has no room for yet Ink draws, which is soon there.
    if (isDue || output.writableNeedDrain) return;
    isDue = true; // once, however often a key changes the state
    queueMicrotask(() => {
      isDue = false;
      paint();
    });
  });
  paint();
  try {
    for (const load of PARTS) {
      await breath();
      if (isOver()) return undefined;
      await load();
    }
    await breath();
    const { mount } = await import('../components/mount.tsx');
    await breath();
    return isOver() ? undefined : mount(context, { stdout: asStream(output, standing) });
  } finally {
    stop();
  }
}

function linesOf(state: State, { live }: AppContext): readonly string[] {
  const { colour, ascii } = state.settings;
  return screenLines(state, live(state), themeOf(colour, ascii));
}
