// How the rules that are one of a kind read their value, and what they ask of a process.
import { commandLine, exactName, nameOf } from './name.ts';
import { listOf, part, wholeNumber, type Problem, type Test } from './rule.ts';

const LAST_PORT = 65_535;
/** proc_pid_stat(5) field 3. */
const STATES = 'RSDTtZXxKWPI';

export function exactly(value: string): Test | Problem {
  if (value === '') return { problem: 'no name given' };
  // exe can't be read of other users' processes; that alone does not make the answer unknown, or nothing of theirs
  // could ever be filtered out.
  return (proc) => exactName(proc, value) ?? (proc.cmdline === undefined ? undefined : false);
}

export function regular(value: string): Test | Problem {
  if (value === '') return { problem: 'no regular expression given' };
  // Classes like \S and \W are no capitals.
  const flags = /\p{Lu}/u.test(value.replace(/\\./g, '')) ? 's' : 'is';
  let expression: RegExp;
  try {
    expression = new RegExp(value, flags);
  } catch (error) {
    const why = (error as Error).message.split(': ').at(-1) ?? '';
    return { problem: `not a regular expression: ${why.charAt(0).toLowerCase()}${why.slice(1)}` };
  }
  return (proc) => {
    if (proc.cmdline === undefined) return undefined;
    return expression.test(commandLine(proc)) ? 'cmdline' : false;
  };
}

export function ports(value: string): Test | Problem {
  const wanted = listOf(value, (text) => wholeNumber(text, 1, LAST_PORT));
  if (wanted === undefined) return { problem: `not a port (1 to ${LAST_PORT})` };
  return (proc, { socketsOf }) => {
    const held = socketsOf.get(proc.pid)?.find(({ port }) => wanted.includes(port));
    return held === undefined ? false : `port ${held.port}`;
  };
}

export function users(value: string): Test | Problem {
  const wanted = listOf(value, (text) => text || undefined);
  if (wanted === undefined) return { problem: 'no user given' };
  return ({ uid }, { userName }) => {
    if (uid === undefined) return undefined;
    return wanted.includes(String(uid)) || wanted.includes(userName(uid)) ? 'user' : false;
  };
}

export function states(value: string): Test | Problem {
  const letters = [...value.replaceAll(',', '')].map((letter) =>
    STATES.includes(letter) ? letter : letter.toUpperCase(),
  );
  if (letters.length === 0 || !letters.every((letter) => STATES.includes(letter))) {
    return { problem: 'not a state (R S D T t Z I X)' };
  }
  return ({ state }) => (letters.includes(state) ? 'state' : false);
}

export function terminals(value: string): Test | Problem {
  const wanted = listOf(value, (text) => text.replace(/^\/dev\//, '') || undefined);
  if (wanted === undefined) return { problem: 'no terminal given, as in tty:pts/3 (tty:? for none)' };
  const none = wanted.includes('?') || wanted.includes('-');
  return ({ ttyNr }, { ttyName }) => {
    if (ttyNr === 0) return none ? 'tty' : false;
    const name = ttyName(ttyNr);
    return name === undefined ? undefined : wanted.includes(name.replace(/^\/dev\//, '')) ? 'tty' : false;
  };
}

export function words(value: string): Test | Problem {
  if (value === '') return { problem: 'nothing to look for' };
  const matches = part(value);
  return (proc) => {
    const name = nameOf(proc);
    if (matches(name) || (name !== proc.comm && matches(proc.comm))) return 'name';
    if (proc.cmdline === undefined) return undefined;
    return matches(commandLine(proc)) ? 'cmdline' : false;
  };
}
