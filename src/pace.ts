// How far the terminal is behind, from its own mouth. On a slow line what was written lies in buffers that nobody shows us:
// 20 KB in the kernel's pty, and over ssh far more in the socket's and the channel's, which don't refuse a byte for long.
// So the terminal is asked now and then for a word (DSR 5, "are you well?": emulators and multiplexers answer it), and
// when the word comes all that was written before it has been drawn. No more is on the way than is drawn in LATE_MS, or
// one picture. A terminal that never answers is written to as ever.

/** DSR, "device status report" (ECMA-48 8.3.35), and its answer, which is nobody's key. */
export const QUESTION = '\x1b[5n';
export const ANSWER = '\x1b[0n';

/** While the terminal keeps up it is asked once for so many bytes: two keys' pictures. */
const ASK_EVERY_BYTES = 2048;
/** So far behind, in milliseconds, a screen may be: a line around the world and back is not slow. */
const LATE_MS = 400;
/** An answer is waited for so long; then one more picture is sent, and it is asked again. */
const LONGEST_MS = 15_000;
/** Who was never heard in so long does not answer at all. */
const DEAF_AFTER_MS = 500;

export interface Pace {
  /** Tells of a text that is written. @returns whether the question is to stand behind it */
  sent(bytes: number, isPicture: boolean, now: number): boolean;
  /** The answer has come. */
  answered(now: number): void;
  /** For how many milliseconds at most no picture may be sent; 0 while the terminal keeps up. */
  heldFor(now: number): number;
  /** For how many milliseconds an answer may still come, which must not be left to the shell. */
  owedFor(now: number): number;
  /** What was asked is taken back, or its answer was heard by others. */
  forget(): void;
}

/** All times in milliseconds of one clock. */
export function createPace(): Pace {
  /** The question that is not answered yet: when it was asked, and how many bytes it stands behind. */
  let asked: { readonly at: number; readonly behind: number } | undefined;
  let isFirst = true;
  /** Bytes that no answer stands for. */
  let onWay = 0;
  /** Bytes that may be on the way: what the terminal draws in LATE_MS. */
  let room = Infinity;
  let isHeard = false;
  /** Questions that were given up: their answers may come yet, before those to later ones. */
  let overdue = 0;
  let isOneLost = false;

  function giveUp(now: number): void {
    if (asked === undefined || !isHeard || now < asked.at + LONGEST_MS) return;
    asked = undefined;
    room = 0;
    if (!isOneLost) overdue++;
    isOneLost = false;
  }

  return {
    sent(bytes, isPicture, now) {
      giveUp(now);
      onWay += bytes;
      // The first one stands before the first picture, so that a slow line is known for one before it is full.
      const isDue = isFirst || (isPicture && onWay >= Math.min(ASK_EVERY_BYTES, room));
      if (asked !== undefined || !isDue) return false;
      asked = { at: now, behind: onWay };
      isFirst = false;
      return true;
    },
    answered(now) {
      isHeard = true;
      if (overdue > 0) {
        overdue--;
        isOneLost = asked !== undefined; // unless another comes for this one
        return;
      }
      isOneLost = false;
      if (asked !== undefined) {
        const took = Math.max(1, now - asked.at);
        const drawn = (asked.behind * LATE_MS) / took;
        // A quick answer behind few bytes says nothing of how many more it could have been.
        room = took < LATE_MS ? Math.max(room, drawn) : drawn;
        onWay -= asked.behind;
      }
      asked = undefined;
    },
    heldFor(now) {
      giveUp(now);
      if (asked === undefined || !isHeard) return 0;
      return onWay > room || now >= asked.at + LATE_MS ? asked.at + LONGEST_MS - now : 0;
    },
    owedFor(now) {
      if (asked === undefined) return 0;
      return Math.max(0, asked.at + (isHeard ? LONGEST_MS : DEAF_AFTER_MS) - now);
    },
    forget() {
      asked = undefined;
      onWay = 0;
    },
  };
}
