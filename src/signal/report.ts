// Reports for programs: as JSON, and as an exit code.
import { pidList, returnedOf } from '../derive/returned.ts';
import type { Plan, Report, Target, TargetReport } from '../types.ts';
import { countsOf, refusedReport, STATELESS } from './outcome.ts';

/** DESIGN 1: the exit codes that all commands share. */
export const EXIT = { holds: 0, nothing: 1, usage: 2, incomplete: 3, denied: 4, respawned: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * 0 all that was asked for holds; 1 nothing matched; 3 a target survived; 5 respawned; 4 not permitted.
 * A protected process is dropped from a set without a fault; named by its pid, or alone, it was asked for and refused.
 */
export function exitCode({ counts, targets, respawned }: Report): ExitCode {
  if (counts.matched === 0) return EXIT.nothing;
  if (counts.survived > 0) return EXIT.incomplete;
  if (respawned.length > 0) return EXIT.respawned;
  const refusedByPid = targets.some(({ outcome, matched }) => outcome === 'refused' && matched === 'pid');
  if (counts.denied > 0 || refusedByPid || counts.refused === counts.matched) return EXIT.denied;
  return EXIT.holds;
}

/**
 * The report as `--json` prints it (DESIGN 1).
 * @param again what to give as one who may, for those that were denied
 */
export function reportJson(report: Report, again?: string): object {
  const { action, signal, targets, counts, passes, elapsedMs, slots, respawned } = report;
  return {
    action,
    signal: signal.name,
    targets: targets.map((target) => targetJson({ ...target, detail: fullDetail(target, report, again) })),
    counts,
    passes,
    elapsedMs,
    slots,
    respawned: respawned.map(({ pid, comm, ppid, unit }) => ({ pid, comm, ppid, unit })),
  };
}

/** A program reads the detail alone: what stands in lines of their own for people is in it too. */
function fullDetail(target: TargetReport, { respawned }: Report, again: string | undefined): string | null {
  const { outcome, comm, detail } = target;
  if (outcome === 'denied' && again !== undefined) return `${detail ?? 'denied'}; as root: ${again}`;
  if (outcome !== 'killed') return detail;
  const back = returnedOf(respawned).find((one) => one.comm === comm);
  if (back === undefined) return detail;
  const { by } = back;
  const who = by === undefined ? '' : `, started by ${by.comm} (${by.pid}, ${by.kind}): ${by.advice}`;
  return `${detail === null ? '' : `${detail}; `}back as ${pidList(back.pids)}${who}`;
}

function targetJson({
  pid,
  starttime,
  comm,
  name,
  user,
  matched,
  outcome,
  state,
  detail,
}: TargetReport): object {
  return {
    pid,
    starttime,
    comm,
    name,
    user,
    matched,
    outcome,
    state: STATELESS.has(outcome) ? null : state,
    detail,
  };
}

/** `--dry-run --json`: the same document, with no outcome for those that would be hit. */
export function dryRunJson(plan: Plan, slotsUsed: number): object {
  const { action, signal, targets, refused } = plan;
  return {
    action,
    signal: signal.name,
    targets: [
      ...targets.map((target) => ({ ...planned(target), outcome: null, state: target.state, detail: null })),
      ...refused.map((target) => ({
        ...planned(target),
        outcome: 'refused',
        state: target.state,
        detail: target.reason,
      })),
    ],
    counts: { ...countsOf(refused.map(refusedReport)), matched: targets.length + refused.length },
    passes: 0,
    elapsedMs: 0,
    slots: { before: slotsUsed, after: slotsUsed },
    respawned: [],
  };
}

function planned({ pid, starttime, comm, name, user, matched }: Target): object {
  return { pid, starttime, comm, name, user, matched };
}
