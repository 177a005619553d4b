// The options that say who is meant and how, as they were typed: a command that goes on has to mean the same processes.
import { quoted } from '../signal/quoted.ts';
import type { Given, Options } from './command.ts';

/** Of one run alone: how it answers, and whether it asks first. */
const OF_ONE_RUN: ReadonlySet<string> = new Set(['dry-run', 'yes', 'quiet', 'json']);

/** `--tree --exclude 'user:bob age>1h'`; empty where nothing was given. */
export function typedAgain(options: Options, given: Given): string {
  const words = Object.keys(options).flatMap((name) => {
    const value = given[name];
    if (OF_ONE_RUN.has(name) || value === undefined || value === false) return [];
    return typeof value === 'string' ? [`--${name}`, quoted(value)] : [`--${name}`];
  });
  return words.join(' ');
}
