// The one door to the machine. Every read, listing, link, signal, clock and sleep goes through a Kernel that is
// passed in, so that tests give a folder for /proc and a scripted kernel for races. All calls are synchronous on
// purpose: at zero free slots libuv could not start the threads that an asynchronous file call needs, and Node
// would abort (facts: slot-exhaustion).
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  opendirSync,
  readSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Failure } from './types.ts';

/** What a stat of a file tells us. */
export interface FileStat {
  readonly uid: number;
  readonly ino: number;
  readonly size: number;
  /** Links; of a proc root the number of processes of the whole machine and a constant (fs/proc/root.c, proc_root_getattr). */
  readonly nlink?: number;
}

/** A listing that goes on when it is asked to. */
export interface Names {
  /** Some more; none when there are no more, and then it must not be asked again. */
  next(): readonly string[] | Failure;
}

/**
 * A path without a leading slash is below the proc root (`1/stat`); with one it is absolute (`/etc/passwd`).
 * Every call answers with a Failure instead of throwing; anything but gone, denied and limit is a bug and throws.
 */
export interface Kernel {
  readonly root: string;
  /** Our own pid, as the proc root numbers it; 0 when the root is not one of our processes' views. */
  readonly pid: number;
  /** True when pids of the proc root are pids that kill(2) of this process means. */
  readonly canSignal: boolean;
  /**
   * The bytes of a file. The view is valid until the next read.
   * @param longestRecord bytes; where it is known, the read that finds the end is spared (procfs hands out whole
   * records, a page at a time, so one that leaves more room than a record was the last; for net/tcp, finding the end
   * costs as much as reading it)
   * @param isEnough asked after each page whether what was read so far will do: the rest is not read then
   */
  read(path: string, longestRecord?: number, isEnough?: (bytes: Uint8Array) => boolean): Uint8Array | Failure;
  /** The names in a folder, in no promised order. */
  list(path: string): string[] | Failure;
  /** The same, some at a time, for a folder so large that the whole would take too long. */
  names(path: string): Names | Failure;
  link(path: string): { readonly target: string } | Failure;
  stat(path: string): FileStat | Failure;
  /** Opens a file or folder and keeps it: `read('/proc/self/fd/N/stat')` through a held /proc/PID answers for that very process only. */
  open(path: string): number | Failure;
  /** `read` of a file that is held open, from its start anew. A held /proc/PID/stat answers for that very process only. */
  reread(fd: number, longestRecord?: number): Uint8Array | Failure;
  close(fd: number): void;
  /** kill(2). Throws on a pid that is not an integer above 1: never "", 0, negative. */
  kill(pid: number, signal: number): 'sent' | Failure;
  /** The nice value of this thread, which is the only one that works here; set first where one is given (setpriority(2)). */
  priority(value?: number): number | Failure;
  /** Sets the nice value of a process (setpriority(2), -20 to 19). Throws on a pid that is not an integer above 1. */
  setNice(pid: number, nice: number): 'set' | Failure;
  /** Stops our own process group as Ctrl-Z does, and returns when it was continued (at once where no shell could do that). */
  suspendOurselves(): void;
  /** Writes a small control file (autogroup, oom_score_adj, cgroup levers). */
  write(path: string, text: string): 'written' | Failure;
  /** Adds to a file, made for its owner alone where it is missing. Follows no link, and waits for no reader. */
  append(path: string, text: string): 'written' | Failure;
  /** Makes a folder, and those above it, for its owner alone; one that is there is left as it is. */
  makeFolder(path: string): 'made' | Failure;
  rename(from: string, to: string): 'renamed' | Failure;
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall clock, milliseconds since the epoch. */
  wall(): number;
  /** Blocks this thread. Only for the bounded waits of a signal pass. */
  sleep(ms: number): void;
}

