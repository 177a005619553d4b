// What the screen writes to its terminal, without ever waiting for it: behind a dead line, keys, signals and a sweep with
// its stopped members go on. Ink takes this for a stream: the names are those of Node's streams.
import type { TerminalDoor } from './kernelStreams.ts';
import { ANSWER, createPace, QUESTION } from './pace.ts';

/** A terminal that took nothing is tried again after so long, in milliseconds, and then ever more seldom. */
const FIRST_TRY_MS = 4;
const LAST_TRY_MS = 64;
/** Ends what a picture that is cut may have begun: a style, and synchronized output. */
const END_OF_CUT = '\x1b[0m\x1b[?2026l';

export interface Output {
  readonly isTTY: true;
  /** The size that the terminal had when it had last taken all: whoever draws meanwhile draws for nobody. */
  readonly columns: number;
  readonly rows: number;
  /** True while the terminal has not taken all that was written, or not drawn it (src/pace.ts); `drain` is told when it has. */
  readonly writableNeedDrain: boolean;
  /** @param done called soon, whether the terminal takes it or not */
  write(text: string, done?: () => void): boolean;
  /** `error`: the terminal is gone. */
  on(event: OutputEvent, listener: () => void): void;
  off(event: OutputEvent, listener: () => void): void;
  /** Tells of what was typed: it may be the terminal's answer (src/pace.ts). */
  heard(sequence: string | undefined): void;
  /**
   * Until `finish` pictures (texts of several lines) are for nobody; what waits of one is cut behind the line in hand. An
   * answer that may still come is waited for, since it would be typed at the shell: while keys come one by one.
   * @param patienceMs at most so long
   */
  endPictures(patienceMs: number): void;
  /**
   * Writes what waits, and waits for it, since the terminal is given away now.
   * @param patienceMs it is given up when the terminal takes nothing for so long; then it is tried once only
   */
  finish(patienceMs: number, words?: string): void;
  /** Follows the size of the terminal again, after it has changed. */
  resized(): void;
}

export type OutputEvent = 'resize' | 'drain' | 'error';

/** What the terminal is, and how to wait. */
export interface Means {
  readonly door: TerminalDoor;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly now: () => number;
  readonly sleep: (ms: number) => void;
  /**
   * What was typed and not read yet, in bytes as letters; it is lost then. undefined where nothing can be read.
   * Absent: the terminal's words don't come to us, and it is not asked for any.
   */
  readonly hear?: (() => string | undefined) | undefined;
}

