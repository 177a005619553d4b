// FILTER and TARGET words of the command line; what is wrong with one ends the command with a line that says where.
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
