// Frees a port: SIGTERM to all its holders, SIGKILL by inode to whoever holds it still, a look into the kernel's tables for
// proof, and a watch whether somebody brings it back. The goal is that the row is gone, not that a process is.
import type { Kernel } from '../kernel.ts';
import type { Plan } from '../types.ts';
import { slotsUsedIn, whyNoSignals } from './deliver.ts';
import { createHunt } from './freePortHunt.ts';
import { planFree, withRespawners, type FreePlan, type FreeWishes } from './freePortPlan.ts';
import { mayLookEverywhere, ownersOf } from './freePortHidden.ts';
import { judged, leftoversFrom, portHolders, type FreeResult } from './freePortResult.ts';
import { freeingRound, type FreeProgress } from './freePortRound.ts';
import { createPortRows } from './freePortRows.ts';
import { socketsOn, type PortSight } from './freePortSight.ts';
import { reportOf, targetReports } from './outcome.ts';
import { refusedBecause } from './send.ts';
import { stillWaiting, waitingAbove, withWaiting } from './waiting.ts';

export type { FreeProgress, FreeResult };

export interface FreeOptions extends FreeWishes {
  /** How long SIGTERM is given, in milliseconds. */
  readonly waitMs?: number;
  /** `--read-only`: every target is refused. */
  readonly readOnly?: boolean;
  /** Asked at every step; once it says yes no further signal is sent, and the result tells who is left. */
  readonly abort?: () => boolean;
  /** Take in who starts a holder again, and go round once more. */
  readonly withRespawner?: boolean;
  /** The options as they were typed (`--tree`): a command that goes on must mean the same processes. */
  readonly typed?: string;
}

/** What people are ready to wait for a server that tidies up, in milliseconds (`--wait`). */
const WAIT_MS = 5_000;
/** With the respawner taken in: it may have one itself. */
const ROUNDS = 3;

/**
 * @param sight made for this port; its last look is what `plans` was made of
 * @returns a generator: drive it as escalateSteps
 */
export function* freePortSteps(
  kernel: Kernel,
  sight: PortSight,
  plans: FreePlan,
  options: FreeOptions = {},
): Generator<FreeProgress, FreeResult> {
  const { waitMs = WAIT_MS, readOnly = false, abort = () => false, withRespawner = false } = options;
  const { port } = plans;
  const startedAt = kernel.now();
  const slotsBefore = slotsUsedIn(kernel);
  const first = sight.look(0);
  const wasListed = socketsOn(first, port).length > 0;
  const holdersBefore = portHolders(first, port);
  const barred = whyNoSignals(kernel, readOnly);
  const above = waitingAbove(plans.plan.targets, first.procs);
  const hunt = createHunt(kernel);
  const rows = createPortRows(kernel, sight, port, plans.plan, first, hunt);
  const again = (): { plan: Plan; holders: ReadonlySet<number> } => {
    const sample = sight.look();
    return { plan: planFree(kernel, sample, port, options).plan, holders: rows.holdersIn(sample) };
  };

  let plan: Plan | undefined = barred === undefined && plans.plan.targets.length > 0 ? plans.plan : undefined;
  let freedAt: number | undefined;
  for (let round = 1; plan !== undefined; round++) {
    freedAt = yield* freeingRound({ kernel, port, plan, hunt, rows, again, waitMs, abort });
    const back = rows.respawned();
    if (back.length === 0 || !withRespawner || round === ROUNDS || abort()) break;
    const sample = sight.look();
    plan = withRespawners(planFree(kernel, sample, port, options).plan, back, sample);
    if (plan !== undefined) rows.takeIn(plan, sample);
  }

  const listed = sight.rows(port, true);
  rows.meet(listed);
  const sample = listed.length > 0 ? sight.look() : sight.look(0);
  const respawned = rows.respawned();
  const waiting = stillWaiting(kernel, above, respawned);
  const judgement = judged({
    typed: options.typed,
    ...{ port, plans, rows: listed, sample, respawned, barred, waiting },
    hunted: hunt.targets(),
    denied: hunt.denied(),
    interrupted: abort(),
    wasListed,
  });
  const isBack = judgement.status === 'respawned';
  const finished = barred === undefined ? { ...plans.plan, targets: hunt.targets() } : plans.plan;
  const nothing = new Map(plans.plan.targets.map((target) => [target, refusedBecause(barred ?? '')]));
  const elapsedMs = Math.round((kernel.now() - startedAt) * 10) / 10;
  return {
    port,
    ...judgement,
    holdersBefore,
    report: reportOf({
      plan: finished,
      targets: withWaiting(
        targetReports(finished, barred === undefined ? hunt.verdicts() : nothing),
        waiting,
      ),
      elapsedMs,
      slots: { before: slotsBefore, after: slotsUsedIn(kernel) },
      respawned: isBack ? respawned : [],
      at: kernel.wall(),
    }),
    holdersAfter: listed.length > 0 ? portHolders(sample, port) : [],
    leftoverConnections: leftoversFrom(sample, sight.connections(port)),
    respawnedBy: isBack ? respawned.at(-1)?.by : undefined,
    elapsedMs,
    freedMs: freedAt === undefined ? undefined : freedAt - startedAt,
    hiddenOwners: ownersOf(sample, listed),
    mayLookEverywhere: mayLookEverywhere(sample),
  };
}
