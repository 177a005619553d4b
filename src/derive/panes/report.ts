// The report of what was sent, and the log of all reports.
import type { Outcome, Report, Respawned, TargetReport } from '../../types.ts';
import { clock, plural } from '../format.ts';
import { fit, safe } from '../safe.ts';
import type { Style, Theme } from '../style.ts';
import type { Pane } from './pane.ts';

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

function countsLine({ counts }: Report, theme: Theme): string {
  const words = ORDER.filter((outcome) => counts[outcome] > 0).map((outcome) =>
    theme.paint(OUTCOME_STYLES[outcome], `${outcome} ${counts[outcome]}`),
  );
  return ` ${plural(counts.matched, 'process', 'processes')} matched: ${words.join(', ') || 'nothing was sent'}`;
}

function targetLine(target: TargetReport, theme: Theme): string {
  const detail = target.detail === null ? '' : `: ${safe(target.detail, theme.ascii)}`;
  const outcome = theme.paint(OUTCOME_STYLES[target.outcome], fit(target.outcome, 9));
  const user = fit(safe(target.user, theme.ascii), 8, 'left', '+');
  return `   ${outcome} ${fit(String(target.pid), 7, 'right')} ${user} ${safe(target.name, theme.ascii)}${detail}`;
}

/** Who is back, who brought it back, and what stops that for good. */
function respawnedLine({ pid, comm, ppid, by }: Respawned, theme: Theme): string {
  const whose =
    by === undefined ? `its parent is ${ppid}` : `by ${by.kind} ${by.pid} ${by.comm}: ${by.advice}`;
  return theme.paint('bad', ` ! back: ${pid} ${safe(comm, theme.ascii)}, ${safe(whose, theme.ascii)}`);
}

export function reportTitle(report: Report, theme: Theme): string {
  return `${clock(report.at)} SIG${report.signal.name} ${safe(report.label, theme.ascii)}`;
}

export function reportPane(report: Report, theme: Theme): Pane {
  const { before, after } = report.slots;
  const targets = [...report.targets].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return {
    title: `Report: ${reportTitle(report, theme)}`,
    lines: [
      countsLine(report, theme),
      ` slots used ${before} before, ${after} after (${after - before > 0 ? '+' : ''}${after - before}), ${Math.round(report.elapsedMs)} ms`,
      ...report.respawned.map((back) => respawnedLine(back, theme)),
      ...targets.map((target) => targetLine(target, theme)),
    ],
  };
}

/** The newest report first, each with its targets. */
export function logPane(log: readonly Report[], theme: Theme): Pane {
  const lines = log.toReversed().flatMap((report) => {
    const { title, lines: body } = reportPane(report, theme);
    return [theme.paint('strong', ` ${title.replace('Report: ', '')}`), ...body, ''];
  });
  return { title: 'Action log', lines: lines.length > 0 ? lines : [' nothing was sent yet'] };
}