export function openOutput({ door, size, now, sleep, hear }: Means): Output {
  const listeners = {
    resize: new Set<() => void>(),
    drain: new Set<() => void>(),
    error: new Set<() => void>(),
  };
  /** Never much: nobody draws while something waits. */
  let waiting: Buffer[] = [];
  /** Bytes of the first that were taken. */
  let taken = 0;
  let again: NodeJS.Timeout | undefined;
  let isGone = false;
  let isGivenUp = false;
  /** For whoever leaves: since when it has taken nothing. */
  let idleSince: number | undefined;
  let showsPictures = true;
  let { columns, rows } = size();
  const pace = hear && createPace();
  /** Runs while pictures are held back for an answer. */
  let hold: NodeJS.Timeout | undefined;

  const tell = (event: OutputEvent): void => listeners[event].forEach((listener) => listener());
  const isWaiting = (): boolean => waiting.length > 0;
  const isBehind = (): boolean => isWaiting() || isHeld();

  /** Whoever is told so waits for `drain`: it comes without the answer too, late. */
  function isHeld(): boolean {
    const ms = pace?.heldFor(now()) ?? 0;
    if (ms > 0) hold ??= setTimeout(release, ms);
    return ms > 0;
  }

  function release(): void {
    clearTimeout(hold);
    hold = undefined;
    if (!isWaiting()) caughtUp();
  }

  /** @returns whether the terminal took anything */
  function push(): boolean {
    let tookAny = false;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const count = door.write(first, taken);
      if (count === 'gone') {
        waiting = [];
        isGone = true;
        queueMicrotask(() => tell('error')); // whoever writes is in the middle of drawing
        return false;
      }
      taken += count;
      if (count > 0) [tookAny, isGivenUp, idleSince] = [true, false, undefined];
      if (taken < first.length) return tookAny;
      waiting.shift();
      taken = 0;
    }
    return tookAny;
  }

  function tryAgain(afterMs: number): void {
    again = setTimeout(() => {
      again = undefined;
      const tookAny = push();
      if (isWaiting()) tryAgain(tookAny ? FIRST_TRY_MS : Math.min(2 * afterMs, LAST_TRY_MS));
      else caughtUp();
    }, afterMs);
  }

  function caughtUp(): void {
    resized();
    if (!isBehind()) tell('drain');
  }

  function resized(): void {
    const fresh = size();
    if (isBehind() || (fresh.columns === columns && fresh.rows === rows)) return;
    ({ columns, rows } = fresh);
    tell('resize');
  }

  function add(text: string): void {
    if (text === '' || isGone) return;
    const bytes = Buffer.from(text);
    waiting.push(bytes);
    if (pace?.sent(bytes.length, text.includes('\n'), now()) === true) waiting.push(Buffer.from(QUESTION));
    if (again !== undefined) return;
    push();
    if (isWaiting()) tryAgain(FIRST_TRY_MS);
  }

  /** Between two lines no sequence is open. What is no picture (a mode of the terminal) stays. */
  function cut(): void {
    if (!waiting.some((text, at) => text.includes('\n', at === 0 ? taken : 0))) return;
    const [first = Buffer.of(), ...others] = waiting;
    const end = first.indexOf('\n', taken);
    const inHand = end < 0 ? [first] : taken > 0 ? [first.subarray(0, end)] : [];
    waiting = [...inHand, ...others.filter((text) => !text.includes('\n')), Buffer.from(END_OF_CUT)];
  }

  /** Waits for an answer that is still to come. */
  function hearOut(patienceMs: number): void {
    idleSince ??= now();
    const until = idleSince + Math.min(patienceMs, pace?.owedFor(idleSince) ?? 0);
    for (let heard = ''; now() < until && !heard.includes(ANSWER); sleep(FIRST_TRY_MS)) {
      if (isWaiting()) push();
      const words = hear?.();
      if (words === undefined) break;
      heard = heard.slice(-ANSWER.length) + words;
    }
    pace?.forget();
    clearTimeout(hold);
    hold = undefined;
  }

  return {
    isTTY: true,
    get columns() {
      return columns;
    },
    get rows() {
      return rows;
    },
    get writableNeedDrain() {
      return isBehind();
    },
    write(text, done) {
      if (showsPictures || !text.includes('\n')) add(text);
      if (done !== undefined) queueMicrotask(done);
      return !isBehind();
    },
    on: (event, listener) => void listeners[event].add(listener),
    off: (event, listener) => void listeners[event].delete(listener),
    heard(sequence) {
      if (sequence?.endsWith(ANSWER) !== true) return; // an Esc may have come right before it
      const wasHeld = hold !== undefined;
      pace?.answered(now());
      if (wasHeld) release();
    },
    endPictures(patienceMs) {
      showsPictures = false;
      cut();
      hearOut(patienceMs);
    },
    finish(patienceMs, words = '') {
      clearTimeout(again);
      again = undefined;
      if (words !== '' && !isGone) waiting.push(Buffer.from(words));
      let until = (idleSince ?? now()) + patienceMs;
      idleSince = undefined;
      for (let pause = FIRST_TRY_MS; ; pause = Math.min(2 * pause, LAST_TRY_MS)) {
        if (push()) until = now() + patienceMs;
        if (!isWaiting() || isGivenUp) break;
        isGivenUp = now() > until;
        sleep(pause);
      }
      showsPictures = true;
      if (isWaiting()) tryAgain(LAST_TRY_MS);
      else caughtUp();
    },
    resized,
  };
}
