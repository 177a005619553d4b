// /proc/PID/stat, parsed from bytes: the one file that is read for every process at every look.

/** What slotop takes from a stat line, by the numbers of proc_pid_stat(5). Reused between parses: copy what you keep. */
export interface StatLine {
  comm: string;
  state: string;
  /** Numbers by their field number in proc_pid_stat(5); 0 where the line ended early. */
  readonly field: Float64Array;
}

export const PPID = 4;
export const PGRP = 5;
export const SESSION = 6;
export const TTY_NR = 7;
export const FLAGS = 9;
export const UTIME = 14;
export const STIME = 15;
export const NICE = 19;
export const NUM_THREADS = 20;
export const STARTTIME = 22;
export const VSIZE = 23;
export const RSS = 24;
export const STARTSTACK = 28;
const LAST_FIELD = STARTSTACK;

/** Of field 9 (include/linux/sched.h): a kernel thread, which has no files and no program. */
export const PF_KTHREAD = 0x00200000;
/** Forked, and not yet a program of its own. */
export const PF_FORKNOEXEC = 0x40;

/** Bytes that a stat line never reaches: comm, and 51 numbers of at most 20 digits. */
export const STAT_RECORD = 2048;

const OPEN = 0x28;
const CLOSE = 0x29;
const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;

/** ignoreBOM keeps a byte order mark, which else would vanish and make two different names look the same. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function newStatLine(): StatLine {
  return { comm: '', state: '?', field: new Float64Array(LAST_FIELD + 1) };
}

/**
 * Parses a stat line into `into`.
 * comm stands in brackets and may itself hold brackets, blanks and newlines: it ends at the LAST `)` (proc_pid_stat(5)),
 * and the numbers after it hold none.
 * @returns false for a line that is not one: such a process is treated as gone
 */
export function parseStat(bytes: Uint8Array, into: StatLine): boolean {
  const open = bytes.indexOf(OPEN);
  const close = bytes.lastIndexOf(CLOSE);
  if (open < 0 || close < open || close + 2 >= bytes.length) return false;
  into.comm = textOf(bytes, open + 1, close);
  into.state = String.fromCharCode(bytes[close + 2] ?? 0x3f);

  const { field } = into;
  field.fill(0);
  let number = PPID;
  let value = 0;
  let sign = 1;
  for (let i = close + 4; i < bytes.length && number <= LAST_FIELD; i++) {
    const byte = bytes[i] as number;
    if (byte === SPACE) {
      field[number++] = sign * value;
      value = 0;
      sign = 1;
    } else if (byte === MINUS) sign = -1;
    else value = value * 10 + (byte - ZERO);
  }
  return number > STARTTIME;
}

/** Nearly every comm is a few ASCII letters: building those by hand costs a third of a decoder call. */
function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7e) return decoder.decode(bytes.subarray(from, to));
    text += String.fromCharCode(byte);
  }
  return text;
}
