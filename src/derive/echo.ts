// The old trap of pkill -f: a filter that was typed on a command line matches that very command line.
import type { Proc, Sample } from '../types.ts';
import type { Filter } from './match.ts';
import { commandLine } from './name.ts';
import { oursAmong } from './ours.ts';

/**
 * The field in which a process answers to a filter that was typed on our own command line. That line, and the one of a
 * shell that was given it with -c, hold the words of the filter: such an echo is no match.
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
