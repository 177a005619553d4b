// The report of what was sent, and the log of all reports.
import type { Outcome, Report, TargetReport } from '../../types.ts';
import { clock, plural } from '../format.ts';
import { ownersOf, pidList, returnedOf, type Returned } from '../returned.ts';
import { fit, safe } from '../safe.ts';
import type { Style, Theme } from '../style.ts';
import { below, linesEach } from './inSight.ts';
import type { Pane } from './pane.ts';
import { wrapped } from './wrap.ts';

const OUTCOME_STYLES: Readonly<Record<Outcome, Style>> = {
  killed: 'good',
  stopped: 'good',
  signalled: 'good',
  gone: 'dim',
  recycled: 'dim',
  denied: 'bad',
  refused: 'warn',
  survived: 'bad',
};

/** What went wrong stands first. */
const ORDER: readonly Outcome[] = [
  'survived',
  'denied',
  'refused',
  'recycled',
  'gone',
  'killed',
  'stopped',
  'signalled',
];

/** On as many lines as it needs: what to do stands at its end. Goes on below its own first word. */
function said(style: Style, text: string, cols: number, theme: Theme): string[] {
  const clean = safe(text, theme.ascii);
  const lead = clean.length - clean.trimStart().length;
  return wrapped(clean, cols, lead + 2).map((line) => theme.paint(style, line));
}

function countsLine({ counts }: Report, theme: Theme): string {
  const words = ORDER.filter((outcome) => counts[outcome] > 0).map((outcome) =>
    theme.paint(OUTCOME_STYLES[outcome], `${outcome} ${counts[outcome]}`),
  );
  return ` ${plural(counts.matched, 'process', 'processes')} matched: ${words.join(', ') || 'nothing was sent'}`;
}

/** Cells before the name of a target. */
const NAME_AT = 30;
/** As wide as it is long, and shown as it is. */
const PRINTED = /^[\x20-\x7e]*$/;

function targetLines(target: TargetReport, cols: number, theme: Theme): string[] {
  const detail = target.detail === null ? '' : `: ${safe(target.detail, theme.ascii)}`;
  const user = fit(safe(target.user, theme.ascii), 8, 'left', '+');
  const outcome = fit(target.outcome, 9);
  const text = `   ${outcome} ${fit(String(target.pid), 7, 'right')} ${user} ${safe(target.name, theme.ascii)}${detail}`;
  const indent = Math.min(NAME_AT, Math.floor(cols / 4));
  return wrapped(text, cols, indent).map((line, i) =>
    i > 0 ? line : line.replace(outcome, theme.paint(OUTCOME_STYLES[target.outcome], outcome)),
  );
}

/** Who is back, who brought it back, and what stops that for good. */
function returnedLines({ pids, comm, ppid, by }: Returned, cols: number, theme: Theme): string[] {
  const whose =
    by === undefined ? `the parent is ${ppid}` : `by ${by.kind} ${by.pid} ${by.comm}: ${by.advice}`;
  return said('bad', ` ! back: ${pidList(pids, 4)} ${comm}, ${whose}`, cols, theme);
}

function deniedLines({ targets }: Report, cols: number, theme: Theme): string[] {
  const denied = targets.filter(({ outcome }) => outcome === 'denied');
  if (denied.length === 0) return [];
  return said('bad', ` ! denied: owned by ${ownersOf(denied)}; as root: exec sudo slotop`, cols, theme);
}

export function reportTitle(report: Report, theme: Theme): string {
  const deed = report.action === 'signal' ? `SIG${report.signal.name}` : report.action;
  return `${clock(report.at)} ${deed} ${safe(report.label, theme.ascii)}`;
}

interface Laid {
  readonly cols: number;
  readonly ascii: boolean;
  /** What went wrong first. */
  readonly targets: readonly TargetReport[];
  readonly ends: Uint32Array;
}

/** A report stays as it is, and is drawn at every key. */
const laid = new WeakMap<Report, Laid>();

function laidOut(report: Report, cols: number, theme: Theme): Laid {
  const known = laid.get(report);
  if (known?.cols === cols && known.ascii === theme.ascii) return known;
  const targets = ORDER.flatMap((one) => report.targets.filter(({ outcome }) => outcome === one));
  const ends = new Uint32Array(targets.length);
  let end = 0;
  targets.forEach((target, at) => (ends[at] = end += heightOf(target, cols, theme)));
  const made = { cols, ascii: theme.ascii, targets, ends };
  laid.set(report, made);
  return made;
}

/** As the length of what is printed ASCII tells, without making it: so it is for nearly all. */
function heightOf(target: TargetReport, cols: number, theme: Theme): number {
  const { name, detail } = target;
  const words = detail === null ? name : `${name}: ${detail}`;
  if (NAME_AT + words.length <= cols && PRINTED.test(words)) return 1;
  return targetLines(target, cols, theme).length;
}

/** Of a screen with so many columns. */
export function reportPane(report: Report, theme: Theme, cols: number): Pane {
  const { before, after } = report.slots;
  const { targets, ends } = laidOut(report, cols, theme);
  const head = [
    ...(report.notes ?? []).flatMap((note) => said('strong', ` ${note}`, cols, theme)),
    countsLine(report, theme),
    ...wrapped(
      ` slots used ${before} before, ${after} after (${after - before > 0 ? '+' : ''}${after - before}), ${Math.round(report.elapsedMs)} ms`,
      cols,
      3,
    ),
    ...returnedOf(report.respawned).flatMap((back) => returnedLines(back, cols, theme)),
    ...(report.respawned.some(({ by }) => by !== undefined && by.pid > 1)
      ? said('warn', ' ! r sweeps them again, with who brings them back', cols, theme)
      : []),
    ...deniedLines(report, cols, theme),
  ];
  return {
    title: `Report: ${reportTitle(report, theme)}`,
    lines: below([head, linesEach(targets, ends, (target) => targetLines(target, cols, theme))]),
  };
}

/** The newest report first, each with its targets. */
export function logPane(log: readonly Report[], theme: Theme, cols: number): Pane {
  const lines = log.toReversed().flatMap((report) => {
    const { title, lines: body } = reportPane(report, theme, cols);
    return [[theme.paint('strong', ` ${title.replace('Report: ', '')}`)], body, ['']];
  });
  return { title: 'Action log', lines: below(lines.length > 0 ? lines : [[' nothing was sent yet']]) };
}
