// The terminal up and down. Everything that keys do to the world outside the store goes out from here.
import { render } from 'ink';
import { App } from '../components/App.tsx';
import type { AppContext } from '../hooks/useApp.ts';
import { describe } from './describe.ts';
import { createDelivery } from './delivery.ts';
import type { Filter } from './derive/match.ts';
import { plural } from './derive/format.ts';
import { USUAL_SETTINGS, type Settings } from './derive/settings.ts';
import type { Kernel } from './kernel.ts';
import type { Effects } from './keys.ts';
import { createLoop, type Loop } from './loop.ts';
import { createSampler } from './proc/sample.ts';
import { renice } from './signal/renice.ts';
import { actionLogPath, openActionLog } from './signal/actionLog.ts';
import { sparedOn } from './signal/freePortPlan.ts';
import { detailHolders } from './signal/freePortSight.ts';
import { leftStopped } from './signal/leftStopped.ts';
import { createOomShield } from './signal/oomShield.ts';
import { summary } from './signal/reportText.ts';
import { stillStopped, thaw, thawCommand } from './signal/stopDebt.ts';
import { readSettings, settingsPath, writeSettings } from './settingsFile.ts';
import { change, createAppStore, type State, type Store } from './store.ts';
import type { Sample } from './types.ts';

export interface UiOptions {
  readonly kernel: Kernel;
  readonly filter: Filter | undefined;
  readonly readOnly: boolean;
  /** What the command line and the environment ask for: it goes before the settings file, and is not kept in it. */
  readonly asked: Partial<Settings>;
}

/** From fg to the first frame, in milliseconds: time spent stopped does not count. */
const AFTER_FG_MS = 50;

/** Signals that end slotop; the screen, the debt and the terminal are put right first. */
const ENDINGS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

const INK = {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true, // a CI variable in the environment, even empty, would mute Ink otherwise
  maxFps: 60,
  patchConsole: false,
  exitOnCtrlC: false,
} as const;

/** Without its marks a paste is taken for keys, and a `q` in it for the end. */
const ASK_FOR_PASTE_MARKS = '\x1b[?2004h';

/** Hands the terminal to the shell and back; Ink gives it once the screen is up. */
type Lender = (borrow: () => Promise<void>) => Promise<void>;

