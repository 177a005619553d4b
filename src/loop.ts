// Looking at the machine again and again, on the one thread that also draws.
import type { Steps } from './derive/steps.ts';
import { needsOf } from './derive/tables.ts';
import type { Kernel } from './kernel.ts';
import type { Sampler } from './proc/sample.ts';
import { createThreadReader } from './proc/threads.ts';
import type { State, Store } from './store.ts';
import { tableHeight } from './store/room.ts';
import { sampled, sampledSteps } from './store/sampled.ts';
import type { Proc, Sample, Socket } from './types.ts';

/** A look may take this share of the time between looks; a slower machine is looked at less often. */
const LARGEST_SHARE = 0.25;
/** How long the search for the holders of ports may take in a look, in milliseconds: the first frame does not wait for it. */
const FIRST_PORT_MS = 3;
const PORT_BUDGET_MS = 4;
/** While some are not known yet it goes on between looks, in slices that no key waits for, for the same share of the time. */
const SEARCH_MS = 12;
const SEARCH_EVERY_MS = SEARCH_MS / LARGEST_SHARE;
/** The second look gives the first CPU shares, so it comes soon. */
const SECOND_LOOK_MS = 500;
/** It may come with the ports, but not so soon that a share would be of two or three clock ticks. */
const FIRST_SEARCH_MS = 250;
/**
 * What is long on a large machine is done in slices that no key waits for: reading the rest after the first look, which is
 * shown so often meanwhile, and making the rows of everybody.
 */
const SLICE_MS = 12;
const BREATH_MS = 3;
const PARTIAL_LOOK_MS = 1_000;

export interface Loop {
  /** Reads everybody now. `complete` searches the holders of every port to the end: before the user acts on a set. */
  look(complete?: boolean): Sample;
  /** The look before the first frame: of a large machine, what can be had in a moment. */
  first(): Sample;
  start(): void;
  stop(): void;
  /** Milliseconds between looks: the asked delay, or longer where looking takes long. */
  interval(): number;
}

