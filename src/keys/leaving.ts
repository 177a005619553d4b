// The ways out of the program, and what is asked on the way: nobody is left stopped unawares.
import { setMode, type ModeName } from '../store.ts';
import type { Key, KeyContext } from './key.ts';

const everywhere: readonly ModeName[] = [
  'table',
  'prompt',
  'menu',
  'box',
  'sending',
  'report',
  'details',
  'help',
  'log',
  'setup',
];

function quit({ store, effects }: KeyContext): void {
  if (store.getState().debt.length === 0) return effects.quit();
  setMode(store, { kind: 'ask' });
}

export const LEAVING: readonly Key[] = [
  { modes: ['table'], keys: ['F10', 'q'], bar: 'Quit', help: 'quit', run: quit },
  { modes: everywhere, keys: ['Ctrl-C'], help: 'quit from anywhere', run: quit },
  {
    modes: ['ask'],
    keys: ['c'],
    bar: 'Continue them and quit',
    run: ({ effects }) => {
      effects.thaw();
      effects.quit();
    },
  },
  { modes: ['ask'], keys: ['q', 'Ctrl-C'], bar: 'Leave them stopped', run: ({ effects }) => effects.quit() },
  { modes: ['ask'], keys: ['Esc'], bar: 'Stay', run: ({ store }) => setMode(store, { kind: 'table' }) },
  {
    modes: [...everywhere, 'ask'],
    keys: ['Ctrl-Z'],
    help: 'suspend to the shell; fg comes back',
    run: ({ effects }) => effects.suspend(),
  },
  {
    modes: [...everywhere, 'ask'],
    keys: ['Ctrl-L'],
    help: 'draw the screen afresh',
    run: ({ effects }) => effects.redraw(),
  },
];
