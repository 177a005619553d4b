// Sweeping once more what somebody brought back, and whoever that is with it: the plan that a report leads to.
import { nameOf } from '../derive/name.ts';
import type { Plan, Proc, Report, Respawner, Sample } from '../types.ts';
import { makePlan, type Match, type PlanRequest } from './plan.ts';
import { signalNamed } from './signals.ts';
import { recruitsNamed, type Recruits } from './sweep/recruits.ts';

/** Those who brought the report's processes back and can be swept themselves: pid 1 is not among them. */
function respawnersOf({ respawned }: Pick<Report, 'respawned'>): Respawner[] {
  const found = new Map<number, Respawner>();
  for (const { by } of respawned) if (by !== undefined && by.pid > 1) found.set(by.pid, by);
  return [...found.values()];
}

/** Why there is no use in that; undefined where there is. */
export function whyNotAgain(report: Report): string | undefined {
  if (report.respawned.length === 0) return 'nobody came back';
  if (respawnersOf(report).length > 0) return undefined;
  const advice = report.respawned.flatMap(({ by }) => by?.advice ?? [])[0];
  return advice === undefined ? 'who brought them back is not known' : `only this stops it: ${advice}`;
}

function isBelow(proc: Proc, pids: ReadonlySet<number>, procs: Sample['procs']): boolean {
  const seen = new Set<Proc>(); // a torn look can make a ring
  for (let at = procs.get(proc.ppid); at !== undefined && !seen.has(at); at = procs.get(at.ppid)) {
    if (pids.has(at.pid)) return true;
    seen.add(at);
  }
  return false;
}

/**
 * The respawners, and all below them that have a name that was killed or came back: what else they keep is not meant.
 * @param sample a fresh look
 * @returns undefined where all of them have ended
 */
export function planAgain(report: Report, sample: PlanRequest['sample']): Plan | undefined {
  const { procs } = sample;
  const by = respawnersOf(report).filter(({ pid, starttime }) => procs.get(pid)?.starttime === starttime);
  if (by.length === 0) return undefined;
  const pids = new Set(by.map(({ pid }) => pid));
  const killed = report.targets.filter(({ outcome }) => outcome === 'killed');
  const names = new Set([...killed.map(({ name }) => name), ...report.respawned.map(({ comm }) => comm)]);
  const matches: Match[] = [];
  for (const proc of procs.values()) {
    if (pids.has(proc.pid)) matches.push({ proc, matched: 'respawner' });
    else if (names.has(nameOf(proc)) && isBelow(proc, pids, procs))
      matches.push({ proc, matched: 'respawned' });
  }
  const plan = makePlan({
    action: 'sweep',
    signal: signalNamed('KILL'),
    scope: 'selection',
    label: `${report.label.replace(/, with its respawner$/, '')}, with its respawner`,
    matches,
    sample,
  });
  return { ...plan, withRespawner: true, children: { of: [...pids], names: [...names] } };
}

/** Children of those names that these parents have, also when they are born meanwhile. */
export function recruitsAmong({ of, names }: NonNullable<Plan['children']>): Recruits {
  const parents = new Set(of);
  const named = recruitsNamed(new Set(names));
  return {
    needs: named.needs,
    match: (proc, context) =>
      parents.has(proc.ppid) && named.match(proc, context) !== undefined ? 'respawned' : undefined,
  };
}