export function createLoop(kernel: Kernel, sampler: Sampler, store: Store): Loop {
  const threads = createThreadReader(kernel);
  const delayMs = (): number => store.getState().settings.delay * 1000;
  let interval = delayMs();
  let timer: NodeJS.Timeout | undefined;
  let search: NodeJS.Timeout | undefined;
  let reading: NodeJS.Timeout | undefined;
  let drawing: NodeJS.Timeout | undefined;
  let lastState: State | undefined;

  function read(complete = false, inTurns = false): Sample {
    const state = store.getState();
    const sample = sampler.look({
      ...needsOf(state),
      visible: procsInSight(state),
      portBudgetMs: complete ? Infinity : state.sample === undefined ? FIRST_PORT_MS : PORT_BUDGET_MS,
      ...(inTurns ? { inTurnsMs: interval } : {}),
    });
    lastState = state;
    if (state.threads) store.setState({ threadsOf: threads.read(procsInSight(state), sample) });
    return sample;
  }

  function look(complete = false, inTurns = false): Sample {
    const wasDrawing = stopDrawing(); // those rows would be older than these
    const sample = read(complete, inTurns);
    sampled(store, sample);
    if (wasDrawing) rest(0);
    return sample;
  }

  function first(): Sample {
    const sample = look(false, true);
    // Only now is it known which rows are in sight.
    const state = store.getState();
    const { all, shown } = needsOf(state);
    for (const proc of procsInSight(state)) sampler.detail(proc, ['uid', ...all, ...shown]);
    return sample;
  }

  function tick(): void {
    const begun = kernel.now();
    const state = store.getState();
    clearTimeout(timer);
    clearTimeout(reading); // reading goes on when the rows are made: they are of one moment
    reading = undefined;
    if (state.paused) {
      lastState = state;
      rest(kernel.now() - begun);
      return;
    }
    const sample = read(false, isLookedAtAsBefore(state, lastState));
    drawOn(
      sampledSteps(store, sample, () => kernel.now()),
      begun,
      0,
    );
  }

  function stopDrawing(): boolean {
    const wasDrawing = drawing !== undefined;
    clearTimeout(drawing);
    drawing = undefined;
    return wasDrawing;
  }

  /** @param spent milliseconds of this look in slices before this one, which began at `begun` */
  function drawOn(steps: Steps<void>, begun: number, spent: number): void {
    stopDrawing();
    let isDone;
    do isDone = steps.next().done === true;
    while (!isDone && kernel.now() < begun + SLICE_MS);
    const took = spent + kernel.now() - begun;
    if (isDone) rest(took);
    else drawing = setTimeout(() => drawOn(steps, kernel.now(), took), BREATH_MS);
  }

  /** Until the next look, after one that took so long. */
  function rest(took: number): void {
    interval = Math.max(delayMs(), took / LARGEST_SHARE);
    timer = setTimeout(tick, nextIn(interval - took));
    if (sampler.readOn(0) !== undefined) reading ??= setTimeout(readOn, BREATH_MS);
    if (store.getState().sample?.unread === 0 && sampler.searchPorts(0))
      search ??= setTimeout(searchOn, SEARCH_EVERY_MS);
  }

  /** Whoever waits for a new server to appear is shown whose it is as soon as that is known. */
  function searchOn(): void {
    search = undefined;
    if (store.getState().paused) return;
    if (sampler.searchPorts(SEARCH_MS)) search = setTimeout(searchOn, SEARCH_EVERY_MS);
    else if (store.getState().sample?.sockets.some(isUnnamedListener) === true) tick();
  }

  /** Slices, with room for keys in between; whoever waits for all of a large machine sees it as soon as it is there. */
  function readOn(): void {
    reading = undefined;
    if (store.getState().paused) return;
    const more = sampler.readOn(SLICE_MS);
    if (more !== 'processes' && isPartial()) {
      clearTimeout(timer);
      timer = setTimeout(tick, BREATH_MS);
    } else if (more !== undefined) reading = setTimeout(readOn, BREATH_MS);
  }

  function isPartial(): boolean {
    return (store.getState().sample?.unread ?? 0) > 0;
  }

  function nextIn(ms: number): number {
    return isPartial() ? Math.min(ms, PARTIAL_LOOK_MS) : ms;
  }

  return {
    look: (complete) => look(complete),
    first,
    start() {
      timer = setTimeout(tick, nextIn(Math.min(interval, SECOND_LOOK_MS)));
      if (sampler.readOn(0) !== undefined) reading ??= setTimeout(readOn, BREATH_MS);
      if (store.getState().sample?.unread === 0 && sampler.searchPorts(0))
        search ??= setTimeout(searchOn, FIRST_SEARCH_MS);
    },
    stop() {
      clearTimeout(timer);
      clearTimeout(search);
      clearTimeout(reading);
      stopDrawing();
      search = undefined;
      reading = undefined;
    },
    interval: () => interval,
  };
}

/** Not of UDP: where names are looked up all the time, such sockets come and go at every look. */
function isUnnamedListener({ state, holders, hidden }: Socket): boolean {
  return state === 'LISTEN' && holders.length === 0 && !hidden;
}

/** Whoever has just chosen another order, view or filter, or goes on after a pause, is to see what is, not what was. */
function isLookedAtAsBefore(now: State, before: State | undefined): boolean {
  if (before === undefined) return true;
  return (
    now.view === before.view &&
    now.sort === before.sort &&
    now.filter === before.filter &&
    now.uid === before.uid &&
    now.paused === before.paused
  );
}

/** The processes of the rows on the screen, of threads too. */
function procsInSight(state: State): Proc[] {
  const { top } = state.cursor;
  const procs = state.rows
    .slice(top, top + tableHeight(state))
    .flatMap((row) => (row.kind === 'process' || row.kind === 'thread' ? [row.proc] : []));
  return [...new Set(procs)];
}
