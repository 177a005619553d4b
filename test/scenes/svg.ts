// A terminal's screen as an SVG: one text run for neighbours of one style, and everything on the exact cell grid.
import { cells } from '../../src/derive/safe.ts';
import type { Cell, Screen } from '../support/screen.ts';

/** Pixels. The width is only near that of a monospace letter: textLength makes it exact in any font. */
const CELL = { width: 8.4, height: 18, baseline: 13.4, font: 14 };
const MARGIN = 14;
const TITLE = 34;

const BACKGROUND = '#12161c';
const FOREGROUND = '#c9d1d9';
/** The sixteen colours of a terminal, dark ones first. */
const PALETTE = [
  ...['#0d1117', '#ff6b68', '#4fc77a', '#e3b341', '#6aa8ff', '#d589f0', '#3fc1c9', '#b1bac4'],
  ...['#6e7681', '#ff8f8c', '#7ee2a0', '#f2cc60', '#92c1ff', '#e4acf8', '#74dbe0', '#f0f6fc'],
];

/** What is drawn rather than written: fonts leave gaps between lines, and not all of them have these. Shares of a cell. */
const LINES: Readonly<
  Record<string, readonly (readonly [x1: number, y1: number, x2: number, y2: number])[]>
> = {
  '─': [[0, 0.5, 1, 0.5]],
  '│': [[0.5, 0, 0.5, 1]],
  '├': [
    [0.5, 0, 0.5, 1],
    [0.5, 0.5, 1, 0.5],
  ],
  '└': [
    [0.5, 0, 0.5, 0.5],
    [0.5, 0.5, 1, 0.5],
  ],
};
const BLOCKS = '▁▂▃▄▅▆▇█';
const SHADE = '░';

interface Style {
  readonly fg: string;
  readonly bg: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** Cells of one style; `text` may be blank, where only the background shows. */
export interface Run extends Style {
  readonly x: number;
  readonly width: number;
  readonly text: string;
}

function colour(value: Cell['fg'], otherwise: string): string {
  return typeof value === 'number' ? (PALETTE[value] ?? otherwise) : (value ?? otherwise);
}

function styleOf(cell: Cell): Style {
  const fg = colour(cell.fg, FOREGROUND);
  const bg = colour(cell.bg, BACKGROUND);
  const { bold, dim } = cell;
  return cell.inverse ? { fg: bg, bg: fg, bold, dim } : { fg, bg, bold, dim };
}

const sameStyle = (a: Style, b: Style): boolean =>
  a.fg === b.fg && a.bg === b.bg && a.bold === b.bold && a.dim === b.dim;

/** Neighbours of one style merged. A wide character is a run of its own: no font keeps it at two cells. */
export function runsOf(screen: Pick<Screen, 'cols' | 'cell'>, y: number): Run[] {
  const runs: Run[] = [];
  let mergeable = false;
  for (let x = 0; x < screen.cols;) {
    const cell = screen.cell(x, y);
    const text = cell.char === '' ? ' ' : cell.char;
    // The second half of a wide character is an empty cell; terminals differ on what is wide.
    const wide = cells(text) === 2 && x + 1 < screen.cols && screen.cell(x + 1, y).char === '';
    const width = wide ? 2 : 1;
    const style = styleOf(cell);
    const last = runs.at(-1);
    if (last !== undefined && mergeable && width === 1 && sameStyle(last, style)) {
      runs[runs.length - 1] = { ...last, width: last.width + 1, text: last.text + text };
    } else {
      runs.push({ ...style, x, width, text });
    }
    mergeable = width === 1;
    x += width;
  }
  return runs;
}

export function escapeXml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

const px = (value: number): string => String(Math.round(value * 100) / 100);
const left = (x: number): number => MARGIN + x * CELL.width;

function rect(x: number, y: number, width: number, height: number, attributes: string): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" ${attributes}/>`;
}

/** One character, or the same one several times: blocks side by side must not show a seam. */
function drawn(text: string, x: number, top: number, fill: string): string[] {
  const character = text[0] ?? '';
  const width = text.length * CELL.width;
  const eighths = BLOCKS.indexOf(character) + 1;
  // A gap above and below keeps bars of neighbouring lines apart, as in a terminal with line spacing.
  const room = CELL.height - 4;
  if (eighths > 0) {
    const height = (room * eighths) / 8;
    return [rect(left(x), top + 2 + room - height, width, height, `fill="${fill}"`)];
  }
  if (character === SHADE) return [rect(left(x), top + 2, width, room, `fill="${fill}" fill-opacity="0.22"`)];
  return (LINES[character] ?? []).map(([x1, y1, x2, y2]) => {
    const ends = [left(x) + x1 * CELL.width, top + y1 * CELL.height];
    const move = x1 === x2 ? `V${px(top + y2 * CELL.height)}` : `H${px(left(x) + (x2 === 1 ? width : 0))}`;
    return `<path d="M${ends.map(px).join(' ')}${move}" stroke="${fill}" fill="none"/>`;
  });
}

const DRAWN = `${Object.keys(LINES).join('')}${BLOCKS}${SHADE}`;
const PIECES = new RegExp(`([${DRAWN}])\\1*|[^${DRAWN} ]+(?: [^${DRAWN} ]+)*`, 'gu');

/** The parts of a run in front of its background: drawn characters, and words with the single blanks between them. */
function drawRun(run: Run, top: number): string[] {
  const parts: string[] = [];
  if (run.bg !== BACKGROUND)
    parts.push(rect(left(run.x), top, run.width * CELL.width, CELL.height, `fill="${run.bg}"`));
  const looks = `fill="${run.fg}"${run.bold ? ' font-weight="bold"' : ''}${run.dim ? ' opacity="0.6"' : ''}`;
  for (const match of run.text.matchAll(PIECES)) {
    const [text, isDrawn] = match;
    const x = run.x + match.index;
    if (isDrawn !== undefined) {
      parts.push(...drawn(text, x, top, run.fg));
      continue;
    }
    const length = run.text === text ? run.width : [...text].length;
    const place = `x="${px(left(x))}" y="${px(top + CELL.baseline)}" textLength="${px(length * CELL.width)}"`;
    parts.push(`<text ${place} ${looks}>${escapeXml(text)}</text>`);
  }
  return parts;
}

/** The screen in a window with a title. No font, script or picture from elsewhere. */
export function svgOf(screen: Pick<Screen, 'cols' | 'rows' | 'cell'>, title: string): string {
  const width = px(2 * MARGIN + screen.cols * CELL.width);
  const height = px(TITLE + MARGIN + screen.rows * CELL.height);
  const name = escapeXml(title);
  const buttons = ['#ff6b68', '#e3b341', '#4fc77a'].map(
    (fill, index) => `<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  const lines = Array.from({ length: screen.rows }, (_, y) =>
    runsOf(screen, y).flatMap((run) => drawRun(run, TITLE + y * CELL.height)),
  );
  const font = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}" font-family="${font}" font-size="${CELL.font}" xml:space="preserve">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${BACKGROUND}" stroke="#30363d"/>`,
    ...buttons,
    `<text x="50%" y="22" text-anchor="middle" font-size="13" fill="#8b949e">${name}</text>`,
    ...lines.flat(),
    '</svg>',
  ].join('\n')}\n`;
}
