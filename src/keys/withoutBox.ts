// What reaches processes without the signal box: stopping a sweep that runs, thawing what slotop stopped, and nice.

import { thawPlan } from '../signal/stopDebt.ts';
import { rowUnderCursor } from '../store.ts';
import type { Key } from './key.ts';
import { cannotSignal } from './openingBox.ts';

/** F8 and F7: nicer and less nice, as in htop. */
function renice(by: 1 | -1): Key['run'] {
  return ({ store, effects }) => {
    const row = rowUnderCursor(store.getState());
    if (row?.kind === 'process') store.setState({ message: effects.renice(row.proc, by) });
  };
}

export const WITHOUT_BOX: readonly Key[] = [
  {
    modes: ['sending'],
    keys: ['Esc'],
    bar: 'Stop after this pass',
    run: ({ store }) => {
      const { mode } = store.getState();
      if (mode.kind === 'sending') store.setState({ mode: { ...mode, aborting: true } });
    },
  },
  {
    modes: ['table'],
    keys: ['D'],
    help: 'continue everything that slotop stopped',
    disabled: (state, effects) =>
      effects.readOnly
        ? 'read-only: slotop sends nothing'
        : state.debt.length === 0
          ? 'slotop has nothing stopped'
          : undefined,
    run: ({ store, effects }) => effects.send(thawPlan(store.getState().debt)),
  },
  {
    modes: ['table'],
    keys: ['F7', ']'],
    help: 'less nice: more CPU for the process (root only)',
    disabled: cannotSignal,
    run: renice(-1),
  },
  {
    modes: ['table'],
    keys: ['F8', '['],
    help: 'nicer: less CPU for the process',
    disabled: cannotSignal,
    run: renice(1),
  },
];
