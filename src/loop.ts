// Looking at the machine again and again, on the one thread that also draws.
import { needsOf } from './derive/tables.ts';
import type { Kernel } from './kernel.ts';
import type { Sampler } from './proc/sample.ts';
import { sampled, tableHeight, type State, type Store } from './store.ts';
import type { ProcId, Sample } from './types.ts';

/** A look may take this share of the time between looks; a slower machine is looked at less often. */
const LARGEST_SHARE = 0.25;
/** How long the search for the holders of ports may take in a look, in milliseconds: the first, all known, some not yet. */
const FIRST_PORT_MS = 25;
const PORT_BUDGET_MS = 4;
const PORT_SEARCH_MS = 80;
/** The second look gives the first CPU shares, so it comes soon. */
const SECOND_LOOK_MS = 500;

export interface Loop {
  /** Looks now. `complete` searches the holders of every port to the end: before the user acts on a set. */
  look(complete?: boolean): Sample;
  start(): void;
  stop(): void;
  /** Milliseconds between looks: the asked delay, or longer where looking takes long. */
  interval(): number;
}

export function createLoop(kernel: Kernel, sampler: Sampler, store: Store, delayMs: number): Loop {
  let interval = delayMs;
  let timer: NodeJS.Timeout | undefined;

  function look(complete = false): Sample {
    const state = store.getState();
    const sample = sampler.look({
      ...needsOf(state),
      visible: visibleProcs(state),
      portBudgetMs: complete ? Infinity : portBudget(state.sample),
    });
    sampled(store, sample);
    return sample;
  }

  function tick(): void {
    const begun = kernel.now();
    if (!store.getState().paused) look();
    const took = kernel.now() - begun;
    interval = Math.max(delayMs, took / LARGEST_SHARE);
    timer = setTimeout(tick, interval - took);
  }

  return {
    look,
    start: () => void (timer = setTimeout(tick, Math.min(interval, SECOND_LOOK_MS))),
    stop: () => clearTimeout(timer),
    interval: () => interval,
  };
}

/** The screen is to come up soon; after that, sockets whose holders are not known yet are worth a while. */
function portBudget(sample: Sample | undefined): number {
  if (sample === undefined) return FIRST_PORT_MS;
  const searching = sample.sockets.some(({ holders, hidden }) => holders.length === 0 && !hidden);
  return searching ? PORT_SEARCH_MS : PORT_BUDGET_MS;
}

function visibleProcs(state: State): ProcId[] {
  const { top } = state.cursor;
  return state.rows
    .slice(top, top + tableHeight(state))
    .flatMap((row) => (row.kind === 'process' ? [row.proc] : []));
}
