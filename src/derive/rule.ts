// What a rule of the filter language is, and what the values of many rules have in common.
import type { Machine, Need, Proc, Sample } from '../types.ts';

/** What a filter needs to know of the machine beside the process. A Sample is one. */
export type MatchContext = Pick<
  Sample,
  'socketsOf' | 'userName' | 'ttyName' | 'unitOf' | 'wallMs' | 'ticksPerSecond'
> & { readonly machine: Pick<Machine, 'bootTime' | 'memTotal'> };

/** The field that matched; false when the process does not match; undefined when that can't be known. */
export type Verdict = string | false | undefined;
export type Test = (proc: Proc, context: MatchContext) => Verdict;

export interface Problem {
  readonly problem: string;
}

export interface Rule {
  readonly key: string;
  /** How a term of this rule begins; the rest is its value. Tried in order. */
  readonly starts: readonly string[];
  /** For the help: how it is written, what it does, one that works. */
  readonly form: string;
  readonly help: string;
  readonly example: string;
  readonly needs: readonly Need[];
  readonly usesPorts?: boolean;
  readonly parse: (value: string, start: string) => Test | Problem;
}

/** Case counts only where a capital is written. */
export function part(value: string): (text: string) => boolean {
  if (/\p{Lu}/u.test(value)) return (text) => text.includes(value);
  // A regular expression folds case without making a second text of every command line at every look.
  const pattern = new RegExp(value.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&'), 'iu');
  return (text) => pattern.test(text);
}

export function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** Several values with commas between them: any of them. */
export function listOf<T>(value: string, item: (text: string) => T | undefined): T[] | undefined {
  const items = value.split(',').map(item);
  return items.every((one) => one !== undefined) ? items : undefined;
}
