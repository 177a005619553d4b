import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { commandLine } from '../src/derive/name.ts';
import { askPane } from '../src/derive/panes/ask.ts';
import { boxPane, type CommandOf } from '../src/derive/panes/box.ts';
import { helpPane } from '../src/derive/panes/help.ts';
import { drawMenu } from '../src/derive/panes/menu.ts';
import { drawPane, type Pane } from '../src/derive/panes/pane.ts';
import { logPane, reportPane } from '../src/derive/panes/report.ts';
import { safe } from '../src/derive/safe.ts';
import type { Theme } from '../src/derive/style.ts';
import { keyHelp } from '../src/keys.ts';
import { CHOICES } from '../src/signal/choices.ts';
import { panelHeight, type Mode, type State } from '../src/store.ts';
import { Lines } from './Lines.tsx';

/** The open dialog: it takes lines from the table instead of covering them. */
export function Panel(): ReactElement | null {
  const { theme } = useApp();
  const mode = useScreen((state) => state.mode);
  const width = useScreen((state) => state.cols);
  const height = useScreen(panelHeight);
  const log = useScreen((state) => state.log);
  const debt = useScreen((state) => state.debt);
  const procs = useScreen((state) => state.sample?.procs);
  const commandOf: CommandOf = ({ pid, starttime }) => {
    const proc = procs?.get(pid);
    return proc?.starttime === starttime ? commandLine(proc) : undefined;
  };
  if (height === 0) return null;
  if (mode.kind === 'menu') return <Lines lines={drawMenu(mode, width, height, theme)} />;
  const pane = paneOf(mode, log, debt, commandOf, theme);
  if (pane === undefined) return null;
  return <Lines lines={drawPane(pane, width, height, 'top' in mode ? mode.top : 0, theme)} />;
}

function paneOf(
  mode: Mode,
  log: State['log'],
  debt: State['debt'],
  commandOf: CommandOf,
  theme: Theme,
): Pane | undefined {
  switch (mode.kind) {
    case 'box': {
      const choice = CHOICES[mode.box.index];
      return choice && boxPane(mode.box, choice, commandOf, theme);
    }
    case 'sending': {
      const { plan, words, aborting } = mode;
      const title = `SIG${plan.signal.name} to ${safe(plan.label, theme.ascii)}`;
      return { title, lines: [` ${words}`, ...(aborting ? [' stopping after the pass in hand'] : [])] };
    }
    case 'ask':
      return askPane(debt, theme);
    case 'report':
      return reportPane(mode.report, theme);
    case 'help':
      return helpPane(keyHelp(), theme);
    case 'log':
      return logPane(log, theme);
    case 'details':
      return {
        title: safe(mode.title, theme.ascii),
        lines: mode.lines.map((line) => safe(line, theme.ascii)),
      };
    case 'table':
    case 'prompt':
    case 'menu':
      return undefined;
  }
}
