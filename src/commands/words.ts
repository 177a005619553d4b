// argv into a command, its words and its options.
import { parseArgs } from 'node:util';
import { COMMON, Complaint, type Command, type Given, type Options } from './command.ts';
import { COMMANDS, commandOf } from './commands.ts';
import { list } from './list.ts';

export interface Invocation {
  /** undefined for a bare `slotop [FILTER]`. */
  readonly command: Command | undefined;
  readonly words: readonly string[];
  readonly given: Given;
}

/** A first word that is no command is a filter: bare slotop takes list's options too, for where it is `list`. */
export function invocationOf(argv: readonly string[]): Invocation {
  const at = firstWord(argv);
  const command = at === undefined ? undefined : commandOf(argv[at]);
  const rest = command === undefined ? argv : argv.filter((_, index) => index !== at);
  const parsed = parse(rest, { ...COMMON, ...(command ?? list).options }, command?.name);
  return { command, ...parsed };
}

/** Place of the first word that is neither an option nor an option's value; undefined behind `--`. */
function firstWord(argv: readonly string[]): number | undefined {
  const options = Object.assign({}, ...COMMANDS.map((command) => command.options), COMMON) as Options;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind !== 'option');
  return first?.kind === 'positional' ? first.index : undefined;
}

function parse(
  args: readonly string[],
  options: Options,
  name: string | undefined,
): Omit<Invocation, 'command'> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { words: positionals, given: values };
  } catch (error) {
    throw complaintOf(error, name);
  }
}

/** Node's messages run over several lines and advise on `--`; ours say what is wrong. */
function complaintOf(error: unknown, name: string | undefined): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS_') !== true) return error;
  const option = /'([^']*)'/.exec(message)?.[1] ?? '';
  const what = name === undefined ? option : `${name}: ${option}`;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    if (!/^-\d/.test(option)) return new Complaint(what, 'unknown option');
    if (name === 'free' || name === 'ports') return new Complaint(what, 'not a port (1 to 65535)');
    // `kill -9 PID` is in everybody's fingers.
    const isSending = name === 'signal' || name === 'kill';
    const how = isSending
      ? 'and a signal has no dash here: slotop signal KILL PID'
      : 'a pid is a whole number above 0';
    return new Complaint(what, `not a pid, ${how}`);
  }
  if (/ambiguous/.test(message))
    return new Complaint(what, `a value that begins with a dash is written ${option}=VALUE`);
  const [why = 'bad option'] = message.split('\n');
  return new Complaint(what, why.replace(/^Option '[^']*' ?/, '').replace(/\.$/, ''));
}
