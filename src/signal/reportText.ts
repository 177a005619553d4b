// Plans and reports as text for people. Every string is safe to print.
import { plural } from '../derive/format.ts';
import { ownersOf, pidList, returnedOf, type Returned } from '../derive/returned.ts';
import { safe } from '../derive/safe.ts';
import type { Plan, Report, Target, TargetReport } from '../types.ts';
import { STATELESS } from './outcome.ts';
import { effectOf } from './signals.ts';

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
  const isAnySent = sent > 0;
  const words = [
    isAnySent ? `${sent} sent` : 'nothing was sent',
    counts.killed > 0 || (ends && isAnySent) ? `${counts.killed} gone` : '',
    counts.stopped > 0 ? `${counts.stopped} stopped` : '',
    ends && counts.signalled > 0 ? `${counts.signalled} still running` : '',
    counts.survived > 0 ? `${counts.survived} alive (state ${states.join(' ')})` : '',
    counts.gone > 0 ? `${counts.gone} had left before` : '',
    counts.recycled > 0 ? `${plural(counts.recycled, 'pid')} given out again` : '',
    counts.refused > 0 ? `${counts.refused} protected` : '',
    isAnySent || counts.denied > 0 ? `${counts.denied} denied` : '',
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

/** So many lines are read by people; beyond that, those that went as asked are left out and the others are summed up. */
const MANY = 20;
const AS_ASKED = new Set(['killed', 'stopped', 'signalled', 'gone']);

/** What happened, one line a process; then those that came back, each with who started it and how to stop that. */
export function reportLines({ targets, respawned }: Report, ascii = false): string[] {
  const lines =
    targets.length > MANY ? summedUp(targets) : targets.map((one) => `${identity(one)} ${fateOf(one)}`);
  return [...lines, ...returnedOf(respawned).map(returnedLine)].map((line) => safe(line, ascii));
}

function fateOf({ outcome, state, detail }: TargetReport): string {
  // Of one that got no signal its state tells nothing.
  if (outcome === 'refused') return `refused (protected): ${detail ?? ''}`;
  if (outcome === 'denied') return `denied (${detail ?? 'not permitted'})`;
  const inState = STATELESS.has(outcome) ? '' : ` (state ${state})`;
  return `${outcome}${inState}${detail === null ? '' : `: ${detail}`}`;
}

/** What went otherwise than asked, a line for all of the same fate. */
function summedUp(targets: readonly TargetReport[]): string[] {
  const fates = new Map<string, TargetReport[]>();
  for (const target of targets) {
    if (AS_ASKED.has(target.outcome)) continue;
    const key = `${fateOf(target)} ${target.name} ${target.user}`;
    fates.set(key, [...(fates.get(key) ?? []), target]);
  }
  return [...fates.values()].map((alike) => {
    const [first] = alike as [TargetReport];
    if (alike.length === 1) return `${identity(first)} ${fateOf(first)}`;
    const pids = pidList(alike.map(({ pid }) => pid));
    return `${String(alike.length).padStart(7)} ${first.name} (${first.user}) ${fateOf(first)}: ${pids}`;
  });
}

function returnedLine({ comm, pids, ppid, by }: Returned): string {
  const who =
    by === undefined
      ? `; who started ${pids.length > 1 ? 'them' : 'it'} is not known, the parent is ${ppid}`
      : `, started by ${by.comm} (${by.pid}, ${by.kind}): ${by.advice}`;
  return `${pidList(pids).padStart(7)} ${comm} respawned${who}`;
}

/**
 * What more rights would do for those that were denied; undefined where nobody was.
 * @param again the command to give then; undefined where we are root already
 */
export function denialAdvice(
  { targets }: Report,
  again: string | undefined,
  ascii = false,
): string | undefined {
  const denied = targets.filter(({ outcome }) => outcome === 'denied');
  if (denied.length === 0) return undefined;
  const what =
    again === undefined
      ? 'even root may not: they are of another user namespace, or CAP_KILL is missing here'
      : `as root: ${again}`;
  const theirs = denied.length === 1 ? 'it belongs' : 'they belong';
  return safe(`${denied.length} denied, ${theirs} to ${ownersOf(denied)}; ${what}`, ascii);
}
