// Standard output, error and the terminal's answer, written and read at once and in full. Node's own process.stdout
// writes to a pipe in the background: what is left of a long list when the program ends would be lost.
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Kernel } from '../kernel.ts';

export interface Stdio {
  /** Writes to standard output. A reader that has left (`| head`) is no error: the rest is dropped quietly. */
  out(text: string): void;
  /** Writes to standard error; nothing can be done about a failure there. */
  err(text: string): void;
  /** Shows a question on standard error and waits for a line from the terminal. */
  ask(kernel: Kernel, question: string): string;
  readonly stdinIsTerminal: boolean;
  /** Cells in a line of the terminal on standard output; undefined when it is none. */
  readonly width: number | undefined;
}

/** A non-blocking pipe is full for as long as its reader is busy: wait so many milliseconds between tries. */
const FULL_PIPE_MS = 2;

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, FULL_PIPE_MS);
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
    ask(kernel, question) {
      err(question);
      // A terminal gives one line at a time (termios(3), canonical mode), so this is one read.
      const line = kernel.read('/proc/self/fd/0');
      return typeof line === 'string' ? '' : Buffer.from(line).toString('utf8').trim();
    },
    stdinIsTerminal: isatty(0),
    width: isatty(1) ? process.stdout.columns || 80 : undefined,
  };
}
