// Plans and reports as text for people, as JSON for programs, and as an exit code. Every string is safe to print.
import { plural } from '../derive/format.ts';
import { safe } from '../derive/safe.ts';
import type { Plan, Report, Respawned, Target, TargetReport } from '../types.ts';
import { countsOf, refusedReport } from './outcome.ts';
import { effectOf } from './signals.ts';

/** DESIGN 1: the exit codes that all commands share. */
export const EXIT = { holds: 0, nothing: 1, usage: 2, incomplete: 3, denied: 4, respawned: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Outcomes after which the process has no state any more, or none of ours. */
const STATELESS = new Set(['killed', 'gone', 'recycled']);

/** What was done, in a word: the signal where one was chosen. */
function deed({ action, signal }: Pick<Plan, 'action' | 'signal'>): string {
  return action === 'signal' ? signal.name : action;
}

/** One line: `KILL group "java": 98 sent, 96 gone, 2 alive (state D), 0 denied`. */
export function summary(report: Report, ascii = false): string {
  const { signal, label, targets, counts, respawned } = report;
  const sent = counts.killed + counts.stopped + counts.signalled + counts.survived;
  const ends = effectOf(signal) === 'ends';
  const states = [...new Set(targets.flatMap((t) => (t.outcome === 'survived' ? [t.state] : [])))].sort();
  const words = [
    `${sent} sent`,
    ends || counts.killed > 0 ? `${counts.killed} gone` : '',
    counts.stopped > 0 ? `${counts.stopped} stopped` : '',
    ends && counts.signalled > 0 ? `${counts.signalled} still running` : '',
    counts.survived > 0 ? `${counts.survived} alive (state ${states.join(' ')})` : '',
    counts.gone > 0 ? `${counts.gone} had left before` : '',
    counts.recycled > 0 ? `${plural(counts.recycled, 'pid')} given out again` : '',
    counts.refused > 0 ? `${counts.refused} protected` : '',
    `${counts.denied} denied`,
    respawned.length > 0 ? `${respawned.length} back again` : '',
  ];
  return safe(`${deed(report)} ${label}: ${words.filter((word) => word !== '').join(', ')}`, ascii);
}

function identity({ pid, name, user, matched }: Target): string {
  return `${String(pid).padStart(7)} ${name} (${user}, by ${matched})`;
}

/** What will happen, one line a process: the targets, then the refused with their reasons. */
export function planLines(plan: Plan, ascii = false): string[] {
  const { label, targets, refused } = plan;
  const slots = targets.reduce((sum, { nlwp }) => sum + nlwp, 0);
  const head = `${deed(plan)} ${label}: ${plural(targets.length, 'process', 'processes')}, ${plural(slots, 'slot')}, ${refused.length} protected`;
  return [
    head,
    ...targets.map((t) => `${identity(t)} state ${t.state}${portsOf(t)}`),
    ...refused.map((t) => `${identity(t)} protected: ${t.reason}`),
  ].map((line) => safe(line, ascii));
}

function portsOf({ ports }: Target): string {
  return ports.length === 0 ? '' : `, ${ports.map((port) => `:${port}`).join(' ')}`;
}

/** What happened, one line a process; then those that came back, each with who started it and how to stop that. */
export function reportLines({ targets, respawned }: Report, ascii = false): string[] {
  const lines = targets.map((target) => {
    const state = STATELESS.has(target.outcome) ? '' : ` (state ${target.state})`;
    const detail = target.detail === null ? '' : `: ${target.detail}`;
    return `${identity(target)} ${target.outcome}${state}${detail}`;
  });
  return [...lines, ...respawned.map(respawnedLine)].map((line) => safe(line, ascii));
}

function respawnedLine({ pid, comm, by }: Respawned): string {
  const who = by === undefined ? '' : `, started by ${by.comm} (${by.pid}, ${by.kind}): ${by.advice}`;
  return `${String(pid).padStart(7)} ${comm} respawned${who}`;
}

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

/** The report as `--json` prints it (DESIGN 1). */
export function reportJson(report: Report): object {
  const { action, signal, targets, counts, passes, elapsedMs, slots, respawned } = report;
  return {
    action,
    signal: signal.name,
    targets: targets.map(targetJson),
    counts,
    passes,
    elapsedMs,
    slots,
    respawned: respawned.map(({ pid, comm, ppid, unit }) => ({ pid, comm, ppid, unit })),
  };
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
