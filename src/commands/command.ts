// What a command of the command line is: one record feeds the dispatch, the options, the usage errors and the help.
import type { Kernel } from '../kernel.ts';
import { EXIT, type ExitCode } from '../signal/report.ts';
import type { Stdio } from '../kernelStreams.ts';

export interface Option {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly help: string;
  /** What stands for the value in the help: `N`, `DIR`. */
  readonly value?: string;
  /** The values that a shell may offer; `commas` where several are written with commas between them. */
  readonly choices?: () => readonly string[];
  readonly commas?: true;
}

export type Options = Readonly<Record<string, Option>>;

/** What was given for the options, by name. */
export type Given = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface Context {
  readonly stdio: Stdio;
  /** Opens the proc root that `--proc` names. @throws Complaint when it can't be read */
  readonly kernel: () => Kernel;
  readonly readOnly: boolean;
  readonly ascii: boolean;
}

export interface Command {
  readonly name: string;
  /** After `slotop`: `list [FILTER]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
  /** It looks, answers and ends: what V8 would compile for speed meanwhile is not worth its time (compileSeldom.ts). */
  readonly looksOnce?: true;
  /** What its first word may be, where that can be listed. */
  readonly choices?: () => readonly string[];
  /** More for its help page. */
  readonly more?: () => readonly string[];
  readonly run: (context: Context, words: readonly string[], given: Given) => ExitCode | Promise<ExitCode>;
}

/** An end that is the user's to know of: printed as `slotop: what: why`, one line. */
export class Complaint extends Error {
  constructor(
    readonly what: string,
    readonly why: string,
    readonly code: ExitCode = EXIT.usage,
  ) {
    super(`${what}: ${why}`);
  }
}

export function textOf(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}

export function isGiven(given: Given, name: string): boolean {
  return given[name] === true;
}

/** A whole number of at least 1. @throws Complaint */
export function countOf(given: Given, name: string): number | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new Complaint(`--${name} ${text}`, 'not a whole number above 0');
  }
  return value;
}

/** The options that every command takes, and the UI. */
export const COMMON: Options = {
  proc: {
    type: 'string',
    value: 'DIR',
    help: 'read another proc root (looking only, unless its pids are ours)',
  },
  'read-only': { type: 'boolean', help: 'send nothing, whatever is asked' },
  'no-color': { type: 'boolean', help: 'no colours (also with NO_COLOR set)' },
  ascii: { type: 'boolean', help: 'draw with ASCII only' },
  delay: { type: 'string', value: 'SECONDS', help: 'time between looks of the UI, 0.1 to 60 (1.5)' },
  help: { type: 'boolean', short: 'h', help: 'show help and leave' },
  version: { type: 'boolean', short: 'V', help: 'show the version and leave' },
};
