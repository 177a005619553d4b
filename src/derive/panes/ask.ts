// The question on leaving while processes that slotop stopped are still stopped.
import type { Target } from '../../types.ts';
import { plural } from '../format.ts';
import { safe } from '../safe.ts';
import type { Theme } from '../style.ts';
import { below, lineEach } from './inSight.ts';
import type { Pane } from './pane.ts';

export function askPane(debt: readonly Target[], theme: Theme): Pane {
  return {
    title: `${plural(debt.length, 'process', 'processes')} that slotop stopped ${debt.length === 1 ? 'is' : 'are'} still stopped`,
    lines: below([
      [
        ` ${theme.paint('strong', 'c')} continues them and quits   ${theme.paint('strong', 'q')} quits and leaves them stopped   ${theme.paint('strong', 'Esc')} stays`,
      ],
      lineEach(
        debt,
        ({ pid, name, user }) =>
          `   ${String(pid).padStart(7)} ${safe(user, theme.ascii)} ${safe(name, theme.ascii)}`,
      ),
    ]),
  };
}
