// The three stages of a sweep: freeze to a fixed point, kill until clean, watch. Each is bounded in time: a sweep ends.
import type { Kernel } from '../../kernel.ts';
import type { Known } from './census.ts';
import type { Hunt } from './hunt.ts';
import { newTally, type Tally } from './passes.ts';
import type { SweepOptions, SweepProgress } from './sweep.ts';

/** Passes in a row without a finding that make a fixed point: streaks of one were broken in 5 of 12 runs, of two in 2. */
const CLEAN = 5;
/** Silence of the newest pid (ms) after each clean pass, and after the last that freezes: there one that hops is met. */
const SILENCE_MS = 6;
const LAST_SILENCE_MS = 60;
const FOLLOW_MOST_MS = 400;
/**
 * A pause (ms) where all that is missing is that signals have their effect: as long as the pass took, within bounds. To
 * stop and to die takes a CPU, and ours comes first.
 */
const SHORT_PAUSE_MS = 2;
const LONG_PAUSE_MS = 25;
/** Freezing that found somebody woken in so many passes, or for so long (ms), doesn't stick. */
const WOKEN_PASSES = 6;
const WOKEN_MS = 250;
/** A stranger that had children among the members in so many passes is where they come from. */
const SPAWN_PASSES = 4;
/** Bounds of each stage, in milliseconds: a sweep ends. That of killing begins anew while those that were hit are dying. */
const FREEZE_MS = 4000;
const KILL_MS = 4000;
const RESPAWN_MS = 800;
const WATCH_MS = 3000;
const CLOSE_WATCH_MS = 250;
/** How long (ms) those are waited for that a respawner brings forth. */
const STAND_BY_MS = 300;

export type End = 'done' | 'aborted' | 'respawning';

function isClean({ fresh, woken, onTheWay }: Tally): boolean {
  return fresh + woken + onTheWay === 0;
}

/** Everybody was hit, and not everybody shows it yet: nothing to do but to let them. */
function isWaiting({ fresh, woken, onTheWay }: Tally): boolean {
  return onTheWay > 0 && fresh + woken === 0;
}

function pauseAfter(tally: Tally, tookMs: number): number {
  return isWaiting(tally) ? Math.min(LONG_PAUSE_MS, Math.max(SHORT_PAUSE_MS, Math.round(tookMs))) : 0;
}

/** STOP passes up to a fixed point, or until it is plain that freezing alone won't hold them. */
export function* freeze(kernel: Kernel, hunt: Hunt, abort: () => boolean): Generator<SweepProgress, End> {
  const startedAt = kernel.now();
  let clean = 0;
  let wokenPasses = 0;
  let wokenAt: number | undefined;
  hunt.spawners.forget();
  while (clean < CLEAN) {
    const passAt = kernel.now();
    const tally = hunt.passes.stop();
    hunt.passesMade++;
    if (tally === undefined) return 'done';
    yield hunt.progress('stop', tally, pauseAfter(tally, kernel.now() - passAt));
    if (abort()) return 'aborted';
    const isPassClean = isClean(tally);
    if (tally.woken > 0) {
      wokenPasses++;
      wokenAt ??= kernel.now();
    }
    const silence = clean === CLEAN - 1 ? LAST_SILENCE_MS : SILENCE_MS;
    const hits = isWaiting(tally) ? 0 : hunt.passes.follow('stop', silence, FOLLOW_MOST_MS);
    clean = isPassClean && hits === 0 ? clean + 1 : 0;

    hunt.takeInSpawners(SPAWN_PASSES);
    const now = kernel.now();
    const sticks =
      wokenAt === undefined || (wokenPasses < WOKEN_PASSES && (wokenPasses < 2 || now - wokenAt < WOKEN_MS));
    const isEndless = now - startedAt > FREEZE_MS || hunt.spawners.over(2 * SPAWN_PASSES).length > 0;
    if (!sticks || isEndless) return 'done';
  }
  return 'done';
}

/**
 * KILL, leaf first: a parent's death makes the kernel wake stopped orphans. Then passes until nobody is left. To die takes
 * a CPU too: where a thousand share what another load leaves of two, that was seen to take 11 s, and the watch, which does
 * not go before others, would hold the last of them to have come back.
 */
export function* slay(kernel: Kernel, hunt: Hunt, abort: () => boolean): Generator<SweepProgress, End> {
  const startedAt = kernel.now();
  let fewest = Infinity;
  let fewerAt = startedAt;
  hunt.killLeafFirst();
  hunt.spawners.forget();
  for (let clean = 0; clean < CLEAN;) {
    const passAt = kernel.now();
    const tally = hunt.passes.kill();
    hunt.passesMade++;
    if (tally === undefined) return 'done';
    yield hunt.progress('kill', tally, pauseAfter(tally, kernel.now() - passAt));
    if (abort()) return 'aborted';
    // No long silence at the end: the watch that comes next listens to the newest pid too.
    const hits = isWaiting(tally) ? 0 : hunt.passes.follow('kill', SILENCE_MS, FOLLOW_MOST_MS);
    clean = isClean(tally) && hits === 0 ? clean + 1 : 0;

    hunt.takeInSpawners(SPAWN_PASSES);
    const now = kernel.now();
    if (tally.dying < fewest) [fewest, fewerAt] = [tally.dying, now];
    if (now - fewerAt > KILL_MS) return 'done';
    if (now - startedAt > RESPAWN_MS && hunt.spawners.over(2 * SPAWN_PASSES).length > 0) return 'respawning';
  }
  return 'done';
}

/** Looks again after 250 ms and 3 s, and at every birth between. @returns whether members are back */
export function* watch(
  kernel: Kernel,
  hunt: Hunt,
  options: SweepOptions,
): Generator<SweepProgress, boolean | 'aborted'> {
  const startedAt = kernel.now();
  let isLate = false;
  hunt.regrown([]);
  for (;;) {
    const elapsed = kernel.now() - startedAt;
    const isOver = elapsed >= WATCH_MS;
    const isDue = isOver || (!isLate && elapsed >= CLOSE_WATCH_MS);
    if (isDue) {
      isLate = true;
      hunt.census.forget();
    }
    const back = (isDue ? undefined : hunt.passes.newborn()) ?? hunt.passes.look();
    if (back.length > 0) {
      hunt.regrown(back);
      return true;
    }
    if (isDue && hunt.likesAreBack()) return options.withRespawner === true;
    if (isOver) return false;
    yield hunt.progress('watch', newTally(), isLate ? 15 : 3);
    if (options.abort?.() === true) return 'aborted';
  }
}

/** The next ones that somebody brings forth while we stand by: for the report. */
export function nextOnes(kernel: Kernel, hunt: Hunt): readonly Known[] {
  for (const until = kernel.now() + STAND_BY_MS; ;) {
    const found = hunt.passes.look();
    if (found.length > 0 || kernel.now() >= until) return found;
    kernel.sleep(5);
  }
}
