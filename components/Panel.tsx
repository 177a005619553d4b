import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { commandLine } from '../src/derive/name.ts';
import { hitsMarked } from '../src/derive/find.ts';
import { askPane } from '../src/derive/panes/ask.ts';
import { boxPane, type CommandOf } from '../src/derive/panes/box.ts';
import { detailPaneLines } from '../src/derive/panes/details.ts';
import { helpPane } from '../src/derive/panes/help.ts';
import { drawMenu } from '../src/derive/panes/menu.ts';
import { drawPane, type Pane } from '../src/derive/panes/pane.ts';
import { drawSetup } from '../src/derive/panes/setup.ts';
import { logPane, reportPane } from '../src/derive/panes/report.ts';
import { safe } from '../src/derive/safe.ts';
import type { Theme } from '../src/derive/style.ts';
import { keyHelp } from '../src/keys.ts';
import { CHOICES } from '../src/signal/choices.ts';
import { bodyMode, panelHeight } from '../src/store/room.ts';
import type { Mode, State } from '../src/store.ts';
import { Lines } from './Lines.tsx';

/** The open dialog: it takes lines from the table instead of covering them. */
export function Panel(): ReactElement | null {
  const { theme } = useApp();
  const mode = useScreen((state) => bodyMode(state.mode));
  const width = useScreen((state) => state.cols);
  const height = useScreen(panelHeight);
  const log = useScreen((state) => state.log);
  const debt = useScreen((state) => state.debt);
  const procs = useScreen((state) => state.sample?.procs);
  const settings = useScreen((state) => state.settings);
  const commandOf: CommandOf = ({ pid, starttime }) => {
    const proc = procs?.get(pid);
    return proc?.starttime === starttime ? commandLine(proc) : undefined;
  };
  if (height === 0) return null;
  if (mode.kind === 'setup') return <Lines lines={drawSetup(settings, mode.at, width, height, theme)} />;
  if (mode.kind === 'menu') return <Lines lines={drawMenu(mode, width, height, theme)} />;
  const pane = paneOf(mode, width, log, debt, commandOf, theme);
  if (pane === undefined) return null;
  if (!('top' in mode)) return <Lines lines={drawPane(pane, width, height, 0, theme)} />;
  const mark = mode.find === undefined ? undefined : hitsMarked(mode.find, theme);
  return <Lines lines={drawPane(pane, width, height, mode.top, theme, mark)} />;
}

function paneOf(
  mode: Mode,
  cols: number,
  log: State['log'],
  debt: State['debt'],
  commandOf: CommandOf,
  theme: Theme,
): Pane | undefined {
  switch (mode.kind) {
    case 'box': {
      const choice = CHOICES[mode.box.index];
      return choice && boxPane(mode.box, choice, commandOf, theme, cols);
    }
    case 'sending': {
      const { plan, words, aborting } = mode;
      const title = `SIG${plan.signal.name} to ${safe(plan.label, theme.ascii)}`;
      return { title, lines: [` ${words}`, ...(aborting ? [' stopping after the pass in hand'] : [])] };
    }
    case 'ask':
      return askPane(debt, theme);
    case 'report':
      return reportPane(mode.report, theme, cols);
    case 'help':
      return helpPane(keyHelp(), cols, theme);
    case 'log':
      return logPane(log, theme, cols);
    case 'details':
      return {
        title: safe(mode.title, theme.ascii),
        lines: detailPaneLines(mode.lines, cols, theme.ascii),
      };
    case 'table':
    case 'prompt':
    case 'menu':
    case 'setup':
      return undefined;
  }
}