const FAILURES: Readonly<Record<string, Failure>> = {
  ENOENT: 'gone',
  ESRCH: 'gone',
  ENOTDIR: 'gone',
  ENODEV: 'gone',
  EINVAL: 'gone',
  EIO: 'gone',
  EOPNOTSUPP: 'gone',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ELOOP: 'denied',
  EEXIST: 'denied',
  EISDIR: 'denied',
  ENOSPC: 'limit',
  EDQUOT: 'limit',
  EMFILE: 'limit',
  ENFILE: 'limit',
  ENOMEM: 'limit',
  EAGAIN: 'limit',
  EBUSY: 'limit',
};

/** The border where errno becomes one of three words. EINVAL is what readlink says of a file that is no link, and cgroup files of a dead group. */
export function failureOf(error: unknown): Failure {
  const { code, info } = error as NodeJS.ErrnoException & { readonly info?: { readonly code?: string } };
  const failure = FAILURES[code === 'ERR_SYSTEM_ERROR' ? (info?.code ?? '') : (code ?? '')];
  if (failure === undefined) throw error;
  return failure;
}

export function isFailure(answer: unknown): answer is Failure {
  return answer === 'gone' || answer === 'denied' || answer === 'limit';
}

/** f_type of procfs (linux/magic.h). */
const PROC_SUPER_MAGIC = 0x9fa0;
const FIRST_BUFFER = 64 * 1024;
/** The smallest page: what a read of procfs gives at a time (fs/seq_file.c). Larger pages only make reads longer. */
const PAGE = 4096;

/**
 * The real machine.
 * @param root the proc root, `/proc` or a host's mounted elsewhere
 * @throws Error with one line for the user when the root can't be read
 */
export function openKernel(root = '/proc'): Kernel {
  const base = resolve(root);
  let buffer = new Uint8Array(FIRST_BUFFER); // no Buffer: each view of one goes through Node's own code
  /** Its beginnings by their length. Thousands of stat lines are read at a look, of a few lengths: no garbage for each. */
  let beginnings = new Array<Uint8Array | undefined>(PAGE);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const full = (path: string): string => (path.startsWith('/') ? path : `${base}/${path}`);

  function attempt<T>(call: () => T): T | Failure {
    try {
      return call();
    } catch (error) {
      return failureOf(error);
    }
  }

  function beginning(length: number): Uint8Array {
    return length < PAGE ? (beginnings[length] ??= buffer.subarray(0, length)) : buffer.subarray(0, length);
  }

  /** @param isHeld read before, and so to be read from its start (pread(2)); a pipe has no such place */
  function drain(
    fd: number,
    longestRecord: number,
    isHeld: boolean,
    isEnough?: (bytes: Uint8Array) => boolean,
  ): Uint8Array {
    let length = 0;
    for (;;) {
      // What fills less than a page because less was asked for is not the end: rows behind it would be lost.
      if (buffer.length - length < PAGE) {
        buffer = twiceAsLong(buffer);
        beginnings = new Array<Uint8Array | undefined>(PAGE);
      }
      const got = readSync(fd, buffer, length, buffer.length - length, isHeld ? length : null);
      length += got;
      if (got < PAGE - longestRecord || got === 0) return beginning(length);
      if (isEnough?.(beginning(length)) === true) return beginning(length);
    }
  }

  function read(
    path: string,
    longestRecord = PAGE,
    isEnough?: (bytes: Uint8Array) => boolean,
  ): Uint8Array | Failure {
    let fd = -1;
    try {
      fd = openSync(full(path), 'r');
      return drain(fd, longestRecord, false, isEnough);
    } catch (error) {
      return failureOf(error);
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }

  /** Some hundred times a look, so without a closure for each. */
  function reread(fd: number, longestRecord = PAGE): Uint8Array | Failure {
    try {
      return drain(fd, longestRecord, true);
    } catch (error) {
      return failureOf(error);
    }
  }

  function send(target: number, signal: number): 'sent' | Failure {
    if (!Number.isSafeInteger(target) || target <= 1) throw new RangeError(`kill: not a process: ${target}`);
    try {
      process.kill(target, signal);
      return 'sent';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EINVAL') throw error; // no such signal: our bug
      return failureOf(error);
    }
  }

  const self = attempt(() => readlinkSync(full('self')));
  const pid = isFailure(self) ? 0 : Number(self) || 0;

  return {
    root: base,
    pid,
    canSignal: pid === process.pid && isOwnNamespace(base, read),
    read,
    list: (path) => attempt(() => readdirSync(full(path))),
    names: (path) => attempt(() => namesOf(full(path), attempt)),
    link: (path) => attempt(() => ({ target: readlinkSync(full(path)) })),
    // Without an exception for what isn't there: most numbers that are tried after a storm of forks are not.
    stat: (path) => attempt(() => statSync(full(path), { throwIfNoEntry: false }) ?? 'gone'),
    open: (path) => attempt(() => openSync(full(path), 'r')),
    reread,
    close: (fd) => closeSync(fd),
    kill: send,
    priority: (value) =>
      attempt(() => {
        if (value !== undefined) setPriority(value);
        return getPriority();
      }),
    setNice(target, nice) {
      if (!Number.isSafeInteger(target) || target <= 1)
        throw new RangeError(`nice: not a process: ${target}`);
      return attempt(() => {
        setPriority(target, nice);
        return 'set' as const;
      });
    },
    suspendOurselves: () => void process.kill(0, 'SIGTSTP'),
    write: (path, text) =>
      attempt(() => {
        writeFileSync(full(path), text);
        return 'written' as const;
      }),
    append: (path, text) => appendTo(full(path), text),
    makeFolder: (path) => attempt(() => makeFolders(full(path))),
    rename: (from, to) =>
      attempt(() => {
        renameSync(full(from), full(to));
        return 'renamed' as const;
      }),
    now: () => performance.now(),
    wall: () => Date.now(),
    sleep: (ms) => void Atomics.wait(sleeper, 0, 0, ms),
  };
}

function twiceAsLong(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length * 2);
  longer.set(bytes);
  return longer;
}

