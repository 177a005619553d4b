// The terminal taken over, painted, and given back. Ink is not asked to: it is loaded when the first frame stands.

const ALTERNATE_SCREEN = { on: '\x1b[?1049h', off: '\x1b[?1049l' };
const CURSOR = { on: '\x1b[?25h', off: '\x1b[?25l' };
/** Without its marks a paste is taken for keys, and a `q` in it for the end. */
const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' };
/** What stands between is shown as a whole (synchronized output). */
const FRAME = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };
const HOME = '\x1b[H';
const ERASE = '\x1b[2J';

export interface Terminal {
  /** Keys come one by one from now on, and a paste between marks. Before anything invites to press one. */
  listen(): void;
  /** Takes the alternate screen. */
  enter(): void;
  /**
   * Shows lines, no wider and no more than it has, from the top, and leaves the cursor on the last.
   * @param isResized since the last time: what stands there may be anywhere @returns what stands there now
   */
  paint(lines: readonly string[], isResized?: boolean): string;
  /** Gives all of it back, however far it was taken; a second time does nothing. */
  leave(): void;
}

export function openTerminal(
  input: Pick<NodeJS.ReadStream, 'setRawMode'>,
  output: { write(text: string): unknown },
): Terminal {
  let undo = '';
  let isRaw = false;

  function take(what: string, back: string): void {
    output.write(what);
    undo = back + undo;
  }

  return {
    listen() {
      input.setRawMode(true);
      isRaw = true;
      take(PASTE_MARKS.on, PASTE_MARKS.off);
    },
    enter: () => take(ALTERNATE_SCREEN.on + CURSOR.off, ALTERNATE_SCREEN.off + CURSOR.on),
    paint(lines, isResized = false) {
      const kept = lines.map((line) => line.trimEnd()); // as Ink: blanks that no eye sees are no cells
      // Erased before it is written: behind a full line that would take a cell.
      const text = kept.map((line) => `\x1b[K${line}`).join('\r\n');
      output.write(`${FRAME.begin}${isResized ? ERASE : ''}${HOME}${text}${FRAME.end}`);
      return kept.join('\n');
    },
    leave() {
      const back = undo;
      undo = '';
      if (back !== '') output.write(back);
      if (isRaw) input.setRawMode(false);
      isRaw = false;
    },
  };
}
