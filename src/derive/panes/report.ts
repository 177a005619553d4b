// The report of what was sent, and the log of all reports.
import type { Outcome, Report, TargetReport } from '../../types.ts';
import { clock, plural } from '../format.ts';
import { ownersOf, pidList, returnedOf, type Returned } from '../returned.ts';
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
function returnedLine({ pids, comm, ppid, by }: Returned, theme: Theme): string {
  const whose =
    by === undefined ? `the parent is ${ppid}` : `by ${by.kind} ${by.pid} ${by.comm}: ${by.advice}`;
  return theme.paint(
    'bad',
    ` ! back: ${pidList(pids, 4)} ${safe(comm, theme.ascii)}, ${safe(whose, theme.ascii)}`,
  );
}

function deniedLines({ targets }: Report, theme: Theme): string[] {
  const denied = targets.filter(({ outcome }) => outcome === 'denied');
  if (denied.length === 0) return [];
  const owners = safe(ownersOf(denied), theme.ascii);
  return [theme.paint('bad', ` ! denied: owned by ${owners}; as root: exec sudo slotop`)];
}

export function reportTitle(report: Report, theme: Theme): string {
  const deed = report.action === 'signal' ? `SIG${report.signal.name}` : report.action;
  return `${clock(report.at)} ${deed} ${safe(report.label, theme.ascii)}`;
}

export function reportPane(report: Report, theme: Theme): Pane {
  const { before, after } = report.slots;
  const targets = [...report.targets].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return {
    title: `Report: ${reportTitle(report, theme)}`,
    lines: [
      ...(report.notes ?? []).map((note) => ` ${theme.paint('strong', safe(note, theme.ascii))}`),
      countsLine(report, theme),
      ` slots used ${before} before, ${after} after (${after - before > 0 ? '+' : ''}${after - before}), ${Math.round(report.elapsedMs)} ms`,
      ...returnedOf(report.respawned).map((back) => returnedLine(back, theme)),
      ...(report.respawned.some(({ by }) => by !== undefined && by.pid > 1)
        ? [theme.paint('warn', ' ! r sweeps them again, with who brings them back')]
        : []),
      ...deniedLines(report, theme),
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
