// Programs that take SIGTERM as "when everybody has gone", and have another signal for "now, but in good order": better than
// SIGKILL, which leaves them to repair themselves.
import type { Target } from '../types.ts';
import { signalNamed, type SignalRecord } from './signals.ts';

export interface Persuasion {
  readonly name: string;
  readonly signal: SignalRecord;
  /** What became of it, for the report. */
  readonly detail: string;
}

const PERSUASIONS: readonly Persuasion[] = [
  {
    // "Smart" and "fast" shutdown (PostgreSQL, "Shutting Down the Server").
    name: 'postgres',
    signal: signalNamed('INT'),
    detail: 'SIGTERM waits for its clients; SIGINT, its fast shutdown, ended it',
  },
];

export function persuasionOf({ comm, name }: Pick<Target, 'comm' | 'name'>): Persuasion | undefined {
  return PERSUASIONS.find((one) => one.name === comm || one.name === name);
}
