// FILTER and TARGET words of the command line; what is wrong with one ends the command with a line that says where.
import { commandLine } from '../derive/name.ts';
import { oursAmong } from '../derive/ours.ts';
import type { Proc, Sample } from '../types.ts';
import { isFilterError, parseFilter, parseTarget, type Filter } from '../derive/match.ts';
import { Complaint } from './command.ts';

/** @returns undefined for an empty filter, which lets everything through. @throws Complaint */
export function filterOf(text: string, what = 'filter'): Filter | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseFilter(text);
  if (isFilterError(parsed)) throw new Complaint(what, `${parsed.error} (at character ${parsed.at + 1})`);
  return parsed;
}

/** @throws Complaint */
export function targetOf(text: string): Filter {
  const parsed = parseTarget(text);
  if (isFilterError(parsed)) throw new Complaint('target', parsed.error.replace(/^target: /, ''));
  return parsed;
}

/**
 * The field in which a process answers to a filter that was typed on our own command line. That line, and the one of a
 * shell that was given it with -c, hold the words of the filter: such an echo is no match (the old trap of pkill -f).
 */
export function answerTo(filter: Filter, sample: Sample): (proc: Proc) => string | undefined {
  const ours = oursAmong(sample.procs, sample.self);
  const echoes = (line: string): boolean => line.includes('slotop') && line.includes(filter.source);
  return (proc) => {
    const matched = filter.match(proc, sample);
    if (matched === undefined || !matched.split(', ').includes('cmdline')) return matched;
    const kin = ours.get(proc.pid);
    const isEcho = kin === 'self' || (kin === 'yours' && echoes(commandLine(proc)));
    return isEcho ? undefined : matched;
  };
}
