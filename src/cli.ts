// argv -> a command, or the UI. Opens the kernel door, catches everything, and is the only place that ends the program.
import { Complaint, isGiven, textOf, type Command, type Context, type Given } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import { filterOf } from './commands/filters.ts';
import { helpPage } from './commands/help.ts';
import { list } from './commands/list.ts';
import { openStdio, type Stdio } from './kernelStreams.ts';
import { version } from './commands/version.ts';
import { invocationOf, type Invocation } from './commands/words.ts';
import { compileSeldom } from './compileSeldom.ts';
import { safe } from './derive/safe.ts';
import { SETTINGS } from './derive/settings.ts';
import { isFailure, openKernel, type Kernel } from './kernel.ts';
import { EXIT } from './signal/report.ts';

/** @throws Complaint for a folder that is no proc root, in one line */
function openProc(root: string): Kernel {
  try {
    const kernel = openKernel(root);
    if (kernel.canSignal) return kernel; // a real one with us in it; to list 28,000 takes as long as a short command
    const names = kernel.list('.');
    if (isFailure(names))
      throw new Complaint(`--proc ${root}`, names === 'denied' ? 'not permitted' : 'no such folder');
    if (!names.some((name) => /^\d+$/.test(name)))
      throw new Complaint(`--proc ${root}`, 'no processes there');
    return kernel;
  } catch (error) {
    throw error instanceof Complaint ? error : new Complaint(`--proc ${root}`, (error as Error).message);
  }
}

/** @throws Complaint */
function delayOf(given: Given): number | undefined {
  const text = textOf(given, 'delay');
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || SETTINGS.delay.check(seconds) === undefined) {
    throw new Complaint(`--delay ${text}`, `not ${SETTINGS.delay.form}`);
  }
  return seconds;
}

/** The locale says whether the terminal can show more than ASCII (locale(7): the first of these that is set counts). */
function localeIsUtf8({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

function contextOf(stdio: Stdio, given: Given): Context {
  const root = textOf(given, 'proc') ?? '/proc';
  let kernel: Kernel | undefined;
  return {
    stdio,
    kernel: () => (kernel ??= openProc(root)),
    readOnly: isGiven(given, 'read-only'),
    ascii: isGiven(given, 'ascii') || !localeIsUtf8(process.env),
  };
}

async function openUi(
  context: Context,
  { words, given }: Invocation,
  delay: number | undefined,
): Promise<number> {
  const { NO_COLOR, TERM } = process.env;
  // The only dynamic import: a list doesn't pay for React. It is done before the first look.
  const { runUi } = await import('./tui.tsx');
  return runUi({
    kernel: context.kernel(),
    filter: filterOf(words.join(' ')),
    readOnly: context.readOnly,
    asked: {
      ...(delay === undefined ? {} : { delay }),
      ...(isGiven(given, 'no-color') || NO_COLOR || TERM === 'dumb' ? { colour: false } : {}),
      ...(context.ascii ? { ascii: true } : {}),
    },
  });
}

async function main(stdio: Stdio, argv: readonly string[]): Promise<number> {
  const invocation = invocationOf(argv);
  const { command, words, given } = invocation;
  const context = contextOf(stdio, given);
  if (isGiven(given, 'version')) return version.run(context, [], {});
  if (isGiven(given, 'help')) {
    stdio.out(helpPage(command, COMMANDS));
    return EXIT.holds;
  }
  const delay = delayOf(given);
  const answer = (asked: Command): ReturnType<Command['run']> => {
    if (asked.looksOnce === true) compileSeldom();
    return asked.run(context, words, given);
  };
  if (command !== undefined) return answer(command);
  const asksForList = Object.keys(list.options).some((name) => given[name] !== undefined);
  const hasTerminal = stdio.stdinIsTerminal && stdio.width !== undefined;
  if (asksForList || !hasTerminal) return answer(list);
  return openUi(context, invocation, delay);
}

/** One line for whatever ended the program; never a stack trace. */
function lastWords(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof Complaint) return { line: `${error.what}: ${error.why}`, code: error.code };
  const { code, message } = error as NodeJS.ErrnoException;
  const isOutput = code === 'ENOSPC' || code === 'EBADF' || code === 'EIO';
  return { line: isOutput ? `output: ${message}` : `internal error: ${message}`, code: EXIT.incomplete };
}

/** Runs it to its end, and ends the program with it. */
async function run(stdio: Stdio): Promise<void> {
  let code: number;
  try {
    code = await main(stdio, process.argv.slice(2));
  } catch (error) {
    const last = lastWords(error);
    stdio.err(`slotop: ${safe(last.line)}\n`);
    code = last.code;
  }
  process.exit(code);
}

void run(openStdio());
