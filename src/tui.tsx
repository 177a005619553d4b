// The terminal up and down. Everything that keys do to the world outside the store goes out from here.
import type { AppContext } from '../hooks/useApp.ts';
import { describe } from './describe.ts';
import { createDelivery } from './delivery.ts';
import type { Filter } from './derive/match.ts';
import { plural } from './derive/format.ts';
import { USUAL_SETTINGS, type Settings } from './derive/settings.ts';
import type { Kernel } from './kernel.ts';
import { listenToKeys } from './keyboard.ts';
import { answersComeBack, openTerminalDoor, typedAhead } from './kernelStreams.ts';
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
import { openOutput, type Output } from './output.ts';
import { show, type Drawn } from './show.ts';
import { openTerminal } from './terminal.ts';
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

/** A terminal that takes nothing for so long, in milliseconds, gets no more: the user waits, or whoever ends slotop. */
const PATIENCE_MS = { user: 3_000, ended: 500 };

/** Signals that end slotop; the screen, the debt and the terminal are put right first. */
const ENDINGS = [
  ...(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const),
  ...(['SIGABRT', 'SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGXFSZ', 'SIGUSR2'] as const),
  ...(['SIGTRAP', 'SIGSYS', 'SIGIO', 'SIGPWR', 'SIGSTKFLT'] as const),
];

/** Hands the terminal to the shell and back; Ink gives it once the screen is up. */
type Lender = (borrow: () => Promise<void>) => Promise<void>;

/** Runs the UI until the user leaves. @returns the exit code */
export async function runUi(options: UiOptions): Promise<number> {
  const { kernel, readOnly } = options;
  const path = settingsPath(process.env);
  const kept = readSettings(kernel, path);
  let keeping = kept.settings;
  const settings = { ...USUAL_SETTINGS, ...keeping, ...options.asked };
  const output = openOutput({
    door: openTerminalDoor(1),
    size: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }),
    now: () => kernel.now(),
    sleep: (ms) => kernel.sleep(ms),
    hear: answersComeBack() ? typedAhead : undefined,
  });
  const store = createAppStore({ ...terminalSize(output), filter: options.filter, settings });
  const sampler = createSampler(kernel);
  const loop = createLoop(kernel, sampler, store);
  const log = openActionLog(kernel, actionLogPath(process.env), (why) => store.setState({ message: why }));
  const delivery = createDelivery(kernel, store, log, readOnly);
  const oomShield = createOomShield(kernel);
  const terminal = openTerminal(process.stdin, output);
  let lend: Lender | undefined;
  let isToBeLent = false;
  let screen: Drawn | undefined;

  /** Gives the terminal to the shell until fg. Whoever stops us with SIGTSTP gets it put right as well. */
  function suspend(): void {
    isToBeLent = lend === undefined; // as soon as Ink stands
    if (lend === undefined) return;
    output.endPictures(PATIENCE_MS.user); // before the keys are given back to the shell
    void lend(async () => {
      process.off('SIGTSTP', suspend);
      oomShield.down();
      terminal.leave();
      output.finish(PATIENCE_MS.user);
      kernel.suspendOurselves();
      await new Promise((resume) => setTimeout(resume, AFTER_FG_MS)); // keeps the program alive until fg
      if (!readOnly) oomShield.up();
      terminal.listen();
      terminal.enter();
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
      screen?.clear();
      store.setState({ redraws: store.getState().redraws + 1 });
    },
  };
  const context: AppContext = {
    store,
    effects,
    onTerminal(lender) {
      lend = lender;
      if (isToBeLent) suspend();
    },
    live: (state) => liveWords(state, loop, readOnly),
  };

  let code = 0;
  let isOver = false;
  let hasLeft = false;
  const leave = (): void => {
    isOver = true;
    output.endPictures(PATIENCE_MS[code === 0 ? 'user' : 'ended']);
    screen?.unmount();
  };
  /** Somebody ends slotop: what it stopped must not stay behind. */
  const ended = (_: NodeJS.Signals, number: number): void => {
    code = 128 + number;
    leave();
  };
  async function untilTheUserLeaves(): Promise<void> {
    screen = await show(context, terminal, output, () => isOver);
    if (screen === undefined) return;
    loop.start();
    await screen.waitUntilExit();
  }
  // Before Ink's own handler, which would draw the old height into the new terminal first.
  const unwatch = watchTerminal(store, output, () => leave());
  // Not once: when Ink's own handler finds itself alone, it ends the program then and there.
  for (const signal of ENDINGS) process.on(signal, ended);
  process.on('SIGTSTP', suspend);
  // A throw outside of a render would leave the alternate screen with a stack trace on it.
  const crash = new Promise<never>((_, reject) => process.once('uncaughtException', reject));
  let deaf = (): void => undefined;
  try {
    terminal.listen();
    if (!readOnly) oomShield.up();
    loop.first();
    if (kept.problem !== undefined) store.setState({ message: kept.problem });
    remindOfStopped(kernel, store);
    terminal.enter();
    deaf = listenToKeys(process.stdin, context);
    await Promise.race([untilTheUserLeaves(), crash]);
    hasLeft = code === 0;
  } finally {
    deaf();
    loop.stop();
    delivery.cancel();
    if (!hasLeft) thaw(kernel, store.getState().debt);
    oomShield.down();
    process.off('SIGTSTP', suspend);
    for (const signal of ENDINGS) process.off(signal, ended);
    leave();
    terminal.leave();
    unwatch();
    output.finish(PATIENCE_MS[hasLeft ? 'user' : 'ended']);
  }
  output.finish(PATIENCE_MS[hasLeft ? 'user' : 'ended'], lastWords(kernel, store.getState()));
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
function lastWords(kernel: Kernel, { log, debt }: State): string {
  const command = thawCommand(stillStopped(kernel, debt));
  const words = log.map((report) => summary(report));
  if (command !== '') words.push(`still stopped; to continue: ${command}`);
  return words.map((line) => `${line}\n`).join('');
}

function liveWords({ paused, sample }: State, loop: Loop, readOnly: boolean): string {
  const words = paused ? 'PAUSED' : `LIVE ${(loop.interval() / 1000).toFixed(1)}s${ageWords(sample, loop)}`;
  return readOnly ? `READ-ONLY ${words}` : words;
}

/** On a large machine: that more rows are still to come, or how old those can be that sleep out of sight. */
function ageWords(sample: Sample | undefined, loop: Loop): string {
  const { isPartial = false, oldestMs = 0 } = sample ?? {};
  if (isPartial) return ', others still to read';
  return oldestMs > loop.interval() * 1.5 ? `, sleepers ${Math.round(oldestMs / 1000)}s` : '';
}

function terminalSize({ columns, rows }: Pick<Output, 'columns' | 'rows'>): { cols: number; height: number } {
  return { cols: columns, height: rows };
}

/** Follows the size of the terminal, and leaves when it is closed. @returns how to stop */
function watchTerminal(store: Store, output: Output, leave: () => void): () => void {
  const resized = (): void => change(store, terminalSize(output));
  const heard = (_: unknown, key: { readonly sequence?: string }): void => output.heard(key.sequence);
  output.on('resize', resized);
  output.on('error', leave);
  process.stdin.on('keypress', heard);
  process.stdout.on('resize', output.resized);
  process.stdin.on('end', leave);
  process.stdin.on('error', leave);
  return () => {
    output.off('resize', resized);
    output.off('error', leave);
    process.stdin.off('keypress', heard);
    process.stdout.off('resize', output.resized);
    process.stdin.off('end', leave);
    process.stdin.off('error', leave);
  };
}
