// The open dialog, as lines of text.
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
import type { State } from '../src/store.ts';
import { bodyMode, panelHeight } from '../src/store/room.ts';

/** Exactly as many as the dialog takes from the table; none while there is none. */
export function panelLines(state: State, theme: Theme): readonly string[] {
  const height = panelHeight(state);
  if (height === 0) return [];
  const { cols, settings } = state;
  const mode = bodyMode(state.mode);
  if (mode.kind === 'setup') return drawSetup(settings, mode.at, cols, height, theme);
  if (mode.kind === 'menu') return drawMenu(mode, cols, height, theme);
  const pane = paneOf(state, theme);
  if (pane === undefined) return [];
  if (!('top' in mode)) return drawPane(pane, cols, height, 0, theme);
  const mark = mode.find === undefined ? undefined : hitsMarked(mode.find, theme);
  return drawPane(pane, cols, height, mode.top, theme, mark);
}

function paneOf(state: State, theme: Theme): Pane | undefined {
  const { cols, log, debt, sample } = state;
  const mode = bodyMode(state.mode);
  const commandOf: CommandOf = ({ pid, starttime }) => {
    const proc = sample?.procs.get(pid);
    return proc?.starttime === starttime ? commandLine(proc) : undefined;
  };
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
