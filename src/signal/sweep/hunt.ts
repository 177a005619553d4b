// What the stages of a sweep share: the census, who is a member, who was hit, and where the members come from.
import type { Kernel } from '../../kernel.ts';
import type { ProcId, Respawned } from '../../types.ts';
import { depthOf } from '../plan.ts';
import { createCensus, type Census, type Known } from './census.ts';
import { createMembership, type SweepRequest } from './membership.ts';
import { createPasses, type Passes, type Tally } from './passes.ts';
import { strikeCgroups } from './cgroups.ts';
import { createComeback } from './comeback.ts';
import { createSpawners, type Spawners } from './spawners.ts';
import type { SweepOptions, SweepProgress } from './sweep.ts';
import { isDead, isStopped, type Victim } from './victim.ts';
import { createVictims, type Victims } from './victims.ts';

/** So many of those that are back are named. */
const MOST_NAMED = 20;

export interface Hunt {
  readonly census: Census;
  readonly victims: Victims;
  readonly passes: Passes;
  readonly spawners: Spawners;
  passesMade: number;
  /** Those that were back in the last watch, with who brought them. */
  readonly back: readonly Respawned[];
  killLeafFirst(): void;
  /** Kills those whose control group holds nobody else, frozen as one. */
  strikeCgroups(): void;
  /** With the user's word, whoever brought members forth in so many passes becomes one. */
  takeInSpawners(passes: number): void;
  /** Names those that are back; with the user's word, whoever brought them becomes a member. */
  regrown(members: readonly Known[]): void;
  /** The same for the likes of targets that were meant one by one. @returns whether any is back */
  likesAreBack(): boolean;
  progress(phase: SweepProgress['phase'], tally: Tally, waitMs: number): SweepProgress;
}

export function createHunt(
  kernel: Kernel,
  request: SweepRequest,
  { withRespawner = false, intend = () => undefined }: Pick<SweepOptions, 'withRespawner' | 'intend'>,
): Hunt {
  const census = createCensus(kernel);
  const membership = createMembership(request, census, () => kernel.now());
  const victims = createVictims(kernel, census, membership, { ...request, intend });
  const spawners = createSpawners(census, membership);
  const passes = createPasses(kernel, census, membership, victims, spawners);
  const comeback = createComeback(kernel, request, census);
  let back: readonly Respawned[] = [];

  function takeIn({ pid, starttime }: ProcId, matched: string): void {
    const known = withRespawner ? census.look(pid) : undefined;
    if (known?.proc.starttime === starttime) membership.adopt(known, matched);
  }

  function isLeft({ gone, recycled, denied, killAt }: Victim): boolean {
    return !gone && !recycled && !denied && killAt === undefined;
  }

  function killLeafFirst(): void {
    const depths = new Map<number, number>();
    [...victims.all]
      .filter(isLeft)
      .map((victim) => ({ victim, depth: depthOf(victim.known.proc, census.procs, depths) }))
      .sort((a, b) => b.depth - a.depth)
      .forEach(({ victim }) => void victims.kill(victim));
  }

  return {
    census,
    victims,
    passes,
    spawners,
    passesMade: 0,
    get back() {
      return back;
    },
    killLeafFirst,
    strikeCgroups() {
      strikeCgroups(kernel, census, membership, request.plan.targets, (members) => {
        for (const known of members) if (victims.of(known) === undefined) victims.enlist(known);
        killLeafFirst();
      });
    },
    takeInSpawners(least) {
      if (withRespawner) for (const { known } of spawners.over(least)) takeIn(known.proc, 'respawner');
    },
    regrown(members) {
      back = members.slice(0, MOST_NAMED).map((known) => comeback.name(known));
      for (const { by } of back) if (by !== undefined) takeIn(by, 'respawner');
    },
    likesAreBack() {
      const found = comeback.likes(request.plan.targets);
      if (found.length > 0) back = found;
      for (const { pid, by } of found) {
        if (by !== undefined) takeIn(by, 'respawner');
        const known = census.look(pid);
        if (known !== undefined) takeIn(known.proc, 'respawned');
      }
      return found.length > 0;
    },
    progress(phase, tally, waitMs) {
      let stopped = 0;
      let denied = 0;
      let alive = 0;
      for (const victim of victims.all) {
        if (victim.denied) denied++;
        if (victim.gone || victim.recycled || victim.killAt !== undefined || isDead(victim.known.proc))
          continue;
        alive++;
        if (isStopped(victim.known.proc)) stopped++;
      }
      return { phase, pass: this.passesMade, stopped, new: tally.fresh, denied, alive, waitMs };
    },
  };
}
