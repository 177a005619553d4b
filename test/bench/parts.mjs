// What `npm run bench` measures: one record a part. Each runs in namespaces of its own, and its result is kept until it
// is measured again, so that a run that was cut off has lost one part and no more.
import { churning } from './churning.mjs';
import { firstFrame } from './firstFrame.mjs';
import { heldKey } from './heldKey.mjs';
import { huge } from './huge.mjs';
import { inkFrame } from './inkFrame.mjs';
import { memory } from './memory.mjs';
import { oneAnswer } from './oneAnswer.mjs';
import { refresh } from './refresh.mjs';
import { slowTerminal } from './slowTerminal.mjs';

/**
 * `kind` names its table (tables.mjs), `size` the processes of its farm; `isTree` asks for a made-up proc root instead
 * (hugeRoot.mjs). Only `--full` runs the `large` ones. `minutes` is when it is given up.
 */
export const PARTS = [
  { kind: 'refresh', size: 200, rounds: 3, measure: refresh },
  { kind: 'refresh', size: 1_000, rounds: 2, measure: refresh },
  { kind: 'refresh', size: 10_000, rounds: 2, measure: refresh, isLarge: true },
  { kind: 'refresh', size: 28_000, rounds: 2, measure: refresh, isLarge: true },
  { kind: 'churn', size: 1_000, rounds: 1, measure: churning },
  { kind: 'churn', size: 10_000, rounds: 1, measure: churning, isLarge: true },
  { kind: 'keys', size: 200, measure: heldKey },
  { kind: 'keys', size: 10_000, measure: heldKey, isLarge: true },
  { kind: 'keys', size: 28_000, measure: heldKey, isLarge: true },
  { kind: 'answer', size: 200, measure: oneAnswer },
  { kind: 'answer', size: 1_000, measure: oneAnswer },
  { kind: 'answer', size: 10_000, measure: oneAnswer, isLarge: true },
  { kind: 'first', size: 200, measure: firstFrame },
  { kind: 'first', size: 1_000, measure: firstFrame },
  { kind: 'first', size: 10_000, measure: firstFrame, isLarge: true },
  { kind: 'first', size: 28_000, measure: firstFrame, isLarge: true },
  { kind: 'slow', size: 200, measure: slowTerminal },
  { kind: 'memory', size: 28_000, frames: 10_000, measure: memory, isLarge: true },
  { kind: 'memory', size: 1_000, frames: 4_000, measure: memory, isLarge: true, isChurning: true },
  { kind: 'huge', size: 100_000, measure: huge, isLarge: true, isTree: true },
  { kind: 'keys', size: 100_000, measure: heldKey, isLarge: true, isTree: true },
  { kind: 'frame', size: 0, measure: () => inkFrame() },
].map((part) => ({ ...part, name: `${part.kind}-${part.size}` }));