/** Runs the UI until the user leaves. @returns the exit code */
export async function runUi(options: UiOptions): Promise<number> {
  const { kernel, readOnly } = options;
  const path = settingsPath(process.env);
  const kept = readSettings(kernel, path);
  let keeping = kept.settings;
  const settings = { ...USUAL_SETTINGS, ...keeping, ...options.asked };
  const store = createAppStore({ ...terminalSize(), filter: options.filter, settings });
  const sampler = createSampler(kernel);
  const loop = createLoop(kernel, sampler, store);
  const log = openActionLog(kernel, actionLogPath(process.env), (why) => store.setState({ message: why }));
  const delivery = createDelivery(kernel, store, log, readOnly);
  const oomShield = createOomShield(kernel);
  let lend: Lender | undefined;
  let leave = (): void => undefined;
  let clear = (): void => undefined;

  /** Gives the terminal to the shell until fg. Whoever stops us with SIGTSTP gets it put right as well. */
  function suspend(): void {
    void lend?.(async () => {
      process.off('SIGTSTP', suspend);
      oomShield.down();
      kernel.suspendOurselves();
      await new Promise((resume) => setTimeout(resume, AFTER_FG_MS)); // keeps the program alive until fg
      if (!readOnly) oomShield.up();
      process.on('SIGTSTP', suspend);
    });
  }

  const effects: Effects = {
    readOnly,
    canSignal: kernel.canSignal,
    now: () => kernel.now(),
    look: () => loop.look(true),
    glance: () => void loop.look(),
    spared(ports, sample) {
      detailHolders(sample, new Set(ports), sampler);
      return sparedOn(kernel, sample, ports);
    },
    keepSettings(patch) {
      if (readOnly) return 'for this run only: --read-only writes nothing';
      keeping = { ...keeping, ...patch };
      const why = writeSettings(kernel, path, keeping);
      return why === undefined ? '' : `for this run only: ${why}`;
    },
    settingsChanged(patch) {
      if (patch.columns !== undefined) loop.look();
      if (patch.delay === undefined) return;
      loop.stop(); // the next look may be a minute off
      loop.start();
    },
    send: (plan) => {
      const { sample } = store.getState();
      if (sample !== undefined) delivery.run(plan, sample, () => loop.look());
    },
    describe: (id, topic) => describe(kernel, sampler, store.getState().sample, id, topic),
    renice: (id, by) => renice(kernel, id, by),
    thaw: () => void thaw(kernel, store.getState().debt),
    quit: () => leave(),
    suspend,
    redraw: () => {
      clear();
      store.setState({ redraws: store.getState().redraws + 1 });
    },
  };
  const context: AppContext = {
    store,
    effects,
    onTerminal: (lender) => void (lend = lender),
    live: (state) => liveWords(state, loop, readOnly),
  };

  // Both before the first frame invites keys: Ink asks for the marks around a paste after it, and takes them back at the end.
  process.stdin.setRawMode(true); // Node puts it back at the latest
  process.stdout.write(ASK_FOR_PASTE_MARKS);
  process.on('SIGTSTP', suspend);
  if (!readOnly) oomShield.up();
  loop.first();
  if (kept.problem !== undefined) store.setState({ message: kept.problem });
  remindOfStopped(kernel, store);
  // Before Ink's own handler, which would draw the old height into the new terminal first.
  const unwatch = watchTerminal(store, () => leave());
  const screen = render(<App context={context} />, INK);
  leave = () => screen.unmount();
  clear = () => screen.clear();
  // A throw outside of a render would leave the alternate screen with a stack trace on it.
  const crash = new Promise<never>((_, reject) => process.once('uncaughtException', reject));
  let code = 0;
  /** Somebody ends slotop: what it stopped must not stay behind. */
  const ended = (_: NodeJS.Signals, number: number): void => {
    code = 128 + number;
    leave();
  };
  for (const signal of ENDINGS) process.once(signal, ended);
  loop.start();
  let hasLeft = false;
  try {
    await Promise.race([screen.waitUntilExit(), crash]);
    hasLeft = code === 0;
  } finally {
    loop.stop();
    delivery.cancel();
    if (!hasLeft) thaw(kernel, store.getState().debt);
    unwatch();
    oomShield.down();
    process.off('SIGTSTP', suspend);
    for (const signal of ENDINGS) process.off(signal, ended);
    screen.unmount();
  }
  lastWords(kernel, store.getState());
  return code;
}

/** A slotop that was killed itself may have left some stopped: its log tells. */
function remindOfStopped(kernel: Kernel, store: Store): void {
  const path = actionLogPath(process.env);
  const left = path === undefined ? [] : leftStopped(kernel, path);
  if (left.length === 0) return;
  const words = plural(left.length, 'process', 'processes');
  store.setState({ message: `stopped by an earlier slotop: ${words} (${thawCommand(left)})` });
}

/** What the shell's scrollback keeps: what was sent, and how to continue what is still stopped. */
function lastWords(kernel: Kernel, { log, debt }: State): void {
  for (const report of log) process.stdout.write(`${summary(report)}\n`);
  const command = thawCommand(stillStopped(kernel, debt));
  if (command !== '') process.stdout.write(`still stopped; to continue: ${command}\n`);
}

function liveWords({ paused, sample }: State, loop: Loop, readOnly: boolean): string {
  const words = paused ? 'PAUSED' : `LIVE ${(loop.interval() / 1000).toFixed(1)}s${ageWords(sample, loop)}`;
  return readOnly ? `READ-ONLY ${words}` : words;
}

/** On a large machine: how many rows are still to come, or how old those can be that sleep out of sight. */
function ageWords(sample: Sample | undefined, loop: Loop): string {
  const { unread = 0, oldestMs = 0 } = sample ?? {};
  if (unread > 0) return `, ${unread} still to read`;
  return oldestMs > loop.interval() / 2 ? `, sleepers ${Math.round(oldestMs / 1000)}s` : '';
}

function terminalSize(): { cols: number; height: number } {
  return { cols: process.stdout.columns || 80, height: process.stdout.rows || 24 };
}

/** Follows the size of the terminal, and leaves when it is closed. @returns how to stop */
function watchTerminal(store: Store, leave: () => void): () => void {
  const resized = (): void => change(store, terminalSize());
  process.stdout.on('resize', resized);
  process.stdin.on('end', leave);
  process.stdin.on('error', leave);
  process.stdout.on('error', leave); // stays: the last words to a terminal that is gone must not throw either
  return () => {
    process.stdout.off('resize', resized);
    process.stdin.off('end', leave);
    process.stdin.off('error', leave);
  };
}
