// From what matched to who will be hit. Pure: the plan that is shown is the plan that is run and reported.
import { nameOf } from '../derive/name.ts';
import { branchOf, familyOf } from '../derive/tree.ts';
import type { Action, Plan, Proc, RefusedTarget, Sample, Scope, Signal, Target } from '../types.ts';
import { isUntouchable, whyProtected } from './guard.ts';
import { standingOf, type Ground, type Standing } from './standing.ts';

export interface Match {
  readonly proc: Proc;
  /** Which field matched, as Target says. */
  readonly matched: string;
}

export interface PlanRequest {
  readonly action: Action;
  readonly signal: Signal;
  readonly scope: Scope;
  readonly label: string;
  readonly matches: readonly Match[];
  readonly sample: Ground & Pick<Sample, 'userName' | 'socketsOf'>;
  /** Where slotop stands in that look, if the asker has found it out already. */
  readonly standing?: Standing;
  /** Take in all descendants of each match. */
  readonly tree?: boolean;
  readonly exclude?: ((proc: Proc) => boolean) | undefined;
  /** A protected pid that may be hit all the same: only where it is the one and only match, without its tree. */
  readonly forced?: number | undefined;
}

/**
 * Every match is once in `targets` or in `refused`, except those that `exclude` takes out.
 * Deepest first: the death of a parent makes the kernel wake stopped orphans, and lets a supervisor bring them back.
 */
export function makePlan(request: PlanRequest): Plan {
  const { action, signal, scope, label, sample, forced } = request;
  const { procs } = sample;
  const standing = request.standing ?? standingOf(sample);
  const wanted = chosen(request, standing);
  const [only] = wanted;
  const lifted =
    forced !== undefined &&
    wanted.length === 1 &&
    only?.proc.pid === forced &&
    !isUntouchable(only.proc, standing);

  const targets: Target[] = [];
  const refused: RefusedTarget[] = [];
  for (const match of deepestFirst(wanted, procs)) {
    const target = targetOf(match, sample);
    const reason = whyProtected(match.proc, standing);
    if (reason === undefined || lifted) targets.push(target);
    else
      refused.push({
        ...target,
        reason: request.tree === true ? `${reason}; its tree is left alone` : reason,
      });
  }
  return { action, signal, scope, label, targets, refused };
}

/**
 * The matches, each process once, with their descendants where asked for, less the excluded. The tree of a protected
 * process is not taken: below init it would be the whole machine.
 */
function chosen({ matches, tree, exclude, sample }: PlanRequest, standing: Standing): Match[] {
  const { procs } = sample;
  const wanted = new Map<number, Match>();
  const take = (match: Match): void => {
    if (wanted.has(match.proc.pid) || exclude?.(match.proc) === true) return;
    wanted.set(match.proc.pid, match);
  };
  matches.forEach(take);
  if (tree !== true) return [...wanted.values()];

  const family = familyOf([...procs.values()], procs);
  for (const { proc } of matches) {
    if (whyProtected(proc, standing) !== undefined) continue;
    for (const below of branchOf(proc, family)) take({ proc: below, matched: `below ${proc.pid}` });
  }
  return [...wanted.values()];
}

function deepestFirst(matches: readonly Match[], procs: ReadonlyMap<number, Proc>): Match[] {
  const depths = new Map<number, number>();
  return matches
    .map((match) => ({ match, depth: depthOf(match.proc, procs, depths) }))
    .sort((a, b) => b.depth - a.depth)
    .map(({ match }) => match);
}

/** How many ancestors a process has; in a ring of parents, as many as were met before it closed. */
export function depthOf(
  proc: Proc,
  procs: ReadonlyMap<number, Proc>,
  known: Map<number, number> = new Map<number, number>(),
): number {
  const path: Proc[] = [];
  const onPath = new Set<number>();
  let above: Proc | undefined = proc;
  while (above !== undefined && !known.has(above.pid) && !onPath.has(above.pid)) {
    path.push(above);
    onPath.add(above.pid);
    above = procs.get(above.ppid);
  }
  let depth = above === undefined ? -1 : (known.get(above.pid) ?? -1);
  for (const step of path.reverse()) known.set(step.pid, ++depth);
  return depth;
}

function targetOf({ proc, matched }: Match, sample: PlanRequest['sample']): Target {
  const { pid, starttime, ppid, comm, uid, state, nlwp } = proc;
  const ports = new Set((sample.socketsOf.get(pid) ?? []).map(({ port }) => port));
  return {
    pid,
    starttime,
    ppid,
    comm,
    name: nameOf(proc),
    uid,
    user: sample.userName(uid),
    state,
    nlwp,
    ports: [...ports].sort((a, b) => a - b),
    matched,
  };
}
