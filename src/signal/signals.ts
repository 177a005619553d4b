// SIGNALS: every signal that kill(2) takes here. One record feeds the parser, the signal box and the help.
import { constants } from 'node:os';
import type { Signal } from '../types.ts';

/** What becomes of a process that does nothing about it (signal(7), "Standard signals"). */
export type Effect = 'ends' | 'stops' | 'continues' | 'nothing';

export interface SignalRecord extends Signal {
  readonly effect: Effect;
  readonly help: string;
}

/** Signals by name without SIG: effect, and one line of help. Numbers differ by architecture, so they come from Node. */
const STANDARD: readonly (readonly [name: string, effect: Effect, help: string])[] = [
  ['TERM', 'ends', 'asks it to end; it may tidy up, or refuse'],
  ['HUP', 'ends', 'terminal gone; many servers read their configuration again'],
  ['INT', 'ends', 'interrupt, as Ctrl-C does'],
  ['QUIT', 'ends', 'quit with a core dump, as Ctrl-\\ does'],
  ['ILL', 'ends', 'illegal instruction'],
  ['TRAP', 'ends', 'trace trap'],
  ['ABRT', 'ends', 'abort with a core dump'],
  ['BUS', 'ends', 'bus error'],
  ['FPE', 'ends', 'arithmetic error'],
  ['KILL', 'ends', 'ends it at once; cannot be caught or refused'],
  ['USR1', 'ends', 'meaning is up to the program; ends those that give it none'],
  ['SEGV', 'ends', 'invalid memory reference'],
  ['USR2', 'ends', 'meaning is up to the program; ends those that give it none'],
  ['PIPE', 'ends', 'writing to a pipe that nobody reads'],
  ['ALRM', 'ends', 'timer has run out'],
  ['STKFLT', 'ends', 'stack fault (unused)'],
  ['CHLD', 'nothing', 'a child has ended or stopped'],
  ['CONT', 'continues', 'lets a stopped process run on'],
  ['STOP', 'stops', 'stops it where it is; cannot be caught or refused'],
  ['TSTP', 'stops', 'stop, as Ctrl-Z does; may be caught'],
  ['TTIN', 'stops', 'background read from the terminal'],
  ['TTOU', 'stops', 'background write to the terminal'],
  ['URG', 'nothing', 'urgent data on a socket'],
  ['XCPU', 'ends', 'CPU time limit exceeded'],
  ['XFSZ', 'ends', 'file size limit exceeded'],
  ['VTALRM', 'ends', 'virtual timer has run out'],
  ['PROF', 'ends', 'profiling timer has run out'],
  ['WINCH', 'nothing', 'the terminal has another size'],
  ['IO', 'ends', 'input or output is possible'],
  ['PWR', 'ends', 'power failure'],
  ['SYS', 'ends', 'bad system call'],
];

/** Other names of the same numbers (signal(7)). */
const ALIASES: Readonly<Record<string, string>> = { IOT: 'ABRT', POLL: 'IO', CLD: 'CHLD', UNUSED: 'SYS' };

/** The first real-time signal that glibc leaves to programs: it keeps two for its threads (signal(7)). */
const RTMIN = 34;
const RTMAX = 64;

function standardSignals(): SignalRecord[] {
  const numbers: Readonly<Record<string, number | undefined>> = constants.signals;
  return STANDARD.flatMap(([name, effect, help]) => {
    const number = numbers[`SIG${name}`];
    return number === undefined ? [] : [{ name, number, effect, help }];
  });
}

/** Named from the nearer end, as `kill -l` does. */
function realTimeSignals(): SignalRecord[] {
  return Array.from({ length: RTMAX - RTMIN + 1 }, (_, i) => {
    const fromEnd = RTMAX - RTMIN - i;
    const low = i === 0 ? 'RTMIN' : `RTMIN+${i}`;
    const high = fromEnd === 0 ? 'RTMAX' : `RTMAX-${fromEnd}`;
    const name = i <= fromEnd ? low : high;
    return {
      name,
      number: RTMIN + i,
      effect: 'ends' as const,
      help: 'real-time signal; ends those that give it no meaning',
    };
  });
}

const [TERM, ...others] = standardSignals();

/** Every signal, SIGTERM first (`F9 Enter` is htop's), then by number. */
export const SIGNALS: readonly SignalRecord[] = [
  TERM as SignalRecord,
  ...[...others, ...realTimeSignals()].sort((a, b) => a.number - b.number),
];

const byNumber = new Map(SIGNALS.map((signal) => [signal.number, signal]));
const byName = new Map(SIGNALS.map((signal) => [signal.name, signal]));

/**
 * A signal from what people write: `TERM`, `SIGTERM`, `term`, `15`, `RTMIN+3`.
 * @returns undefined for anything else, 0 included: it sends nothing, so it is no signal here
 */
export function parseSignal(text: string): SignalRecord | undefined {
  if (/^\d{1,3}$/.test(text)) return byNumber.get(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(MIN\+|MAX-)(\d{1,2})$/.exec(name);
  if (realTime !== null) {
    const steps = Number(realTime[2]);
    const number = realTime[1] === 'MIN+' ? RTMIN + steps : RTMAX - steps;
    return number >= RTMIN ? byNumber.get(number) : undefined;
  }
  return byName.get(ALIASES[name] ?? name);
}

/** The signal of that name, which the program itself wrote. @throws Error for a name that is none: our bug */
export function signalNamed(name: string): SignalRecord {
  const signal = parseSignal(name);
  if (signal === undefined) throw new Error(`no signal ${name}`);
  return signal;
}

/** What the signal does to a process that gives it no meaning of its own. */
export function effectOf(signal: Signal): Effect {
  return byNumber.get(signal.number)?.effect ?? 'ends';
}
