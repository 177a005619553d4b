/// <reference path="./stock.d.ts" />
// Stands in for Ink's log-update.js, which sends the lines that changed and trusts that the others still stand. Whatever
// else writes to the terminal (the kernel, `wall`, a background job) writes over them or scrolls them away, and only
// Ctrl-L would put that right. Here a frame is drawn whole now and then. And a terminal that has not taken the last frame
// gets no other before it has: then the newest, once (src/output.ts). Where a screen was painted before Ink was loaded
// (src/show.ts) only what is different is drawn.
import { restyled } from './ansiTokenize.ts';
import stock, { type LogUpdate, type Options, type Screen } from 'stock:ink-log-update';

/** So long may foreign text stay, in milliseconds. A whole screen is about 4 KB: 300 bytes a refresh. */
export const WHOLE_EVERY_MS = 20_000;

/** What stands between is shown as a whole (synchronized output), as Ink does around each frame. */
const FRAME = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };

/** Each line erased before it is written: behind a full one, that would take its last cell. */
function whole(lines: readonly string[]): string {
  return `\x1b[0m\x1b[H${lines.map((line) => `\x1b[K${line}`).join('\r\n')}`;
}

/** The same cells with the sequences that Ink has for them: then what is the same is seen to be so. */
function asInkPaints(text: string): string {
  const line = (painted: string): string => restyled(painted)?.[0]?.trimEnd() ?? painted;
  return text.split('\n').map(line).join('\n');
}

/** @param now monotonic milliseconds */
export function create(screen: Screen, options: Options = {}, now = () => performance.now()): LogUpdate {
  if (options.incremental !== true) return stock.create(screen, options);
  // The cursor is src/terminal.ts's. Whoever hides it here has it shown by a write at exit that waits for the terminal.
  const render = stock.create(screen, { ...options, showCursor: true });
  if (screen.standing !== undefined) render.sync(asInkPaints(screen.standing));
  let wholeAt = now();
  /** The newest frame of those that the terminal had no room for. */
  let missed: string | undefined;
  let isErased = false;
  const isBehind = (): boolean => screen.writableNeedDrain === true;

  function forget(): void {
    missed = undefined;
    isErased = false;
  }

  function draw(text: string): boolean {
    missed = isBehind() ? text : undefined;
    if (missed !== undefined) return false;
    if (isErased) render.clear();
    isErased = false;
    const lines = text.split('\n');
    const isFullScreen = lines.length === screen.rows;
    if (!isFullScreen || now() - wholeAt < WHOLE_EVERY_MS || !render.willRender(text)) return render(text);
    wholeAt = now();
    screen.write(whole(lines));
    render.sync(text);
    return true;
  }

  function catchUp(): void {
    if (missed === undefined || !(isErased || render.willRender(missed))) return;
    screen.write(FRAME.begin);
    draw(missed);
    screen.write(FRAME.end);
  }

  screen.on?.('drain', catchUp);
  return Object.assign(draw, render, {
    willRender: (text: string) => !isBehind() && (isErased || render.willRender(text)),
    clear: () => (isBehind() ? void (isErased = true) : render.clear()),
    sync: (text: string) => (forget(), render.sync(text)),
    reset: () => (forget(), render.reset()),
    done: () => (forget(), render.done()),
  });
}

export default { create };
