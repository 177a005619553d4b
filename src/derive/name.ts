// What a process is called. The kernel's comm is short (15 bytes) and belongs to whoever set it last; argv can be
// rewritten; exe is the interpreter of a script. People use all of them, so all of them are names, each with its field.
import type { Proc } from '../types.ts';
import { basename, scriptOf } from './script.ts';

/** Where a name comes from; `name` is the full one of a comm that was cut. */
export type NameField = 'comm' | 'name' | 'argv0' | 'exe' | 'script' | 'title';

export interface Name {
  readonly field: NameField;
  readonly value: string;
}

/** TASK_COMM_LEN (linux/sched.h) less the final NUL. Bytes: a character may be cut in the middle. */
const COMM_BYTES = 15;
/** proc_pid_stat(5) field 9, PF_KTHREAD. */
const PF_KTHREAD = 0x0020_0000;

const ASCII = /^[\0-\x7f]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // a byte order mark is part of a name

/** What the kernel makes of a program's name for comm, decoded as proc/stat.ts decodes it. */
function cutToComm(name: string): string {
  return decoder.decode(encoder.encode(name).subarray(0, COMM_BYTES));
}

function isCutOf(comm: string, name: string): boolean {
  return encoder.encode(name).length > COMM_BYTES && cutToComm(name) === comm;
}

interface Known {
  readonly comm: string;
  readonly exe: string | undefined;
  readonly names: readonly Name[];
}

/** Names by argv array: the table keeps the array until it reads another command line, so most rows are asked again and again. */
const known = new WeakMap<readonly string[], Known>();

/** All that the process is called, the most telling first, each value once. Never empty strings. */
export function namesOf(proc: Proc): readonly Name[] {
  const { comm, exe, cmdline } = proc;
  const met = cmdline === undefined ? undefined : known.get(cmdline);
  if (met?.comm === comm && met.exe === exe) return met.names;
  const names = findNames(comm, exe, cmdline ?? []);
  if (cmdline !== undefined) known.set(cmdline, { comm, exe, names });
  return names;
}

function findNames(comm: string, exe: string | undefined, argv: readonly string[]): Name[] {
  const exeName = exe === undefined ? '' : basename(exe.replace(/ \(deleted\)$/, ''));
  const title = titleOf(argv, exe);
  const argv0 = title === undefined ? argv0Name(argv[0] ?? '', comm, exeName) : '';
  const script = title === undefined ? (scriptOf(argv, argv0) ?? scriptOf(argv, exeName) ?? '') : '';
  const full = [argv0, exeName, script].find((name) => isCutOf(comm, name));

  const names: Name[] = [];
  const add = (field: NameField, value: string | undefined): void => {
    if (value !== undefined && value !== '' && !names.some((name) => name.value === value)) {
      names.push({ field, value });
    }
  };
  add('comm', comm);
  add('name', full);
  add('argv0', argv0);
  add('exe', exeName);
  add('script', script);
  add('title', title);
  add('title', title?.includes(': ') === true ? title.slice(0, title.indexOf(': ')) : undefined);
  return names;
}

/**
 * A title that the process wrote over its argv (`nginx: worker process`, `Passenger AppPreloader: /srv/app`): argv[0]
 * holds blanks and is no path. Its basename would be nonsense (`app`).
 */
function titleOf(argv: readonly string[], exe: string | undefined): string | undefined {
  const [first = ''] = argv;
  if (!/\s/.test(first) || first === exe) return undefined;
  return /^-?[./]/.test(first) ? undefined : first;
}

/** The program by argv[0]; a login shell's has a dash in front (login(1)). */
function argv0Name(argv0: string, comm: string, exeName: string): string {
  const path = argv0.replace(/^-(?=.)/, '');
  if (!/\s/.test(path)) return basename(path);
  // Either a folder with a blank in it, or a line with all arguments in one word (Chrome's helpers). Only what the
  // kernel's names bear out is claimed.
  const candidates = [path, path.split(/\s+-/, 1)[0] as string, path.split(/\s/, 1)[0] as string].map(
    basename,
  );
  return candidates.find((name) => name !== '' && (name === exeName || cutToComm(name) === comm)) ?? '';
}

/**
 * The name for the screen and for groups: comm, or the full name where comm was cut. A title never counts here: it
 * changes as the process works (`puma: cluster worker 3: 4711`), and each process would be a group of its own.
 */
export function nameOf(proc: Proc): string {
  // Nearly every comm: too short to have been cut.
  if (proc.comm.length < COMM_BYTES && ASCII.test(proc.comm)) return proc.comm;
  return namesOf(proc).find(({ field }) => field === 'name')?.value ?? proc.comm;
}

/** The field in which the process is called exactly that; undefined when it is called otherwise. */
export function exactName(proc: Proc, name: string): NameField | undefined {
  return namesOf(proc).find(({ value }) => value === name)?.field;
}

const lines = new WeakMap<readonly string[], string>();

/** argv joined by blanks; `[comm]` for a kernel thread; comm where there is no argv (zombies). Unsafe to print as it is. */
export function commandLine(proc: Proc): string {
  const { cmdline, comm } = proc;
  if (cmdline === undefined || cmdline.length === 0) {
    return (proc.flags & PF_KTHREAD) !== 0 ? `[${comm}]` : comm;
  }
  let line = lines.get(cmdline);
  if (line === undefined) {
    // A title leaves the room of the old argv behind as empty words.
    line = cmdline.join(' ').replace(/ +$/, '');
    lines.set(cmdline, line);
  }
  return line === '' ? comm : line;
}
