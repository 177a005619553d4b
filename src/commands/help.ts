// `slotop help`, `--help` everywhere: made of the records of the registries, so it can't be out of date.
import { RULES } from '../derive/match.ts';
import { EXIT } from '../signal/report.ts';
import { COMMON, Complaint, type Command, type Options } from './command.ts';

function optionLines(options: Options): string[] {
  const words = Object.entries(options).map(([name, { short, value, help }]) => ({
    form: `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const width = Math.max(0, ...words.map(({ form }) => form.length));
  return words.map(({ form, help }) => `  ${form.padEnd(width)}  ${help}`);
}

function filterLines(): string[] {
  const width = Math.max(...RULES.map(({ form }) => form.length));
  return RULES.map(({ form, help }) => `  ${form.padEnd(width)}  ${help}`);
}

const TARGET =
  'TARGET: a pid; :PORT for its holders; NAME for exactly that name; or a term below with its prefix';
const FILTER = 'FILTER: words that must all match; a|b for either, !a for not, "a b" for one with blanks';
const EXIT_CODES =
  'Exit codes: 0 done; 1 nothing matched; 2 usage; 3 incomplete; 4 not permitted; 5 respawned';

/** What stands for a target or a filter in the usage, or behind an option, is explained on the same page. */
function termLines({ usage, options }: Command): string[] {
  const hasTargets = usage.includes('TARGET');
  const hasFilter =
    usage.includes('FILTER') || Object.values(options).some(({ value }) => value === 'FILTER');
  if (!hasTargets && !hasFilter) return [];
  return ['', ...(hasTargets ? [TARGET] : []), FILTER, ...filterLines()];
}

/** The page of one command, or of the whole program without one. */
export function helpPage(command: Command | undefined, commands: readonly Command[]): string {
  const lines = command === undefined ? overview(commands) : pageOf(command);
  return `${lines.join('\n')}\n`;
}

function overview(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return [
    'slotop: watches process slots, shows who holds which port, signals a selection, a tree or a name group',
    '',
    'usage: slotop [FILTER]   the terminal UI; without a terminal as `slotop list FILTER`',
    ...commands.map(({ usage, summary }) => `       slotop ${usage.padEnd(width)}   ${summary}`),
    '',
    TARGET,
    FILTER,
    ...filterLines(),
    '',
    'Options of all commands:',
    ...optionLines(COMMON),
    '',
    EXIT_CODES,
  ];
}

function pageOf(command: Command): string[] {
  const { usage, summary, options, more } = command;
  const own = optionLines(options);
  return [
    `usage: slotop ${usage}${own.length > 0 ? ' [OPTIONS]' : ''}`,
    `       ${summary}`,
    ...(own.length > 0 ? ['', 'Options:', ...own] : []),
    ...termLines(command),
    '',
    'Options of all commands:',
    ...optionLines(COMMON),
    ...(more === undefined ? [] : ['', ...more()]),
    '',
    EXIT_CODES,
  ];
}

/** Help is one of the commands that it lists, so it is given them when it runs. */
export function helpOf(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    usage: 'help [COMMAND]',
    choices: () => commands().map(({ name }) => name),
    summary: 'show help, of a command or of all',
    options: {},
    run({ stdio }, [name]) {
      const all = commands();
      const command = all.find((one) => one.name === name);
      if (name !== undefined && command === undefined) {
        const known = all.map((one) => one.name).join(' ');
        throw new Complaint(`help: ${name}`, `no such command; there are: ${known}`);
      }
      stdio.out(helpPage(command, all));
      return EXIT.holds;
    },
  };
}
