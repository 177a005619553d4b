/// <reference path="./stock.d.ts" />
// Stands in for Ink's log-update.js, which sends the lines that changed and trusts that the others still stand. Whatever
// else writes to the terminal (the kernel, `wall`, a background job) writes over them or scrolls them away, and only
// Ctrl-L would put that right. Here a frame is drawn whole now and then. And a terminal that has not taken the last frame
// gets no other before it has: then the newest, once (src/output.ts). Where a screen was painted before Ink was loaded
// (src/show.ts) only what is different is drawn, and a table that is scrolled the terminal moves itself (inkScroll.ts).
import { restyled } from './ansiTokenize.ts';
import { scrolled, scrollOf, scrollSequence } from './inkScroll.ts';
import stock, { type LogUpdate, type Options, type Screen } from 'stock:ink-log-update';

/** So long may foreign text stay, in milliseconds. A whole screen is about 4 KB: 200 bytes a refresh, where what changed is 50. */
export const WHOLE_EVERY_MS = 30_000;
/** On a slow line longer: so many times what the last one took. */
const WHOLE_SHARE = 50;

/** What stands between is shown as a whole (synchronized output), as Ink does around each frame. */
const FRAME = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };

/** Each line erased before it is written: behind a full one, that would take its last cell. */
function whole(lines: readonly string[]): string {
  return `\x1b[0m\x1b[H${lines.map((line) => `\x1b[K${line}`).join('\r\n')}`;
}

/** The stock module goes over lines that stay one by one, which would be half of what a quiet screen is sent. */
function inFewSteps(screen: Screen): Screen {
  return {
    get rows() {
      return screen.rows;
    },
    get columns() {
      return screen.columns;
    },
    write: (text) => screen.write(text.replaceAll(STEPS, (steps) => `\x1b[${steps.length / STEP.length}E`)),
  };
}

const STEP = '\x1b[E';
const STEPS = /(?:\x1b\[E){2,}/g;

/** The same cells with the sequences that Ink has for them: then what is the same is seen to be so. */
function asInkPaints(text: string): string {
  const line = (painted: string): string => restyled(painted)?.[0]?.trimEnd() ?? painted;
  return text.split('\n').map(line).join('\n');
}

/** @param now monotonic milliseconds */
export function create(screen: Screen, options: Options = {}, now = () => performance.now()): LogUpdate {
  if (options.incremental !== true) return stock.create(screen, options);
  // The cursor is src/terminal.ts's. Whoever hides it here has it shown by a write at exit that waits for the terminal.
  const render = stock.create(inFewSteps(screen), { ...options, showCursor: true });
  let standing = frameOf(screen.standing === undefined ? '' : asInkPaints(screen.standing));
  if (screen.standing !== undefined) render.sync(standing.lines.join('\n'));
  let wholeAt = now();
  let wholeEveryMs = WHOLE_EVERY_MS;
  let isWholeOnWay = false;
  /** The newest frame of those that the terminal had no room for. */
  let missed: string | undefined;
  let isErased = false;
  const isBehind = (): boolean => screen.writableNeedDrain === true;

  function frameOf(text: string): {
    readonly lines: readonly string[];
    readonly columns: number | undefined;
  } {
    return { lines: text.split('\n'), columns: screen.columns };
  }

  /** What stands there, or nothing that is known. */
  function stands(text = ''): void {
    standing = frameOf(text);
  }

  function forget(): void {
    missed = undefined;
    isErased = false;
    stands();
  }

  function clear(): void {
    render.clear();
    stands();
  }

  function scroll(lines: readonly string[]): void {
    const found = standing.columns === screen.columns ? scrollOf(standing.lines, lines) : undefined;
    if (found === undefined) return;
    screen.write(scrollSequence(found, lines.length));
    render.sync(scrolled(standing.lines, found).join('\n'));
  }

  function draw(text: string): boolean {
    missed = isBehind() ? text : undefined;
    if (missed !== undefined) return false;
    if (isErased) clear();
    isErased = false;
    if (!render.willRender(text)) return render(text);
    const lines = text.split('\n');
    const isFullScreen = lines.length === screen.rows;
    if (isFullScreen && now() - wholeAt >= wholeEveryMs) {
      screen.write(whole(lines));
      render.sync(text);
      wholeAt = now();
      wholeEveryMs = WHOLE_EVERY_MS;
      isWholeOnWay = isBehind();
    } else {
      if (isFullScreen) scroll(lines);
      render(text);
    }
    stands(text);
    return true;
  }

  function catchUp(): void {
    if (isWholeOnWay) wholeEveryMs = Math.max(WHOLE_EVERY_MS, WHOLE_SHARE * (now() - wholeAt));
    isWholeOnWay = false;
    if (missed === undefined || !(isErased || render.willRender(missed))) return;
    screen.write(FRAME.begin);
    draw(missed);
    screen.write(FRAME.end);
  }

  screen.on?.('drain', catchUp);
  return Object.assign(draw, render, {
    willRender: (text: string) => !isBehind() && (isErased || render.willRender(text)),
    clear: () => (isBehind() ? void (isErased = true) : clear()),
    sync: (text: string) => (forget(), stands(text), render.sync(text)),
    reset: () => (forget(), render.reset()),
    done: () => (forget(), render.done()),
  });
}

export default { create };
