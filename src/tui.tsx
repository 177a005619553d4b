// The terminal up and down, the looking in between. Everything that the UI does to the world goes out from here.
import { render, type Instance } from 'ink';
import { App } from '../components/App.tsx';
import type { AppContext } from '../hooks/useApp.ts';
import type { Filter } from './derive/match.ts';
import { DETAIL_NEEDS, detailLines } from './derive/panes/details.ts';
import { themeOf } from './derive/style.ts';
import { needsOf } from './derive/tables.ts';
import type { Effects } from './keys.ts';
import type { Kernel } from './kernel.ts';
import { tasksInUse } from './proc/loadavg.ts';
import { createSampler } from './proc/sample.ts';
import { summary } from './signal/report.ts';
import { deliverSteps } from './signal/deliver.ts';
import { change, createAppStore, sampled, setMode, tableHeight, type State, type Store } from './store.ts';
import type { Plan, ProcId, Sample } from './types.ts';

export interface UiOptions {
  readonly kernel: Kernel;
  readonly filter: Filter | undefined;
  readonly delaySeconds: number;
  readonly readOnly: boolean;
  readonly colour: boolean;
  readonly ascii: boolean;
}

/** A tick may take this share of the time between ticks; a slower machine is looked at less often. */
const LARGEST_SHARE = 0.25;
/** How long the search for the holders of ports may take in a tick, in milliseconds. */
const PORT_BUDGET_MS = 4;
/** From fg to the first frame, in milliseconds: stopped time does not count. */
const AFTER_FG_MS = 50;
/** A slice of a long delivery leaves the screen alone for so many milliseconds. */
const SLICE_MS = 30;

/** Runs the UI until the user leaves. @returns the exit code */
export async function runUi(options: UiOptions): Promise<number> {
  const { kernel } = options;
  const store = createAppStore({
    cols: process.stdout.columns || 80,
    height: process.stdout.rows || 24,
    filter: options.filter,
  });
  const sampler = createSampler(kernel);
  let interval = options.delaySeconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  let instance: Instance | undefined;
  const terminal: AppContext['terminal'] = { suspend: undefined };

  function look(portBudgetMs: number): Sample {
    const state = store.getState();
    const { all, shown } = needsOf(state);
    const { top } = state.cursor;
    const visible = state.rows
      .slice(top, top + tableHeight(state))
      .flatMap((row) => (row.kind === 'process' ? [row.proc] : []));
    const sample = sampler.look({ all, shown, visible, portBudgetMs });
    sampled(store, sample);
    return sample;
  }

  function tick(): void {
    const begun = kernel.now();
    if (!store.getState().paused) look(PORT_BUDGET_MS);
    const took = kernel.now() - begun;
    interval = Math.max(options.delaySeconds * 1000, took / LARGEST_SHARE);
    timer = setTimeout(tick, interval - took);
  }

  const effects: Effects = {
    readOnly: options.readOnly || !kernel.canSignal,
    now: () => kernel.now(),
    look: () => look(Infinity),
    send: (plan) => deliverInSlices(plan),
    describe: (id) => describe(id),
    quit: () => instance?.unmount(),
    suspend: () => void suspend(),
    redraw: () => {
      instance?.clear();
      change(store, {});
    },
  };

  /** Gives the terminal back to the shell; a timer keeps the program alive until fg. */
  async function suspend(): Promise<void> {
    await terminal.suspend?.(async () => {
      kernel.suspendOurselves();
      await new Promise((resume) => setTimeout(resume, AFTER_FG_MS));
    });
  }

  function describe(id: ProcId): readonly string[] {
    const { sample } = store.getState();
    const proc = sample?.procs.get(id.pid);
    if (sample === undefined || proc?.starttime !== id.starttime) return [' the process has ended'];
    sampler.detail(proc, DETAIL_NEEDS);
    return detailLines(proc, sample);
  }

  function deliverInSlices(plan: Plan): void {
    const steps = deliverSteps(kernel, plan, { readOnly: options.readOnly, slotsUsed: () => tasksInUse(kernel) });
    const next = (): void => {
      const until = kernel.now() + SLICE_MS;
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) {
          const report = step.value;
          store.setState({
            log: [...store.getState().log, report],
            message: summary(report),
            tags: new Set(),
          });
          setMode(store, { kind: 'report', report, top: 0 });
          look(PORT_BUDGET_MS);
          return;
        }
        setMode(store, { kind: 'sending', plan, done: step.value.done });
        if (kernel.now() >= until || step.value.waitMs > 0) return void setTimeout(next, step.value.waitMs);
      }
    };
    next();
  }

  const context: AppContext = {
    store,
    theme: themeOf(options.colour, options.ascii),
    effects,
    terminal,
    live: (state: State) =>
      state.paused ? 'PAUSED' : options.readOnly ? 'READ-ONLY' : `LIVE ${(interval / 1000).toFixed(1)}s`,
  };

  look(PORT_BUDGET_MS);
  instance = render(<App context={context} />, {
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: 60,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  // A throw outside of a render would leave the alternate screen with a stack trace on it.
  const crash = new Promise<never>((_, reject) => process.once('uncaughtException', reject));
  const stopWatching = watchTerminal(store, () => instance?.unmount());
  timer = setTimeout(tick, Math.min(interval, 500)); // the second look, which gives the first CPU shares, comes soon
  try {
    await Promise.race([instance.waitUntilExit(), crash]);
  } finally {
    instance.unmount();
    clearTimeout(timer);
    stopWatching();
  }
  for (const report of store.getState().log) process.stdout.write(`${summary(report)}\n`);
  return 0;
}

/** Follows the size of the terminal, and leaves when it is closed. @returns how to stop */
function watchTerminal(store: Store, leave: () => void): () => void {
  const resized = (): void =>
    change(store, { cols: process.stdout.columns || 80, height: process.stdout.rows || 24 });
  process.stdout.on('resize', resized);
  process.stdin.on('end', leave);
  process.stdin.on('error', leave);
  process.stdout.on('error', leave);
  return () => {
    process.stdout.off('resize', resized);
    process.stdin.off('end', leave);
    process.stdin.off('error', leave);
  };
}
