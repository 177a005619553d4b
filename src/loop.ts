// Looking at the machine again and again, on the one thread that also draws.
import type { Steps } from './derive/steps.ts';
import { needsOf } from './derive/tables.ts';
import type { Kernel } from './kernel.ts';
import type { Sampler } from './proc/sample.ts';
import { createThreadReader } from './proc/threads.ts';
import { createSlices } from './slices.ts';
import type { State, Store } from './store.ts';
import { tableHeight } from './store/room.ts';
import { sampled, sampledSteps } from './store/sampled.ts';
import type { Proc, Sample, Socket } from './types.ts';

/** A look may take this share of the time between looks; a slower machine is looked at less often. */
const LARGEST_SHARE = 0.25;
/** How long the search for the holders of ports may take in a look, in milliseconds: the first frame does not wait for it. */
const FIRST_PORT_MS = 3;
const PORT_BUDGET_MS = 4;
/** The second look gives the first CPU shares, so it comes soon. */
const SECOND_LOOK_MS = 500;
/** It may come with the ports, but not so soon that a share would be of two or three clock ticks. */
const FIRST_SEARCH_MS = 250;
/**
 * What is long on a large machine is done in slices (slices.ts) that no key waits for: reading the rest after the first
 * look, which is shown so often meanwhile, making the rows of everybody, and searching for holders that are not known yet,
 * for the share of the time that a look may take.
 */
const SLICE_MS = 8;
const SEARCH_EVERY_MS = SLICE_MS / LARGEST_SHARE;
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
  const slice = createSlices(() => kernel.now());
  const looking = slice(tick);
  const drawing = slice(() => drawOn(kernel.now()));
  const reading = slice(readOn);
  const search = slice(searchOn);
  const delayMs = (): number => store.getState().settings.delay * 1000;
  let interval = delayMs();
  let lastState: State | undefined;
  /** The rows that are being made, and the milliseconds that this look took so far. */
  let picture: { readonly steps: Steps<void>; spent: number } | undefined;

  function read(complete = false, inTurns = false): Sample {
    const state = store.getState();
    const sample = sampler.look({
      ...needsOf(state),
      visible: procsInSight(state),
      portBudgetMs: complete ? Infinity : portBudgetMs(state.sample),
      ...(inTurns ? { inTurnsMs: interval } : {}),
    });
    lastState = state;
    if (state.threads) store.setState({ threadsOf: threads.read(procsInSight(state), sample) });
    return sample;
  }

  function look(complete = false, inTurns = false): Sample {
    const wasDrawing = drawing.isWaiting();
    drawing.stop(); // those rows would be older than these
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
    reading.stop(); // it goes on when the rows are made: they are of one moment
    if (state.paused) {
      lastState = state;
      rest(kernel.now() - begun);
      return;
    }
    const sample = read(false, isLookedAtAsBefore(state, lastState));
    picture = { steps: sampledSteps(store, sample, () => kernel.now()), spent: 0 };
    drawOn(begun);
  }

  /** @param begun when this slice began: the first is in one with the look */
  function drawOn(begun: number): void {
    if (picture === undefined) return;
    let isDone = false;
    while (!isDone && kernel.now() < begun + SLICE_MS) isDone = picture.steps.next().done === true;
    picture.spent += kernel.now() - begun;
    if (isDone) rest(picture.spent);
    else drawing.after(0);
  }

  /** Until the next look, after one that took so long. */
  function rest(took: number): void {
    picture = undefined;
    interval = Math.max(delayMs(), took / LARGEST_SHARE);
    looking.after(nextIn(interval - took));
    goOn(SEARCH_EVERY_MS);
  }

  /** What a look left undone. */
  function goOn(searchIn: number): void {
    if (sampler.readOn(0) !== undefined && !reading.isWaiting()) reading.after(0);
    const isWhole = store.getState().sample?.isPartial === false;
    if (isWhole && sampler.searchPorts(0) && !search.isWaiting()) search.after(searchIn);
  }

  /** Whoever waits for a new server to appear is shown whose it is as soon as that is known. */
  function searchOn(): void {
    if (store.getState().paused) return;
    if (sampler.searchPorts(SLICE_MS)) search.after(SEARCH_EVERY_MS);
    else if (store.getState().sample?.sockets.some(isUnnamedListener) === true) tick();
  }

  /** Whoever waits for all of a large machine sees it as soon as it is there. */
  function readOn(): void {
    if (store.getState().paused) return;
    const more = sampler.readOn(SLICE_MS);
    if (more !== 'processes' && isPartial()) looking.after(0);
    else if (more !== undefined) reading.after(0);
  }

  function isPartial(): boolean {
    return store.getState().sample?.isPartial === true;
  }

  function nextIn(ms: number): number {
    return isPartial() ? Math.min(ms, PARTIAL_LOOK_MS) : ms;
  }

  return {
    look: (complete) => look(complete),
    first,
    start() {
      looking.after(nextIn(Math.min(interval, SECOND_LOOK_MS)));
      goOn(FIRST_SEARCH_MS);
    },
    stop: () => [looking, drawing, reading, search].forEach((task) => task.stop()),
    interval: () => interval,
  };
}

/** The first look that has everybody of a large machine leaves all of the search to its own slices. */
function portBudgetMs(before: Sample | undefined): number {
  if (before === undefined) return FIRST_PORT_MS;
  return before.isPartial === true ? 0 : PORT_BUDGET_MS;
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
