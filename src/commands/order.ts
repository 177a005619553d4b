// What a sending command was asked for: the TARGET words and options of its line, and the plan that they make of a look.
import { answerTo } from '../derive/echo.ts';
import type { Filter } from '../derive/match.ts';
import { createSampler } from '../proc/sample.ts';
import { PF_FORKNOEXEC } from '../proc/stat.ts';
import type { Kernel } from '../kernel.ts';
import { makePlan, type Match } from '../signal/plan.ts';
import { watchRegrowth, type Regrowth } from '../signal/regrowth.ts';
import { recruitsOf } from '../signal/sweep/recruits.ts';
import type { SignalRecord } from '../signal/signals.ts';
import type { Action, Need, Plan, Sample } from '../types.ts';
import { Complaint, countOf, isGiven, textOf, type Context, type Given, type Options } from './command.ts';
import { filterOf, targetOf } from './filters.ts';

export interface Order {
  readonly action: Action;
  readonly signal: SignalRecord;
  readonly targets: readonly Filter[];
  readonly exclude: Filter | undefined;
  readonly tree: boolean;
  readonly forced: number | undefined;
}

/** The options of an order: whom to hit. */
export const ORDER_OPTIONS: Options = {
  tree: { type: 'boolean', help: 'the targets with all their descendants' },
  exclude: { type: 'string', value: 'FILTER', help: 'spare what matches' },
  'force-protected': { type: 'string', value: 'PID', help: 'hit this protected process, and it alone' },
};

/**
 * @param words the targets; with --force-protected they may be left out
 * @param usage shown when nobody was named: `signal SIG TARGET...`
 * @throws Complaint
 */
export function orderOf(
  { action, signal, usage }: Pick<Order, 'action' | 'signal'> & { readonly usage: string },
  words: readonly string[],
  given: Given,
): Order {
  const forced = countOf(given, 'force-protected');
  const targets = words.length === 0 && forced !== undefined ? [String(forced)] : words;
  if (targets.length === 0) throw new Complaint(action, `to whom? slotop ${usage}`);
  return {
    action,
    signal,
    targets: targets.map(targetOf),
    exclude: filterOf(textOf(given, 'exclude') ?? '', '--exclude'),
    tree: isGiven(given, 'tree'),
    forced,
  };
}

/**
 * Everything that names, targets and the exclusion need, read afresh, with all holders of all ports.
 * Stat is asked first, and what it decides costs no more: a command line can't be read while its process forks (both
 * want its mmap_lock), and among the copies of a fork bomb each such read was seen to take up to 7 s.
 */
export function lookFor({ targets, exclude }: Order, { kernel }: Pick<Context, 'kernel'>): Sample {
  const sampler = createSampler(kernel());
  const sample = sampler.look({ all: [], shown: [], visible: [], portBudgetMs: Infinity });
  const filters = exclude === undefined ? targets : [...targets, exclude];
  const needs = new Set<Need>(['cmdline', 'exe', ...filters.flatMap((filter) => filter.needs)]);
  for (const proc of sample.procs.values()) {
    // Who sleeps holds no such lock.
    const mayFork = (proc.flags & PF_FORKNOEXEC) !== 0 || proc.state === 'R' || proc.state === 'D';
    const isHit = targets.some((target) => target.match(proc, sample) !== undefined);
    const isSpared = exclude !== undefined && !exclude.misses(proc, sample);
    if (!mayFork || !isHit || isSpared) sampler.detail(proc, [...needs]);
  }
  return sample;
}

/** @param unmatched told each target that nothing answers to */
export function planOf(order: Order, sample: Sample, unmatched: (target: string) => void): Plan {
  const { action, signal, targets, exclude, tree, forced } = order;
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
    action,
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

/** The watch for newcomers that answer to the same targets. To be started before the first signal. */
export function regrowthOf({
  kernel,
  order: { targets, exclude },
  sample,
  plan,
}: {
  readonly kernel: Kernel;
  readonly order: Order;
  readonly sample: Sample;
  readonly plan: Plan;
}): Regrowth {
  const asked = targets.flatMap((target) => recruitsOf(target) ?? []);
  return watchRegrowth(kernel, plan.targets, {
    known: sample.procs.keys(),
    needs: [...asked, ...(exclude === undefined ? [] : [exclude])].flatMap(({ needs }) => needs),
    isMember: (proc) =>
      asked.some(({ match }) => match(proc, sample) !== undefined) &&
      (exclude === undefined || exclude.misses(proc, sample)),
  });
}
