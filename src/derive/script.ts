// Which script an interpreter runs, told from its command line. A wrong claim may get an innocent process killed, so
// where an option is not known, or code comes from the line itself or from stdin, there is no claim.

import { INTERPRETERS, type Interpreter } from './interpreters.ts';

/** The last part of a path; "" where that names nothing (`.`, `..`, `/`). */
export function basename(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const name = trimmed.slice(trimmed.lastIndexOf('/') + 1);
  return name === '.' || name === '..' ? '' : name;
}

/**
 * What an interpreter runs: the script's basename, a module (`http.server`), a jar or a main class.
 * @param argv as in /proc/PID/cmdline
 * @param program the basename of the program, which is not always that of argv[0]
 * @returns undefined where it runs none, or where that is not certain
 */
export function scriptOf(argv: readonly string[], program: string): string | undefined {
  if (program === 'env') return scriptOfEnv(argv);
  const interpreter = INTERPRETERS.find(({ name }) => name.test(program));
  if (interpreter === undefined) return undefined;
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '-' || word === '') return undefined; // stdin
    if (word === '--') {
      at++;
      break;
    }
    if (word.startsWith('+') && interpreter.shell === true) continue;
    if (!word.startsWith('-')) {
      if (interpreter.classes === true && word.startsWith('@')) continue; // a file of options
      if (interpreter.verbs?.includes(word)) continue;
      break;
    }
    const option =
      interpreter.longDash === true || word.startsWith('--')
        ? longOption(interpreter, word)
        : letters(interpreter, word);
    if (option === 'unsure') return undefined;
    if (option === 'next') at++;
    if (option === 'runs') return claim(interpreter, argv[at + 1], true);
    if (typeof option === 'object') return claim(interpreter, option.runs, true);
  }
  return claim(interpreter, argv[at], false);
}

/** What an option word does: nothing to what follows, takes the next word, names what runs in the next word or itself. */
type Option = 'alone' | 'next' | 'runs' | 'unsure' | { readonly runs: string };

function longOption(interpreter: Interpreter, word: string): Option {
  if (interpreter.longCode?.includes(word.split('=', 1)[0] as string)) return 'unsure';
  if (interpreter.longRuns?.includes(word)) return 'runs';
  return interpreter.longValues?.includes(word) ? 'next' : 'alone';
}

function letters(interpreter: Interpreter, word: string): Option {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] as string;
    const rest = word.slice(i + 1);
    if (interpreter.runs?.includes(letter)) return rest === '' ? 'runs' : { runs: rest };
    if (interpreter.values?.includes(letter)) {
      return rest === '' ? 'next' : interpreter.shell === true ? 'unsure' : 'alone';
    }
    if (interpreter.attached?.includes(letter)) return 'alone';
    if (!interpreter.flags.includes(letter)) return 'unsure';
  }
  return 'alone';
}

function claim(interpreter: Interpreter, word: string | undefined, isNamed: boolean): string | undefined {
  if (word === undefined || word === '') return undefined;
  if (interpreter.verbs !== undefined && !isNamed && !/[./]/.test(word)) return undefined;
  if (interpreter.classes === true && !/\.(jar|java)$/.test(word)) return word;
  return basename(word) || undefined;
}

/** env(1) replaces itself by the program, so it is seen only in passing: what it is about to become. */
function scriptOfEnv(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word, i) => i > 0 && !word.includes('='));
  const program = argv[at];
  if (program === undefined || program.startsWith('-')) return undefined;
  return scriptOf(argv.slice(at), basename(program));
}
