// The processes as a sweep knows them: one stat line each, read right before it is acted on; more only where asked for.
import type { Kernel } from '../../kernel.ts';
import { isFailure } from '../../kernel.ts';
import { detailReaders } from '../../proc/details.ts';
import { fillFrom, hasExeced, newEntry, type Entry } from '../../proc/entry.ts';
import * as stat from '../../proc/stat.ts';
import { readClockTicks } from '../../proc/ticks.ts';
import type { Need, Proc } from '../../types.ts';
import { createStatFiles } from './statFiles.ts';

/** What was found out about a process by asking who it is; forgotten when it becomes another program. */
export type Judgement =
  | { readonly role: 'stranger' }
  | { readonly role: 'member'; readonly matched: string }
  | { readonly role: 'protected'; readonly matched: string; readonly reason: string };

export interface Known {
  readonly proc: Entry;
  judged: Judgement | undefined;
  /** Stopped and looked at through its held folder: it is that very process, and stays judged whatever becomes of it. */
  proven: boolean;
  /** The pass that saw it last. */
  pass: number;
}

export interface Census {
  readonly procs: ReadonlyMap<number, Proc>;
  /** Reads who has that pid now. undefined: nobody, not readable, or a thread of somebody. */
  look(pid: number): Known | undefined;
  /** Holds its stat file open from now on, where a descriptor can be spared. @returns false when it is gone */
  hold(known: Known): boolean;
  release(known: Known): void;
  /** Lets go of all files. */
  close(): void;
  /** Who was seen with that pid last, without reading. */
  seen(pid: number): Known | undefined;
  /** Makes sure that the details are known; each is read once while the process stays the same program. */
  readDetails(known: Known, needs: readonly Need[]): void;
  /** All pids of a listing of the proc root; those seen before and not in it are forgotten. undefined where it can't be listed. */
  pids(): number[] | undefined;
  /** Judges everybody anew: titles and control groups change without a trace in stat. */
  forget(): void;
}

const SPACE = 0x20;
const MINUS = 0x2d;
const CLOSE = 0x29;
/** Blanks between the end of comm and field 38. */
const BLANKS_TO_EXIT_SIGNAL = 36;

/**
 * True for the stat line of a thread. /proc answers for every thread id, and loadavg's newest "pid" may be one; a signal
 * to it would hit its whole process. exit_signal, field 38 of proc_pid_stat(5), is -1 for threads alone (clone(2)).
 */
export function isThread(bytes: Uint8Array): boolean {
  let at = bytes.lastIndexOf(CLOSE);
  for (let blanks = 0; at < bytes.length && blanks < BLANKS_TO_EXIT_SIGNAL; blanks++) {
    at = bytes.indexOf(SPACE, at + 1);
    if (at < 0) return false;
  }
  return bytes[at + 1] === MINUS;
}

/** @param kernel nothing is read before the first look */
export function createCensus(kernel: Kernel): Census {
  const { pageSize } = readClockTicks(kernel);
  const readers = detailReaders(pageSize);
  const everybody = new Map<number, Known>();
  const procs = new Map<number, Entry>();
  const line = stat.newStatLine();
  const files = createStatFiles<Known>(kernel);
  let pass = 0;

  function drop(pid: number): undefined {
    const known = everybody.get(pid);
    if (known !== undefined) files.release(known);
    everybody.delete(pid);
    procs.delete(pid);
    return undefined;
  }

  function born(pid: number, starttime: number): Known {
    drop(pid);
    const known: Known = { proc: newEntry(pid, starttime), judged: undefined, proven: false, pass };
    everybody.set(pid, known);
    procs.set(pid, known.proc);
    return known;
  }

  /** A judgement holds while what it can be made of stays the same. */
  function isAsBefore({ proc }: Known): boolean {
    const { field } = line;
    return (
      proc.ppid === field[stat.PPID] &&
      proc.pgrp === field[stat.PGRP] &&
      proc.session === field[stat.SESSION] &&
      proc.ttyNr === field[stat.TTY_NR]
    );
  }

  function look(pid: number): Known | undefined {
    const met = everybody.get(pid);
    const own = met === undefined ? undefined : files.reread(met);
    if (own !== undefined) {
      if (!isFailure(own)) return read(pid, own);
      if (own !== 'gone') return undefined;
      drop(pid); // the number may be somebody else's by now
    }
    const bytes = files.read(pid);
    if (bytes === 'denied' || bytes === 'limit') return undefined;
    const known = isFailure(bytes) ? drop(pid) : read(pid, bytes);
    files.lastIs(known);
    return known;
  }

  function read(pid: number, bytes: Uint8Array): Known | undefined {
    if (!stat.parseStat(bytes, line) || isThread(bytes)) return drop(pid);
    const starttime = line.field[stat.STARTTIME] as number;
    let known = everybody.get(pid);
    if (known?.proc.starttime !== starttime) known = born(pid, starttime);
    else if (hasExeced(line, known.proc)) {
      known.judged = known.proven ? known.judged : undefined;
      known.proc.detailAt = {};
    } else if (!known.proven && !isAsBefore(known)) known.judged = undefined;
    fillFrom(line, known.proc, pageSize, 0);
    known.pass = pass;
    return known;
  }

  function pids(): number[] | undefined {
    const names = kernel.list('.');
    if (isFailure(names)) return undefined;
    for (const known of everybody.values()) if (known.pass < pass) drop(known.proc.pid);
    pass++;
    const found: number[] = [];
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first >= 0x31 && first <= 0x39) found.push(Number(name));
    }
    return found;
  }

  return {
    procs,
    look,
    hold(known) {
      // Where somebody else was looked at since, it is looked for by number once more.
      if (!files.isOpen(known) && look(known.proc.pid) !== known) return false;
      files.keep(known);
      return true;
    },
    release: files.release,
    close: files.close,
    seen: (pid) => everybody.get(pid),
    readDetails({ proc }, needs) {
      for (const need of needs) {
        if (proc.detailAt[need] !== undefined) continue;
        readers[need].read(kernel, proc);
        // A command line that could not be had in a moment is asked for again.
        if (need !== 'cmdline' || proc.cmdline !== undefined) proc.detailAt[need] = 1;
      }
    },
    pids,
    forget() {
      for (const known of everybody.values()) {
        if (!known.proven) known.judged = undefined;
        known.proc.detailAt = {};
      }
    },
  };
}
