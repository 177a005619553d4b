// What a shell needs to complete slotop's command line, written for each shell from the same records. All lists are in
// the script: no slotop is started for a Tab, and none could be on a full machine.
import { COMMON, type Command, type Option, type Options } from './command.ts';

/** An option of the program with the values that can be listed for it. */
interface Completed {
  readonly name: string;
  readonly option: Option;
  readonly choices: readonly string[];
}

function completed(options: Options): Completed[] {
  return Object.entries(options).map(([name, option]) => ({
    name,
    option,
    choices: option.choices?.() ?? [],
  }));
}

/** Every option of any command once: one name takes the same values wherever it stands. */
function allOptions(commands: readonly Command[]): Completed[] {
  return completed(Object.assign({}, ...commands.map(({ options }) => options), COMMON) as Options);
}

const flags = (options: Options): string =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(' ');

const names = (commands: readonly Command[]): string => commands.map(({ name }) => name).join(' ');

/** Single quotes protect everything but themselves. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** How a shell offers words: as they are, as a list with commas, or as the folders that there are. */
interface Offers {
  readonly words: (choices: readonly string[]) => string;
  readonly list: (choices: readonly string[]) => string;
  readonly folders: string;
}

/** The branches of a `case` on the option before the cursor; bash and zsh write them alike. */
function valueCases(commands: readonly Command[], offers: Offers): string[] {
  return allOptions(commands)
    .filter(({ option }) => option.type === 'string')
    .map(({ name, option, choices }) => {
      const offer =
        option.value === 'DIR'
          ? offers.folders
          : choices.length === 0
            ? ''
            : option.commas === true
              ? offers.list(choices)
              : offers.words(choices);
      return `    --${name}) ${offer}${offer === '' ? '' : '; '}return ;;`;
    });
}

function commandCases(commands: readonly Command[], words: (choices: readonly string[]) => string): string[] {
  return commands.map(({ name, choices = () => [], options }) => {
    const first = choices();
    const offer = first.length === 0 ? '' : `[[ $args == 0 && $cur != -* ]] && ${words(first)}; `;
    return `    ${name}) ${offer}flags="$flags ${flags(options)}" ;;`;
  });
}

/** Finds the command among the words before the cursor: options and their values are stepped over. */
function findCommand(commands: readonly Command[], word: string, from: number, to: string): string[] {
  const valued = allOptions(commands)
    .filter(({ option }) => option.type === 'string')
    .map(({ name }) => `--${name}`)
    .join('|');
  return [
    `  for ((i = ${from}; i < ${to}; i++)); do`,
    `    case ${word} in`,
    `      ${valued}) ((i += 1)) ;;`,
    '      -*|=) ;;',
    `      *) if [[ -z $command ]]; then command=${word}; else ((args += 1)); fi ;;`,
    '    esac',
    '  done',
  ];
}

function bash(commands: readonly Command[]): string[] {
  const words = (choices: readonly string[]): string =>
    `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur"))`;
  const list = (choices: readonly string[]): string =>
    `COMPREPLY=($(compgen -P "\${cur%"\${cur##*,}"}" -W ${quoted(choices.join(' '))} -- "\${cur##*,}")); compopt -o nospace 2>/dev/null`;
  return [
    '# bash completion of slotop: eval "$(slotop completion bash)"',
    '_slotop() {',
    `  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' args=0 i flags=${quoted(flags(COMMON))}`,
    '  COMPREPLY=()',
    '  # bash makes three words of --sort=cpu',
    "  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi",
    ...findCommand(commands, '${COMP_WORDS[i]}', 1, 'COMP_CWORD'),
    '  case $prev in',
    ...valueCases(commands, { words, list, folders: 'COMPREPLY=($(compgen -d -- "$cur"))' }),
    '  esac',
    '  case $command in',
    `    '') [[ $cur != -* ]] && ${words(commands.map(({ name }) => name))}; flags="$flags ${bareFlags(commands)}" ;;`,
    ...commandCases(commands, words),
    '  esac',
    '  [[ $cur == -* ]] && COMPREPLY=($(compgen -W "$flags" -- "$cur"))',
    '  return 0',
    '}',
    'complete -F _slotop slotop',
  ];
}

/** A bare slotop takes the options of its first command, list. */
function bareFlags([list]: readonly Command[]): string {
  return list === undefined ? '' : flags(list.options);
}

function zsh(commands: readonly Command[]): string[] {
  const words = (choices: readonly string[]): string => `compadd -- ${choices.map(quoted).join(' ')}`;
  const list = (choices: readonly string[]): string =>
    `compset -P '*,'; compadd -q -S, -- ${choices.map(quoted).join(' ')}`;
  return [
    '#compdef slotop',
    '# zsh completion of slotop: source <(slotop completion zsh), or as _slotop in a folder of $fpath',
    '_slotop() {',
    `  local cur=$PREFIX prev=\${words[CURRENT-1]} command='' args=0 i flags=${quoted(flags(COMMON))}`,
    "  if [[ $cur == --*=* ]]; then prev=${cur%%=*}; compset -P '--*='; cur=$PREFIX; fi",
    ...findCommand(commands, '${words[i]}', 2, 'CURRENT'),
    '  case $prev in',
    ...valueCases(commands, { words, list, folders: '_directories' }),
    '  esac',
    '  case $command in',
    `    '') [[ $cur != -* ]] && ${words(commands.map(({ name }) => name))}; flags="$flags ${bareFlags(commands)}" ;;`,
    ...commandCases(commands, words),
    '  esac',
    '  [[ $cur == -* ]] && compadd -- ${=flags}',
    '  return 0',
    '}',
    'compdef _slotop slotop',
  ];
}

function fish(commands: readonly Command[]): string[] {
  const optionLines = (options: Options, condition: string): string[] =>
    completed(options).map(({ name, option, choices }) => {
      const words = choices.join(' ');
      const offer =
        option.type === 'boolean'
          ? ''
          : option.value === 'DIR'
            ? " -x -a '(__fish_complete_directories)'"
            : words === ''
              ? ' -x'
              : option.commas === true
                ? ` -x -a ${quoted(`(__fish_complete_list , 'string split " " "${words}"')`)}`
                : ` -x -a ${quoted(words)}`;
      return `complete -c slotop${condition}${option.short === undefined ? '' : ` -s ${option.short}`} -l ${name}${offer} -d ${quoted(option.help)}`;
    });
  const none = ` -n ${quoted(`not __fish_seen_subcommand_from ${names(commands)}`)}`;
  return [
    '# fish completion of slotop: slotop completion fish | source',
    'complete -c slotop -f',
    ...commands.map(({ name, summary }) => `complete -c slotop${none} -a ${name} -d ${quoted(summary)}`),
    ...optionLines(COMMON, ''),
    ...commands.flatMap(({ name, options, choices }) => {
      const here = ` -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      const first = choices?.() ?? [];
      return [
        ...(first.length === 0 ? [] : [`complete -c slotop${here} -a ${quoted(first.join(' '))}`]),
        ...optionLines(options, here),
      ];
    }),
  ];
}

/** A script by the shell that reads it. */
export const SHELLS: Readonly<Record<string, (commands: readonly Command[]) => string[]>> = {
  bash,
  zsh,
  fish,
};
