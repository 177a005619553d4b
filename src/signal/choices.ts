// CHOICES: what the signal box can do to its targets, one record each: every signal once, or one of the procedures.
import type { Action } from '../types.ts';
import { signalNamed, SIGNALS, type SignalRecord } from './signals.ts';

export interface Choice {
  readonly action: Action;
  readonly signal: SignalRecord;
  /** The letter that does it at once. */
  readonly key?: string;
  /** As the box shows it, the letter in brackets where it has one. */
  readonly label: string;
  readonly help: string;
}

const LETTERS: Readonly<Record<string, string>> = { TERM: 'T', STOP: 'S', CONT: 'C', KILL: 'K' };

function once(signal: SignalRecord): Choice {
  const key = LETTERS[signal.name];
  const label = `${signal.number} SIG${signal.name}`;
  return { action: 'signal', signal, label, help: signal.help, ...(key === undefined ? {} : { key }) };
}

/** SIGTERM first (`F9 Enter` is htop's), the procedures last. */
export const CHOICES: readonly Choice[] = [
  ...SIGNALS.map(once),
  {
    action: 'kill',
    signal: signalNamed('TERM'),
    key: 'E',
    label: 'ESCALATE',
    help: 'SIGTERM, 5 s, SIGKILL to what is left, and look again',
  },
  {
    action: 'sweep',
    signal: signalNamed('KILL'),
    key: 'W',
    label: 'SWEEP',
    help: 'freeze until none runs, kill leaf first, watch who comes back',
  },
  {
    action: 'free',
    signal: signalNamed('TERM'),
    key: 'F',
    label: 'FREE PORT',
    help: 'SIGTERM, 5 s, SIGKILL to who still holds it, proof, a watch',
  },
];

export function choiceOf(action: Action): number {
  return CHOICES.findIndex((choice) => choice.action === action);
}
