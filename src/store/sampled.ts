// What a new look at the machine changes on the screen.
import { keyOf, type Row } from '../derive/row.ts';
import { spawningAfter } from '../derive/spawning.ts';
import { atOnce, type Steps } from '../derive/steps.ts';
import { suspicionAfter } from '../derive/suspect.ts';
import { jumped, settled, type Cursor } from '../derive/viewport.ts';
import { tableHeight } from './room.ts';
import { owed } from '../signal/stopDebt.ts';
import { rowStepsFor, type State, type Store } from '../store.ts';
import type { Sample } from '../types.ts';

/** How long a message stays, in milliseconds. */
const MESSAGE_MS = 8_000;

/** A new look at the machine. */
export function sampled(store: Store, sample: Sample): void {
  atOnce(sampledSteps(store, sample));
}

/**
 * The same with rests, for many processes: the rows of the look before stand until the new ones are made. Whoever leaves
 * it off for good has lost nothing but those.
 * @param clock says when they stand, as `sample.at` does
 */
export function* sampledSteps(
  store: Store,
  sample: Sample,
  clock: () => number = () => sample.at,
): Steps<void> {
  const state = store.getState();
  const spawning = spawningAfter(state.spawning, sample);
  store.setState({
    sample,
    spawning,
    suspicion: suspicionAfter(state.suspicion, sample),
    tags: living(state.tags, sample),
    debt: owed(state.debt, sample),
    ...aged(state, sample),
    ...followed(state, sample),
  });
  let look: State;
  let held: State['heldOrder'];
  let rows: readonly Row[];
  // Where the user looks otherwise by the end of it, those are not the rows that are wanted.
  do {
    look = store.getState();
    held = heldAt(sample, look);
    rows = yield* rowStepsFor(sample, look, held);
  } while (!isSameLook(look, store.getState()) || held !== heldAt(sample, store.getState()));
  const now = store.getState();
  const cursor = settled(now.cursor, rows, tableHeight(now));
  const left = now.cursor.key !== undefined && cursor.key !== now.cursor.key;
  const cursorChangedAt = left ? clock() : now.cursorChangedAt;
  store.setState({ rows, cursor, heldOrder: held, cursorChangedAt, ...foundLate(now, sample, rows, cursor) });
}

/** What was looked for before all were read is here, or it is not to come any more. */
function foundLate(state: State, sample: Sample, rows: readonly Row[], cursor: Cursor): Partial<State> {
  const { sought } = state;
  if (sought === undefined) return {};
  const index = rows.findIndex((row) => sought(row, sample));
  if (index >= 0)
    return { cursor: jumped(cursor, rows, tableHeight(state), index), sought: undefined, message: '' };
  return sample.isPartial === true ? {} : { sought: undefined };
}

function heldAt({ at }: Sample, { heldUntil, heldOrder }: State): State['heldOrder'] {
  return at < heldUntil ? heldOrder : undefined;
}

/** Whether both would have the same rows. */
function isSameLook(one: State, other: State): boolean {
  return (
    one.view === other.view &&
    one.tree === other.tree &&
    one.sort === other.sort &&
    one.filter === other.filter &&
    one.uid === other.uid &&
    one.kernelThreads === other.kernelThreads &&
    one.collapsed === other.collapsed &&
    one.threads === other.threads &&
    one.threadsOf === other.threadsOf
  );
}

function aged({ message, shown }: State, { at }: Sample): Partial<State> {
  if (message !== shown.message) return { shown: { message, at } };
  return message !== '' && at - shown.at > MESSAGE_MS ? { message: '', shown: { message: '', at } } : {};
}

function living(tags: ReadonlySet<string>, sample: Sample): ReadonlySet<string> {
  const kept = [...tags].filter((key) => {
    const proc = sample.procs.get(Number.parseInt(key, 10));
    return proc !== undefined && keyOf(proc) === key;
  });
  return kept.length === tags.size ? tags : new Set(kept);
}

function followed(state: State, sample: Sample): Partial<State> {
  const { follow } = state;
  if (follow === undefined || sample.procs.get(follow.pid)?.starttime === follow.starttime) return {};
  return { follow: undefined, message: `followed process ${follow.pid} has ended` };
}
