import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { boxPane } from '../src/derive/panes/box.ts';
import { helpPane } from '../src/derive/panes/help.ts';
import { drawMenu } from '../src/derive/panes/menu.ts';
import { drawPane, type Pane } from '../src/derive/panes/pane.ts';
import { logPane, reportPane } from '../src/derive/panes/report.ts';
import { safe } from '../src/derive/safe.ts';
import type { Theme } from '../src/derive/style.ts';
import { keyHelp } from '../src/keys.ts';
import { SIGNALS } from '../src/signal/signals.ts';
import { panelHeight, type Mode, type State } from '../src/store.ts';
import { Lines } from './Lines.tsx';

/** The open dialog: it takes lines from the table instead of covering them. */
export function Panel(): ReactElement | null {
  const { theme } = useApp();
  const mode = useScreen((state) => state.mode);
  const width = useScreen((state) => state.cols);
  const height = useScreen(panelHeight);
  const log = useScreen((state) => state.log);
  if (height === 0) return null;
  if (mode.kind === 'menu') return <Lines lines={drawMenu(mode, width, height, theme)} />;
  const pane = paneOf(mode, log, theme);
  if (pane === undefined) return null;
  return <Lines lines={drawPane(pane, width, height, 'top' in mode ? mode.top : 0, theme)} />;
}

function paneOf(mode: Mode, log: State['log'], theme: Theme): Pane | undefined {
  switch (mode.kind) {
    case 'box': {
      const signal = SIGNALS[mode.box.index];
      return signal && boxPane(mode.box, signal, theme);
    }
    case 'sending': {
      const { plan, done } = mode;
      const progress = ` ${done} of ${plan.targets.length} done`;
      return {
        title: `Sending SIG${plan.signal.name} to ${safe(plan.label, theme.ascii)}`,
        lines: [progress],
      };
    }
    case 'report':
      return reportPane(mode.report, theme);
    case 'help':
      return helpPane(keyHelp(), theme);
    case 'log':
      return logPane(log, theme);
    case 'details':
      return { title: 'Details', lines: mode.lines.map((line) => safe(line, theme.ascii)) };
    case 'table':
    case 'prompt':
    case 'menu':
      return undefined;
  }
}
