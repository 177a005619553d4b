/// <reference path="./stock.d.ts" />
// Stands in for Ink's log-update.js, which sends the lines that changed and trusts that the others still stand. Whatever
// else writes to the terminal (the kernel, `wall`, a background job) writes over them or scrolls them away, and only
// Ctrl-L would put that right. Here a frame is drawn whole now and then.
import stock, { type LogUpdate, type Options, type Screen } from 'stock:ink-log-update';

/** So long may foreign text stay, in milliseconds. A whole screen is about 4 KB: 300 bytes a refresh. */
export const WHOLE_EVERY_MS = 20_000;

/** Each line erased before it is written: behind a full one, that would take its last cell. */
function whole(lines: readonly string[]): string {
  return `\x1b[0m\x1b[H${lines.map((line) => `\x1b[K${line}`).join('\r\n')}`;
}

/** @param now monotonic milliseconds */
export function create(screen: Screen, options: Options = {}, now = () => performance.now()): LogUpdate {
  const render = stock.create(screen, options);
  if (options.incremental !== true) return render;
  let wholeAt = now();
  const draw = (text: string): boolean => {
    const lines = text.split('\n');
    const isFullScreen = lines.length === screen.rows;
    if (!isFullScreen || now() - wholeAt < WHOLE_EVERY_MS || !render.willRender(text)) return render(text);
    wholeAt = now();
    screen.write(whole(lines));
    render.sync(text);
    return true;
  };
  return Object.assign(draw, render);
}

export default { create };
