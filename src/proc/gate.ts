// Whether anybody was born, without a listing. The kernel gives numbers out in order: every pid and thread id since the
// last look lies between the youngest then and the youngest now (the last field of proc_loadavg(5); kernel/pid.c,
// idr_alloc_cyclic), so a quiet machine is seen to be quiet in one small read, and /proc is listed about once a minute.
import { isFailure, type Kernel } from '../kernel.ts';
import { parseLoadavg, type Loadavg } from './loadavg.ts';
import { readInteger, readText } from './text.ts';

/** A process made with a chosen number (clone3 set_tid: checkpoint and restore) moves no counter: it is found then. */
const LIST_EVERY_MS = 60_000;
/** kernel/pid.c, RESERVED_PIDS: after the first wrap the numbers go on from here. */
const FIRST_AFTER_WRAP = 300;
/** A number that has to be tried costs about this many entries of a listing. */
const TRY_COST = 2;
/** Of so few it is not worth to think about it. */
const FEW = 64;

/**
 * A number is given out some time before its process can be seen (kernel/fork.c, copy_process: alloc_pid, and at its end
 * attach_pid), and a fork that waits for a CPU in between was seen to take seconds. So numbers are tried again for so long.
 */
const LATE_MS = 3_000;
/** So many listings with a stranger make the counter a liar; one may be a late birth, or a restored process. */
const STRIKES = 3;

/** Numbers from `after` (not in it) to `last` (in it), round the end of the range. */
export interface Span {
  readonly after: number;
  readonly last: number;
}

export interface Passed {
  /** The numbers given out since the call before; undefined where that is not known for sure. */
  readonly span: Span | undefined;
  /** Those before that whose owner may have been in the middle of its birth then. */
  readonly late: Span | undefined;
  /** `try` those numbers; `list`: only a listing can tell, or it costs less; `lapped`: any number may be somebody else's. */
  readonly how: 'try' | 'list' | 'lapped';
  /** Somebody beside us runs or waits for a CPU at this moment; true where that is not known. */
  readonly othersRun: boolean;
}

export interface Gate {
  /**
   * Who may have been born since the call before.
   * @param known how many processes there are
   * @param forks forks and threads of the whole machine since it started (proc_stat(5)); undefined for unknown
   */
  passed(known: number, forks: number | undefined): Passed;
  /** A listing was made: who was found in it without being known. A number that the counter never passed gives it away as made up. */
  listed(unknown: readonly number[]): void;
  /** The counter was seen to move: it is no constant that somebody made up. */
  hasMoved(): boolean;
  /** The largest number and one. */
  pidMax(): number;
}

/** How many numbers a span has. */
export function width({ after, last }: Span, pidMax: number): number {
  return last >= after ? last - after : pidMax - 1 - after + Math.max(0, last - FIRST_AFTER_WRAP + 1);
}

export function isWithin(pid: number, { after, last }: Span): boolean {
  return last >= after ? pid > after && pid <= last : pid > after || pid <= last;
}

export function* numbersOf(span: Span, pidMax: number): Generator<number> {
  const { after, last } = span;
  if (last >= after) {
    for (let pid = after + 1; pid <= last; pid++) yield pid;
    return;
  }
  for (let pid = after + 1; pid < pidMax; pid++) yield pid;
  for (let pid = FIRST_AFTER_WRAP; pid <= last; pid++) yield pid;
}

/** Sandboxes make loadavg up, and through a mounted foreign /proc it is our own namespace's: then every look lists. */
export function createGate(kernel: Kernel): Gate {
  let isTrusted: boolean | undefined;
  let strikes = 0;
  /** The youngest number and the forks at each look of the last seconds, oldest first. */
  let marks: { readonly at: number; readonly last: number; readonly forks: number | undefined }[] = [];
  let tried: Span | undefined;
  let pidMax = 0;
  let listedAt = -Infinity;
  let hasMoved = false;

  function loadavg(): Loadavg | undefined {
    return parseLoadavg(readText(kernel, 'loadavg') ?? '');
  }

  return {
    hasMoved: () => hasMoved,
    pidMax: () => pidMax,
    passed(known, forks) {
      const at = kernel.now();
      const { lastPid: last, running = 0 } = loadavg() ?? {};
      const othersRun = running !== 1; // we are one; none is made up
      // We are young ourselves when this is asked first. After a wrap in between it is only doubted for nothing.
      isTrusted ??= kernel.canSignal && last !== undefined && last >= kernel.pid;
      const [first, newest] = [marks[0], marks.at(-1)];
      // One mark that is older than that stays: nothing between it and the next one may be forgotten.
      marks = marks.filter((_, i) => at - (marks[i + 1]?.at ?? at) < LATE_MS);
      if (last !== undefined) marks.push({ at, last, forks });
      tried = undefined;
      if (!isTrusted || last === undefined || first === undefined || newest === undefined)
        return { span: undefined, late: undefined, how: 'list', othersRun };

      if (last !== newest.last) hasMoved = true;
      const span = { after: newest.last, last };
      const late = { after: first.last, last: newest.last };
      // Round the whole range and past the same number again: nothing is known of who has which.
      const forksSince = (then: number | undefined): number => (forks ?? 0) - (then ?? forks ?? 0);
      if (forksSince(newest.forks) >= pidMax / 2) return { span, late, how: 'lapped', othersRun };
      if (forksSince(first.forks) >= pidMax / 2 || at - listedAt >= LIST_EVERY_MS)
        return { span, late, how: 'list', othersRun };
      tried = { after: first.last, last };
      const passed = width(tried, pidMax);
      return { span, late, how: passed > FEW && passed * TRY_COST > known ? 'list' : 'try', othersRun };
    },
    listed(unknown) {
      const last = loadavg()?.lastPid;
      if (tried !== undefined && last !== undefined) {
        const since = { after: tried.after, last };
        if (unknown.some((pid) => !isWithin(pid, since)) && ++strikes === STRIKES) isTrusted = false;
      }
      listedAt = kernel.now();
      pidMax = readInteger(kernel, 'sys/kernel/pid_max') ?? Infinity;
    },
  };
}

/** A number found by trial may be a thread's, which no listing shows (proc_pid_status(5), Tgid). */
export function isProcess(kernel: Kernel, pid: number): boolean {
  if (isFailure(kernel.stat(String(pid)))) return false; // most that were tried have left: this costs the least
  return Number(/^Tgid:\s+(\d+)/m.exec(readText(kernel, `${pid}/status`) ?? '')?.[1]) === pid;
}
