// One round at a port: ask, wait, force, look, watch.
import type { Kernel } from '../kernel.ts';
import type { Plan, Target } from '../types.ts';
import type { Hunt } from './freePortHunt.ts';
import { persuasionOf } from './freePortPersuasion.ts';
import type { PortRows } from './freePortRows.ts';
import { isZombie, lookAt } from './look.ts';

/** Given between steps: whoever drives may draw, and comes back after `waitMs`. */
export interface FreeProgress {
  readonly phase: 'wait' | 'kill' | 'watch';
  readonly port: number;
  /** Of the phase, in milliseconds. */
  readonly remainingMs: number;
  /** Sockets and processes that are still waited for. */
  readonly left: number;
  readonly waitMs: number;
}

export interface Round {
  readonly kernel: Kernel;
  readonly port: number;
  readonly plan: Plan;
  readonly hunt: Hunt;
  readonly rows: PortRows;
  /** Those of the plan's kind that could be hit now, from a complete look. */
  readonly again: () => { readonly plan: Plan; readonly holders: ReadonlySet<number> };
  /** How long SIGTERM is given, in milliseconds. */
  readonly waitMs: number;
  readonly abort: () => boolean;
}

/** How long a row may stay after SIGKILL; measured: gone within 20 ms. */
const KILL_MS = 2_000;
/** Supervisors bring a server back within 0.5 (runit, pm2) to 1.35 s (supervisord). */
const WATCH_MS = 3_000;
const WATCH_PAUSE_MS = 100;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
/** A table of 100,000 connections costs 50 ms a look: this share of the time goes to looking. */
const SHARE = 1 / 4;
/** Whoever forks while it is killed leaves its socket to its children: so often they are killed too. */
const KILLS = 3;
/** How much of the wait is left to clients that might go by themselves. */
const PATIENCE = 0.3;

/** Targets that hold nothing and are meant all the same: descendants, and who starts holders again. */
function othersOf({ plan, port }: Round): Target[] {
  return plan.targets.filter(({ matched }) => matched !== `port ${port}`);
}

function leftOf(round: Round): number {
  const alive = othersOf(round).filter((target) => {
    const sight = lookAt(round.kernel, target);
    return typeof sight !== 'string' && !isZombie(sight);
  });
  return round.rows.left() + alive.length;
}

/** @returns whether nothing is left */
function* release(round: Round, phase: 'wait' | 'kill', forMs: number): Generator<FreeProgress, boolean> {
  const { kernel, port, abort } = round;
  const since = kernel.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const lookedAt = kernel.now();
    const left = leftOf(round);
    if (left === 0) return true;
    const remainingMs = since + forMs - kernel.now();
    if (remainingMs <= 0 || abort()) return false;
    const pause = Math.max(pauseMs, (kernel.now() - lookedAt) / SHARE);
    yield { phase, port, remainingMs, left, waitMs: Math.min(pause, Math.max(1, remainingMs)) };
  }
}

function* watch({ kernel, port, rows, abort }: Round): Generator<FreeProgress, void> {
  const until = kernel.now() + WATCH_MS;
  let cost = 0;
  for (let now = kernel.now(); now < until && !abort() && rows.respawned().length === 0; now = kernel.now()) {
    const waitMs = Math.max(WATCH_PAUSE_MS, cost / SHARE);
    yield { phase: 'watch', port, remainingMs: until - now, left: 0, waitMs };
    const lookedAt = kernel.now();
    if (rows.left() > 0) return;
    cost = kernel.now() - lookedAt;
  }
}

/**
 * Ends when nobody of the plan holds the port, or nothing helps.
 * @returns when the last of them let go, on the kernel door's clock
 */
export function* freeingRound(round: Round): Generator<FreeProgress, number | undefined> {
  const { kernel, plan, hunt, rows, waitMs, abort } = round;
  let freedAt: number | undefined;
  if (abort()) return freedAt;
  hunt.ask(plan);
  rows.giveUpOn(new Set(hunt.denied().map(({ pid }) => pid)));
  if (!rows.isHopeful()) return undefined;
  const canPersuade = plan.targets.some((target) => persuasionOf(target) !== undefined);
  let isFree = yield* release(round, 'wait', canPersuade ? waitMs * PATIENCE : waitMs);
  if (canPersuade && !isFree && !abort() && hunt.persuade(plan))
    isFree = yield* release(round, 'wait', waitMs * (1 - PATIENCE));
  for (let kills = 0; !abort(); kills++) {
    if (isFree) {
      freedAt = kernel.now();
      yield* watch(round);
      if (abort() || leftOf(round) === 0) return freedAt;
    }
    if (kills === KILLS) return undefined;
    const now = round.again();
    const held = now.plan.targets.filter(({ pid }) => now.holders.has(pid));
    // Who starts the others again goes first: it could do so between two signals.
    hunt.force({ ...now.plan, targets: [...othersOf(round), ...held] });
    isFree = yield* release(round, 'kill', KILL_MS);
  }
  return isFree ? kernel.now() : undefined;
}
