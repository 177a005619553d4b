// `slotop slots`: how many tasks are used, against every limit that can refuse the next fork.
import { duration, plural } from '../derive/format.ts';
import { groupsOf } from '../derive/groups.ts';
import { GROUP_COLUMNS } from '../derive/otherColumns.ts';
import { safe } from '../derive/safe.ts';
import { SLOT_COLUMNS } from '../derive/slotColumns.ts';
import { slotItems } from '../derive/slotItems.ts';
import { createSampler } from '../proc/sample.ts';
import { EXIT } from '../signal/report.ts';
import type { Group, Sample } from '../types.ts';
import { Complaint, countOf, textOf, type Command, type Context, type Given } from './command.ts';
import { json } from './json.ts';
import { openMetrics } from './openMetrics.ts';
import { checkSlots } from './slotsCheck.ts';
import { slotsJson } from './slotsJson.ts';
import { tableText } from './table.ts';

/** Rates are measured between two looks this far apart, in milliseconds. */
const BETWEEN_LOOKS_MS = 250;
/** So many groups are shown to people; a document has them all. */
const SHOWN_GROUPS = 10;
/** A command looks twice: it has no minute to show. */
const SHOWN_COLUMNS = SLOT_COLUMNS.filter(({ id }) => id !== 'LAST 60 s');

function largestGroups(sample: Sample): Group[] {
  return groupsOf(sample.procs.values(), sample).sort(
    (a, b) => b.slots - a.slots || (a.name < b.name ? -1 : 1),
  );
}

function slotsText(sample: Sample, groups: readonly Group[], context: Context): string {
  const { tasks, tightest, forksPerSecond, fullInSeconds, visibleTasks, processes } = sample.slots;
  const share = ((tightest.used / tightest.limit) * 100).toFixed(1);
  const full = fullInSeconds === 0 ? 'now' : fullInSeconds === null ? undefined : duration(fullInSeconds);
  const lines = [
    `tightest  ${tightest.kind} ${tightest.name}: ${tightest.used} of ${tightest.limit} (${share}%)`,
    `tasks     ${tasks.used} of ${tasks.limit} (${tasks.limitedBy}); seen ${visibleTasks} in ${plural(processes, 'process', 'processes')}`,
    `new tasks ${forksPerSecond === null ? '-' : forksPerSecond.toFixed(1)} a second`,
    ...(full === undefined ? [] : [`full in   ${full}`]),
  ];
  const limits = tableText(SHOWN_COLUMNS, slotItems(sample), sample, context);
  const largest = tableText(GROUP_COLUMNS, groups.slice(0, SHOWN_GROUPS), sample, context);
  return `${lines.map((line) => safe(line, context.ascii)).join('\n')}\n\n${limits}\n${largest}`;
}

/** What the options ask for; not more than one form. @throws Complaint */
function formOf(given: Given): 'json' | 'openmetrics' | 'check' | 'text' {
  const asked = (['json', 'openmetrics', 'check'] as const).filter((name) => given[name] !== undefined);
  if (asked.length > 1) throw new Complaint('slots', `--${asked.join(' and --')} do not go together`);
  if (given['user'] !== undefined && !asked.includes('check')) {
    throw new Complaint('--user', 'goes with --check N only');
  }
  return asked[0] ?? 'text';
}

export const slots: Command = {
  name: 'slots',
  usage: 'slots',
  summary: 'show every limit on tasks with what is used of it, and who uses it',
  looksOnce: true,
  options: {
    json: { type: 'boolean', help: 'one JSON document' },
    openmetrics: { type: 'boolean', help: "metrics for node_exporter's textfile collector" },
    check: { type: 'string', value: 'N', help: 'one line; exit 0 when N more tasks can begin, else 1' },
    user: { type: 'string', value: 'NAME', help: "with --check: count this user's own limit, not ours" },
  },
  more: () => [
    "--check counts the host's limits, the user's own (ulimit -u of its processes), and those of our control groups.",
  ],
  run(context, words, given) {
    if (words.length > 0) throw new Complaint(`slots ${words.join(' ')}`, 'takes no words');
    const form = formOf(given);
    const wanted = countOf(given, 'check') ?? 0;
    const kernel = context.kernel();
    const sampler = createSampler(kernel);
    const wants = { all: ['cmdline', 'exe'], shown: [], visible: [], portBudgetMs: 0 } as const;
    if (form === 'check') {
      // It is a count, not a rate: one look, and no names.
      const sample = sampler.look({ ...wants, all: [] });
      const verdict = checkSlots(kernel, sample, wanted, textOf(given, 'user'), context.ascii);
      context.stdio.out(`${verdict.line}\n`);
      return verdict.code;
    }
    sampler.look(wants);
    kernel.sleep(BETWEEN_LOOKS_MS);
    const sample = sampler.look(wants);
    const groups = largestGroups(sample);
    context.stdio.out(
      form === 'json'
        ? json(slotsJson(sample, groups))
        : form === 'openmetrics'
          ? openMetrics(sample, groups)
          : slotsText(sample, groups, context),
    );
    return EXIT.holds;
  },
};
