// The door to the user's own streams: standard output, error and the terminal's answer, written and read at once and in
// full. Node's own process.stdout writes to a pipe in the background: what is left of a long list when the program ends
// would be lost. What may not wait for its reader (a screen, a line of progress while somebody is stopped) goes through a
// door of its own.
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export interface Stdio {
  /** Writes to standard output. A reader that has left (`| head`) is no error: the rest is dropped quietly. */
  out(text: string): void;
  /** Writes to standard error; nothing can be done about a failure there. */
  err(text: string): void;
  /** Shows a passing word on the terminal of standard error, or leaves it out: it never waits. */
  hint(text: string): void;
  /** Shows a question on standard error and waits for a line from the terminal. */
  ask(question: string): string;
  readonly stdinIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Cells in a line of the terminal on standard output; undefined when it is none. */
  readonly width: number | undefined;
}

/** A stream that others made non-blocking answers EAGAIN while it is full, or empty: wait so many milliseconds between tries. */
const AGAIN_MS = 2;
/** Bytes of a line that a terminal hands out at most (N_TTY_BUF_SIZE). */
const LONGEST_LINE = 4096;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function pause(): void {
  Atomics.wait(sleeper, 0, 0, AGAIN_MS);
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

/** What was typed up to Enter; empty when the terminal was closed. A terminal hands out whole lines (termios(3), canonical mode). */
function readLine(): string {
  const line = Buffer.alloc(LONGEST_LINE);
  for (;;) {
    try {
      return line.toString('utf8', 0, readSync(0, line)).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return '';
      pause();
    }
  }
}

/** A terminal that is written without waiting for it. */
export interface TerminalDoor {
  /** False where it is only to be had as all others have it: then a write waits until everything is taken. */
  readonly neverWaits: boolean;
  /** @returns how many bytes were taken, from `from` on: 0 while the terminal takes none */
  write(bytes: Uint8Array, from: number): number | 'gone';
}

/**
 * The terminal behind a descriptor, opened anew: O_NONBLOCK belongs to an open file, and the shell and its other programs
 * share theirs with us (open(2), "Open file descriptions"). No thread waits, and nobody else's writes fail.
 */
export function openTerminalDoor(fd: number): TerminalDoor {
  const own = reopened(fd);
  return {
    neverWaits: own !== undefined,
    write(bytes, from) {
      try {
        return writeSync(own ?? fd, bytes, from);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : 'gone';
      }
    },
  };
}

/** Under another user's name (su) its file may not be opened, but /dev/tty may, which is the terminal of our session. */
function reopened(fd: number): number | undefined {
  for (const path of [`/proc/self/fd/${fd}`, '/dev/tty']) {
    try {
      if (path !== '/dev/tty' || isOurSessions(fd))
        return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
  return undefined;
}

/**
 * What was typed on our terminal and nobody has read yet, without waiting for more; undefined where that can't be read. A
 * program in the background would be stopped for reading it (termios(3), SIGTTIN).
 */
export function typedAhead(): string | undefined {
  const { pgrp, foreground } = ourTerminal();
  if (pgrp !== foreground) return undefined;
  try {
    const fd = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const typed = Buffer.alloc(LONGEST_LINE);
      const count = readSync(fd, typed);
      return count === 0 ? undefined : typed.toString('latin1', 0, count);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? '' : undefined;
  }
}

/** Whether what is typed on the terminal that we write to comes to us: both are the terminal of our session. */
export function answersComeBack(): boolean {
  return isOurSessions(0) && isOurSessions(1);
}

/** Fields 5, 7 and 8 of proc_pid_stat(5). The terminal of a session is numbered as files are. */
function ourTerminal(): Readonly<Record<'pgrp' | 'rdev' | 'foreground', number>> {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const [, , pgrp, , rdev, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pgrp: Number(pgrp), rdev: Number(rdev), foreground: Number(foreground) };
}

function isOurSessions(fd: number): boolean {
  return fstatSync(fd).rdev === ourTerminal().rdev;
}

/** The standard streams of this program. */
export function openStdio(): Stdio {
  let readerHasLeft = false;
  function out(text: string): void {
    if (readerHasLeft) return;
    try {
      writeAll(1, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      readerHasLeft = true;
    }
  }
  function err(text: string): void {
    try {
      writeAll(2, text);
    } catch {
      // Standard error is closed or full: there is nobody left to tell.
    }
  }
  let terminal: TerminalDoor | undefined;
  return {
    out,
    err,
    hint(text) {
      terminal ??= openTerminalDoor(2);
      if (terminal.neverWaits) terminal.write(Buffer.from(text), 0);
    },
    ask(question) {
      err(question);
      return readLine();
    },
    stdinIsTerminal: isatty(0),
    stderrIsTerminal: isatty(2),
    width: isatty(1) ? process.stdout.columns || 80 : undefined,
  };
}
