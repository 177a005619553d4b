// Which details of a process are read beside its stat line, and when they are read again.
import type { Kernel } from '../kernel.ts';
import type { Need, Proc } from '../types.ts';
import { detailReaders } from './details.ts';
import type { Entry } from './entry.ts';
import { wholeMs } from './unboxed.ts';

/** A young process is still settling: it execs, drops root, is moved to its cgroup. */
const YOUNG_MS = 5_000;
/** Titles are rewritten in place (nginx, postgres) without a trace in stat. With a look every 1.5 s they are seen within 5 s. */
const RENEW_MS = 3_500;
/** So many are worth it to ask for what they have in common. */
const MANY = 64;

export interface Settling {
  /** It is new, or runs another program: nothing is known of it. */
  begin(entry: Entry): void;
  left(entry: Entry): void;
  /** Makes sure that the details in `needs` are known; `fresh` reads those again that may have changed. */
  readDetails(proc: Proc, needs: readonly Need[], fresh: boolean): void;
  /**
   * Reads `needs` of the newcomers, those that exec'ed and those not come to yet, until the clock reaches `until`.
   * @returns whether it came to all of them
   */
  settle(needs: readonly Need[], until: number): boolean;
  /** Whether a detail changes all the time. */
  moves(need: Need): boolean;
}

/** @param renamed told when something is another that a name or an owner is made of */
export function createSettling(kernel: Kernel, pageSize: number, renamed: () => void): Settling {
  const readers = detailReaders(pageSize);
  const unsettled = new Set<Entry>();

  function isStale(entry: Entry, need: Need, fresh: boolean, now: number): boolean {
    const readAt = entry.detailAt[need];
    if (readAt === undefined) return true;
    const { holds } = readers[need];
    // What a zombie still answers (no links, perhaps the root's control group) is less than what was known of it.
    if (entry.state === 'Z' && holds === 'life') return false;
    if (isYoung(entry, now)) return true;
    return fresh && (holds === 'look' || now - readAt >= RENEW_MS);
  }

  function readDetails(proc: Proc, needs: readonly Need[], fresh: boolean): void {
    const entry = proc as Entry;
    const now = kernel.now();
    for (const need of needs) {
      if (!isStale(entry, need, fresh, now)) continue;
      const { uid, cmdline, exe } = entry;
      readers[need].read(kernel, entry);
      // A name may be made of any of the three (derive/name.ts).
      if (entry.uid !== uid || entry.cmdline !== cmdline || entry.exe !== exe) renamed();
      // A command line that could not be had in a moment is asked for again.
      if (need !== 'cmdline' || entry.cmdline !== undefined) entry.detailAt[need] = wholeMs(now);
    }
  }

  function settleSome(needs: readonly Need[], until: number): boolean {
    const now = kernel.now();
    let rest = unsettled.size;
    for (const entry of unsettled) {
      if (rest-- === 0) return true;
      if (until !== Infinity && kernel.now() >= until) return false;
      readDetails(entry, needs, false);
      unsettled.delete(entry);
      const isSettled = !isYoung(entry, now) && needs.every((need) => entry.detailAt[need] !== undefined);
      if (!isSettled) unsettled.add(entry); // at the end
    }
    return true;
  }

  return {
    begin: (entry) => void unsettled.add(entry),
    left: (entry) => void unsettled.delete(entry),
    readDetails,
    settle(needs, until) {
      if (until !== Infinity || unsettled.size < MANY) return settleSome(needs, until);
      for (const need of needs) readers[need].beginMany?.(kernel);
      const isOver = settleSome(needs, until);
      for (const need of needs) readers[need].endMany?.();
      return isOver;
    },
    moves: (need) => readers[need].holds === 'look',
  };
}

function isYoung({ seenAt }: Proc, now: number): boolean {
  return seenAt > 0 && now - seenAt < YOUNG_MS;
}
