// How a port stands before anything is sent: what `--dry-run` says.
import type { Kernel } from '../kernel.ts';
import type { FreePlan } from './freePortPlan.ts';
import { mayLookEverywhere, ownersOf } from './freePortHidden.ts';
import { judged, leftoversFrom, portHolders, type FreeResult } from './freePortResult.ts';
import { socketsOn, type PortSight } from './freePortSight.ts';
import { reportOf } from './outcome.ts';

/** @param sight its last look is what the plan was made of */
export function foreseen(kernel: Kernel, plans: FreePlan, sight: PortSight): FreeResult {
  const { port, plan } = plans;
  const sample = sight.look(0);
  const rows = socketsOn(sample, port);
  const holders = portHolders(sample, port);
  const ending = { port, plans, rows, sample, respawned: [], denied: [], interrupted: false };
  // Those that would be signalled hold it as yet.
  const hunted = plan.targets;
  const nobody = { ...plan, targets: [], refused: [] };
  return {
    port,
    ...judged({ ...ending, hunted, barred: undefined, wasListed: rows.length > 0 }),
    holdersBefore: holders,
    report: reportOf({
      plan: nobody,
      targets: [],
      elapsedMs: 0,
      slots: { before: 0, after: 0 },
      at: kernel.wall(),
    }),
    holdersAfter: holders,
    leftoverConnections: leftoversFrom(sample, sight.connections(port)),
    respawnedBy: undefined,
    elapsedMs: 0,
    freedMs: undefined,
    hiddenOwners: ownersOf(sample, rows),
    mayLookEverywhere: mayLookEverywhere(sample),
  };
}
