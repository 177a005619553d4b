// `slotop signal`: sends one signal once to each target, looks what became of it, and reports.
import type { Filter } from '../derive/match.ts';
import { plural } from '../derive/format.ts';
import { safe } from '../derive/safe.ts';
import { createSampler } from '../proc/sample.ts';
import { deliver, slotsUsedIn, whyNoSignals } from '../signal/deliver.ts';
import { makePlan, type Match } from '../signal/plan.ts';
import {
  dryRunJson,
  EXIT,
  exitCode,
  planLines,
  reportJson,
  reportLines,
  summary,
  type ExitCode,
} from '../signal/report.ts';
import { parseSignal, SIGNALS, type SignalRecord } from '../signal/signals.ts';
import type { Need, Plan, Report, Sample } from '../types.ts';
import { Complaint, countOf, isGiven, textOf, type Command, type Context, type Given } from './command.ts';
import { filterOf, targetOf } from './filters.ts';
import { answerTo } from '../derive/echo.ts';
import { json } from './json.ts';

interface Order {
  readonly signal: SignalRecord;
  readonly targets: readonly Filter[];
  readonly exclude: Filter | undefined;
  readonly tree: boolean;
  readonly forced: number | undefined;
}

function orderOf([name, ...words]: readonly string[], given: Given): Order {
  if (name === undefined) throw new Complaint('signal', 'which signal, and to whom? signal SIG TARGET...');
  const signal = parseSignal(name);
  if (signal === undefined)
    throw new Complaint(`signal: ${name}`, 'no such signal (TERM, SIGTERM, 15, KILL, HUP ...)');
  const forced = countOf(given, 'force-protected');
  const targets = words.length === 0 && forced !== undefined ? [String(forced)] : words;
  if (targets.length === 0) throw new Complaint('signal', 'to whom? signal SIG TARGET...');
  return {
    signal,
    targets: targets.map(targetOf),
    exclude: filterOf(textOf(given, 'exclude') ?? '', '--exclude'),
    tree: isGiven(given, 'tree'),
    forced,
  };
}

/** Everything that names, targets and the exclusion need, read afresh, with all holders of all ports. */
function look({ kernel }: Context, { targets, exclude }: Order): Sample {
  const filters = exclude === undefined ? targets : [...targets, exclude];
  const all = new Set<Need>(['uid', 'cmdline', 'exe', ...filters.flatMap(({ needs }) => needs)]);
  return createSampler(kernel()).look({ all: [...all], shown: [], visible: [], portBudgetMs: Infinity });
}

/** @param unmatched told each target that nothing answers to */
function planOf(order: Order, sample: Sample, unmatched: (target: string) => void): Plan {
  const { signal, targets, exclude, tree, forced } = order;
  const matches: Match[] = [];
  for (const target of targets) {
    const before = matches.length;
    const answer = answerTo(target, sample);
    for (const proc of sample.procs.values()) {
      const matched = answer(proc);
      if (matched !== undefined) matches.push({ proc, matched });
    }
    if (matches.length === before) unmatched(target.source);
  }
  const byPort = targets.every(({ usesPorts }) => usesPorts);
  return makePlan({
    action: 'signal',
    signal,
    scope: tree ? 'tree' : byPort ? 'port' : 'selection',
    label: targets.map(({ source }) => (/^\d+$/.test(source) ? `pid ${source}` : source)).join(' '),
    matches,
    sample,
    tree,
    // What an exclusion can't be sure of is spared too.
    exclude: exclude && ((proc) => !exclude.misses(proc, sample)),
    forced,
  });
}

function mayGoOn({ stdio, ascii }: Context, plan: Plan, given: Given): boolean {
  if (!stdio.stdinIsTerminal || isGiven(given, 'yes') || plan.targets.length < 2) return true;
  stdio.err(`${planLines(plan, ascii).join('\n')}\n`);
  const many = plural(plan.targets.length, 'process', 'processes');
  return /^y(es)?$/i.test(stdio.ask(`send ${plan.signal.name} to ${many}? [y/N] `));
}

function show({ stdio, ascii }: Context, report: Report, given: Given): void {
  if (isGiven(given, 'json')) return stdio.out(json(reportJson(report)));
  if (isGiven(given, 'quiet')) return;
  const unusual = report.targets.length <= 20 ? reportLines(report, ascii) : troubleLines(report, ascii);
  stdio.out([...unusual, summary(report, ascii)].map((line) => `${line}\n`).join(''));
}

/** Of a long report, what went otherwise than asked. */
function troubleLines(report: Report, ascii: boolean): string[] {
  const usual = new Set(['killed', 'stopped', 'signalled', 'gone']);
  return reportLines(
    { ...report, targets: report.targets.filter(({ outcome }) => !usual.has(outcome)) },
    ascii,
  );
}

function run(context: Context, words: readonly string[], given: Given): ExitCode {
  const { stdio, ascii, readOnly } = context;
  const order = orderOf(words, given);
  const kernel = context.kernel();
  const isDry = isGiven(given, 'dry-run');
  const barred = isDry ? undefined : whyNoSignals(kernel, readOnly);
  if (barred !== undefined) throw new Complaint('signal', barred, EXIT.denied);

  const sample = look(context, order);
  const plan = planOf(order, sample, (target) => {
    stdio.err(`slotop: ${safe(target, ascii)}: nothing matches\n`);
  });
  if (isDry) {
    const lines = planLines(plan, ascii).map((line) => `${line}\n`);
    stdio.out(isGiven(given, 'json') ? json(dryRunJson(plan, slotsUsedIn(kernel))) : lines.join(''));
    return plan.targets.length + plan.refused.length === 0 ? EXIT.nothing : EXIT.holds;
  }
  if (!mayGoOn(context, plan, given)) throw new Complaint('signal', 'nothing was sent', EXIT.incomplete);
  const report = deliver(kernel, plan, { readOnly });
  show(context, report, given);
  return exitCode(report);
}

export const signal: Command = {
  name: 'signal',
  usage: 'signal SIG TARGET...',
  summary: 'send a signal once to each target, and look what became of it',
  options: {
    tree: { type: 'boolean', help: 'the targets with all their descendants' },
    exclude: { type: 'string', value: 'FILTER', help: 'spare what matches' },
    'dry-run': { type: 'boolean', help: 'print the plan, send nothing' },
    yes: { type: 'boolean', help: 'do not ask' },
    quiet: { type: 'boolean', help: 'print errors only' },
    json: { type: 'boolean', help: 'the report as one JSON document' },
    'force-protected': { type: 'string', value: 'PID', help: 'hit this protected process, and it alone' },
  },
  more: () => [
    'Signals:',
    ...SIGNALS.map(({ name, number, help }) => `  ${String(number).padStart(2)} ${name.padEnd(9)} ${help}`),
  ],
  run,
};
