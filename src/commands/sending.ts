// What signal, kill and sweep have in common: an order becomes a plan, the plan is shown, agreed to, run and reported.
import { plural } from '../derive/format.ts';
import { safe } from '../derive/safe.ts';
import type { Kernel } from '../kernel.ts';
import { actionLogPath, openActionLog, type ActionLog } from '../signal/actionLog.ts';
import { slotsUsedIn, whyNoSignals } from '../signal/deliver.ts';
import { dryRunJson, EXIT, exitCode, reportJson, type ExitCode } from '../signal/report.ts';
import { denialAdvice, planLines, reportLines, summary } from '../signal/reportText.ts';
import { quoted } from '../signal/quoted.ts';
import type { Plan, Report, Sample } from '../types.ts';
import { Complaint, isGiven, type Context, type Given, type Options } from './command.ts';
import { json } from './json.ts';
import { lookFor, ORDER_OPTIONS, planOf, type Order } from './order.ts';

/** The options of every sending command; each adds its own. */
export const SENDING_OPTIONS: Options = {
  ...ORDER_OPTIONS,
  'dry-run': { type: 'boolean', help: 'print the plan, send nothing' },
  yes: { type: 'boolean', help: 'do not ask' },
  quiet: { type: 'boolean', help: 'print errors only' },
  json: { type: 'boolean', help: 'the report as one JSON document' },
};

/** What a command has in hand when its plan was agreed to. */
export interface Job {
  readonly kernel: Kernel;
  readonly order: Order;
  /** The look that the plan was made of. */
  readonly sample: Sample;
  readonly plan: Plan;
  readonly readOnly: boolean;
  /** Knows of the plan already; `reported` tells it the rest. */
  readonly log: ActionLog;
  /** Says what the log has warned of. Not before the work is done: a terminal that reads nothing would hold it up. */
  readonly tellWarnings: () => void;
  /** Shows one line of progress in place of the last, where people look on; nothing otherwise. */
  readonly status: (line: string) => void;
  readonly clearStatus: () => void;
}

/**
 * Looks, plans, asks where there is somebody to ask, runs, prints the report.
 * @param what what is about to happen to the targets, for the question: `send TERM to`
 * @param carryOut sends the signals and says what became of each target
 * @throws Complaint where nothing may be sent, or was agreed to
 */
export function sendOrder(
  context: Context,
  order: Order,
  given: Given,
  what: string,
  carryOut: (job: Job) => Report,
): ExitCode {
  const job = agreedJob(context, order, given, what);
  return typeof job === 'number' ? job : reported(context, given, job, carryOut(job));
}

/**
 * The first half of sendOrder, for what takes its time and is done in steps: looks, plans, asks.
 * @returns the exit code where there is nothing to carry out (--dry-run)
 * @throws Complaint where nothing may be sent, or was agreed to
 */
export function agreedJob(context: Context, order: Order, given: Given, what: string): Job | ExitCode {
  const { stdio, ascii, readOnly } = context;
  const kernel = context.kernel();
  const isDry = isGiven(given, 'dry-run');
  const barred = isDry ? undefined : whyNoSignals(kernel, readOnly);
  if (barred !== undefined) throw new Complaint(order.action, barred, EXIT.denied);

  const sample = lookFor(order, context);
  const plan = planOf(order, sample, (target) => {
    stdio.err(`slotop: ${safe(target, ascii)}: nothing matches\n`);
  });
  if (isDry) {
    const lines = planLines(plan, ascii).map((line) => `${line}\n`);
    stdio.out(isGiven(given, 'json') ? json(dryRunJson(plan, slotsUsedIn(kernel))) : lines.join(''));
    return plan.targets.length + plan.refused.length === 0 ? EXIT.nothing : EXIT.holds;
  }
  if (!mayGoOn(context, plan, given, what)) {
    throw new Complaint(order.action, 'nothing was sent', EXIT.incomplete);
  }
  const logging = openLog(context, kernel);
  logging.log.intend(plan);
  logging.tellWarnings();
  return { kernel, order, sample, plan, readOnly, ...logging, ...statusLine(context, given) };
}

/** The second half: prints what became of it. */
export function reported(context: Context, given: Given, job: Job, report: Report): ExitCode {
  job.clearStatus();
  job.log.settle(report);
  job.tellWarnings();
  show(context, { report, again: withMoreRights(job) }, given);
  return exitCode(report);
}

/** The log of what is done, for a command. */
export function openLog({ stdio, ascii }: Context, kernel: Kernel): Pick<Job, 'log' | 'tellWarnings'> {
  const warnings: string[] = [];
  return {
    log: openActionLog(kernel, actionLogPath(process.env), (why) => void warnings.push(why)),
    tellWarnings() {
      for (const why of warnings.splice(0)) stdio.err(`slotop: ${safe(why, ascii)}\n`);
    },
  };
}

export function mayGoOn({ stdio, ascii }: Context, plan: Plan, given: Given, what: string): boolean {
  if (!stdio.stdinIsTerminal || isGiven(given, 'yes') || plan.targets.length < 2) return true;
  stdio.err(`${planLines(plan, ascii).join('\n')}\n`);
  const many = plural(plan.targets.length, 'process', 'processes');
  return /^y(es)?$/i.test(stdio.ask(`${what} ${many}? [y/N] `));
}

/**
 * One line on standard error that is written over again and again, and gone before the report is printed. A terminal that
 * reads nothing misses it: the work, and whoever is stopped meanwhile, does not wait.
 */
export function statusLine({ stdio, ascii }: Context, given: Given): Pick<Job, 'status' | 'clearStatus'> {
  const isSeen = stdio.stderrIsTerminal && !isGiven(given, 'quiet');
  let shown = '';
  return {
    status(line) {
      if (!isSeen || line === shown) return;
      shown = line;
      stdio.hint(`\r\x1b[K${safe(line, ascii)}`);
    },
    clearStatus() {
      if (shown !== '') stdio.err('\r\x1b[K');
    },
  };
}

function show({ stdio, ascii }: Context, { report, again }: Shown, given: Given): void {
  if (isGiven(given, 'json')) return stdio.out(json(reportJson(report, again)));
  if (isGiven(given, 'quiet') || report.counts.matched === 0) return; // nobody matched: that was said
  const advice = denialAdvice(report, again, ascii) ?? [];
  const lines = [...reportLines(report, ascii), summary(report, ascii)].concat(advice);
  stdio.out(lines.map((line) => `${line}\n`).join(''));
}

interface Shown {
  readonly report: Report;
  /** The same command with more rights; undefined for root, who has them. */
  readonly again: string | undefined;
}

/** `exec`: it needs no free slot, and there may be none. */
function withMoreRights({ kernel, sample }: Job): string | undefined {
  if (sample.procs.get(kernel.pid)?.uid === 0) return undefined;
  return `exec sudo slotop ${process.argv.slice(2).map(quoted).join(' ')}`;
}
