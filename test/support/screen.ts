// A terminal emulator without a window: bytes in, cells out.
import xterm from '@xterm/headless';

export interface Cell {
  readonly char: string;
  /** Palette number, `#rrggbb`, or undefined for the terminal's own colour. */
  readonly fg: number | string | undefined;
  readonly bg: number | string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

export interface Screen {
  readonly cols: number;
  readonly rows: number;
  /** The emulator works in slices: `parsed` is called when these bytes are on the screen. */
  write(bytes: string | Uint8Array, parsed?: () => void): void;
  resize(cols: number, rows: number): void;
  /** The screen as text, one entry a row, without the blanks at the end. */
  lines(): string[];
  cell(x: number, y: number): Cell;
  /** The lines between two rules, for error messages. */
  picture(): string;
  readonly buffer: 'normal' | 'alternate';
  readonly cursorVisible: boolean;
  /** Between the begin and the end of synchronized output (mode 2026): what stands there is half a frame. */
  readonly midFrame: boolean;
  readonly applicationCursor: boolean;
  readonly bracketedPaste: boolean;
}

function colour(isDefault: boolean, isRgb: boolean, value: number): number | string | undefined {
  if (isDefault) return undefined;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}

/** @param answer what the terminal says back when it is asked (cursor position, device attributes) */
export function createScreen(cols: number, rows: number, answer?: (bytes: string) => void): Screen {
  const term = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 5000 });
  if (answer !== undefined) term.onData(answer);
  let cursorVisible = true;
  let midFrame = false;

  // xterm's public face says nothing of the cursor, so listen to the sequence itself, and let xterm do its part.
  const onMode = (on: boolean) => (params: readonly (number | number[])[]) => {
    if (params.includes(25)) cursorVisible = on;
    if (params.includes(2026)) midFrame = on;
    return false;
  };
  term.parser.registerCsiHandler({ prefix: '?', final: 'h' }, onMode(true));
  term.parser.registerCsiHandler({ prefix: '?', final: 'l' }, onMode(false));

  const row = (y: number) => term.buffer.active.getLine(term.buffer.active.baseY + y);
  const lines = (): string[] =>
    Array.from({ length: term.rows }, (_, y) => row(y)?.translateToString(true) ?? '');

  return {
    get cols() {
      return term.cols;
    },
    get rows() {
      return term.rows;
    },
    write: (bytes, parsed) => term.write(bytes, parsed),
    resize: (newCols, newRows) => term.resize(newCols, newRows),
    lines,
    cell(x, y) {
      const cell = row(y)?.getCell(x);
      if (cell === undefined) throw new RangeError(`no cell at ${x},${y} of ${term.cols}x${term.rows}`);
      return {
        char: cell.getChars(),
        fg: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
        bg: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
        inverse: cell.isInverse() !== 0,
        underline: cell.isUnderline() !== 0,
      };
    },
    picture() {
      const rule = '-'.repeat(term.cols);
      return [rule, ...lines(), rule].join('\n');
    },
    get buffer() {
      return term.buffer.active.type;
    },
    get cursorVisible() {
      return cursorVisible;
    },
    get midFrame() {
      return midFrame;
    },
    get applicationCursor() {
      return term.modes.applicationCursorKeysMode;
    },
    get bracketedPaste() {
      return term.modes.bracketedPasteMode;
    },
  };
}
