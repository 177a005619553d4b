// The door to the user's own streams: standard output, error and the terminal's answer, written and read at once and in full. Node's own process.stdout
// writes to a pipe in the background: what is left of a long list when the program ends would be lost.
import { readSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export interface Stdio {
  /** Writes to standard output. A reader that has left (`| head`) is no error: the rest is dropped quietly. */
  out(text: string): void;
  /** Writes to standard error; nothing can be done about a failure there. */
  err(text: string): void;
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
  return {
    out,
    err,
    ask(question) {
      err(question);
      return readLine();
    },
    stdinIsTerminal: isatty(0),
    stderrIsTerminal: isatty(2),
    width: isatty(1) ? process.stdout.columns || 80 : undefined,
  };
}
