import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Theme } from '../src/derive/style.ts';
import type { State, Store } from '../src/store.ts';
import type { Effects } from '../src/keys.ts';

/** What every component may use; made once, in tui.tsx. */
export interface AppContext {
  readonly store: Store;
  readonly effects: Effects;
  /** Told once the screen is up: how to lend the terminal to the shell. */
  readonly onTerminal: (lend: (borrow: () => Promise<void>) => Promise<void>) => void;
  /** The present words on the looking: `LIVE 1.5s`, `PAUSED`. */
  readonly live: (state: State) => string;
}

/** With how things are drawn, which the setup page changes. */
export interface DrawnContext extends AppContext {
  readonly theme: Theme;
}

export const AppContext = createContext<DrawnContext | undefined>(undefined);

export function useApp(): DrawnContext {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('a component stands outside <App>');
  return app;
}

/** The narrowest slice of the state that a component draws. */
export function useScreen<Slice>(select: (state: State) => Slice): Slice {
  return useStore(useApp().store, select);
}