/** Names of a folder that are asked of the kernel at once. */
const SOME_NAMES = 64;

function namesOf(path: string, attempt: <T>(call: () => T) => T | Failure): Names {
  const folder = opendirSync(path, { bufferSize: SOME_NAMES });
  return {
    next() {
      const names: string[] = [];
      const end = attempt(() => {
        for (let entry; names.length < SOME_NAMES && (entry = folder.readSync()) !== null;)
          names.push(entry.name);
      });
      if (isFailure(end) || names.length === 0) folder.closeSync();
      return end ?? names;
    },
  };
}

/**
 * Not Node's own `recursive`: where a file system answers ENOENT for a name that it will not have (procfs, autofs), that
 * goes round for ever.
 */
function makeFolders(path: string, hasParents = false): 'made' {
  try {
    mkdirSync(path, 0o700);
    return 'made';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return 'made';
    if (code !== 'ENOENT' || hasParents || dirname(path) === path) throw error;
    makeFolders(dirname(path));
    return makeFolders(path, true);
  }
}

/** As root in somebody's home, a link there must not lead the writing elsewhere, nor a pipe hold it up (open(2)). */
const APPEND =
  constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function appendTo(path: string, text: string): 'written' | Failure {
  let fd = -1;
  try {
    fd = openSync(path, APPEND, 0o600);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    return 'written';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return FAILURES[code] ?? 'denied'; // a folder or a pipe of that name is no bug of ours
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** A procfs whose view of us has one level only (NSpid, proc_pid_status(5)) numbers processes as our own kill(2) does. */
function isOwnNamespace(base: string, read: Kernel['read']): boolean {
  try {
    if (statfsSync(base).type !== PROC_SUPER_MAGIC) return false;
  } catch {
    return false;
  }
  const status = read('self/status');
  if (isFailure(status)) return false;
  const levels = /^NSpid:\s*(.*)$/m.exec(Buffer.from(status).toString('latin1'))?.[1];
  return levels === undefined || levels.trim().split(/\s+/).length === 1;
}
