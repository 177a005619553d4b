/// <reference path="./stock.d.ts" />
// Stands in for Ink's output.js, which builds every cell of the screen anew in every frame. Rows don't depend on each
// other, so a row is remembered by what was written into it, and only rows not seen lately are painted: those of one
// plain text by restyling it, all others by the stock Output, one row high.
import Stock, { type Clip, type Transformer, type WriteOperation } from 'stock:ink-output';
import { LONGEST_REMEMBERED, restyled } from './ansiTokenize.ts';
import { plainWidth } from './plainText.ts';
import { recent } from './recent.ts';

interface Placed {
  readonly index: number;
  readonly line: string;
}
interface Write {
  readonly x: number;
  readonly line: string;
}

const placements = recent<string, readonly Placed[]>(256);
const paintedPlain = recent<string, string>(256);
const painted = recent<string, string>(256);

/** Rows and texts held now; for the proof that it is bounded. */
export function rememberedRows(): number {
  return placements.size() + paintedPlain.size() + painted.size();
}

function remember<V>(cache: { set(key: string, value: V): V }, key: string, value: V): V {
  return key.length > LONGEST_REMEMBERED ? value : cache.set(key, value);
}

/**
 * The lines of a text as the stock code clips and restyles them, with their row relative to the text's first. Asked
 * from the stock code itself: a transformer sees each line just before it would be painted.
 */
function clippedByStock(text: string, x: number, clip: Clip | undefined): Placed[] {
  const found: Placed[] = [];
  const spy: Transformer = (line, index) => {
    found.push({ index, line });
    return '';
  };
  const lineCount = text.split('\n').length;
  const offset = Math.min(Math.max(clip?.y1 ?? 0, 0), lineCount);
  const rows = Array.from({ length: offset + lineCount + 1 }, () => []);
  new Stock({ width: 0, height: 0 }).applyWriteOperation(
    rows,
    { type: 'write', x, y: 0, text, transformers: [spy] },
    clip,
  );
  return found;
}

/** Whether a clip leaves lines of plain text as they are; the app clips at the edge of the screen, so it mostly does. */
function holds({ x1, x2, y1, y2 }: Clip, x: number, lines: readonly string[]): boolean {
  const inWidth =
    x1 === undefined || x2 === undefined || (x >= x1 && lines.every((line) => x + plainWidth(line) <= x2));
  return inWidth && (y1 === undefined || y2 === undefined || (y1 <= 0 && lines.length <= y2));
}

function place(text: string, x: number, clip: Clip | undefined): readonly Placed[] {
  const key = clip === undefined ? text : `${x} ${clip.x1} ${clip.x2} ${clip.y1} ${clip.y2}\0${text}`;
  const cacheKey = clip === undefined ? `\0${text}` : key;
  const known = placements.get(cacheKey);
  if (known !== undefined) return known;
  const whole = restyled(text);
  const lines =
    whole !== undefined && (clip === undefined || holds(clip, x, whole))
      ? whole.map((line, index) => ({ index, line }))
      : clippedByStock(text, x, clip);
  return remember(placements, cacheKey, lines);
}

function paintByStock(width: number, writes: readonly Write[]): string {
  const stock = new Stock({ width, height: 1 });
  // The line is final. Handed over by a transformer it isn't restyled once more.
  for (const { x, line } of writes) stock.write(x, 0, ' ', { transformers: [() => line] });
  return stock.get().output;
}

function paint(width: number, writes: readonly Write[]): string {
  const [first] = writes;
  if (first === undefined) return '';
  if (writes.length === 1 && first.x === 0 && width >= 0) {
    const known = paintedPlain.get(first.line);
    if (known !== undefined) return known;
    const lines = restyled(first.line);
    if (lines?.length === 1) return remember(paintedPlain, first.line, (lines[0] ?? '').trimEnd());
  }
  let key = `${width}`;
  for (const { x, line } of writes) key += ` ${x} ${line.length} ${line}`;
  return painted.get(key) ?? remember(painted, key, paintByStock(width, writes));
}

/** As the stock class. */
export default class Output extends Stock {
  #rows: Write[][] = [];

  /** Called by the stock get() for each write, with the clips already joined: notes what lands in which row. */
  override applyWriteOperation(_rows: unknown[][], operation: WriteOperation, clip: Clip | undefined): void {
    const { x, y, text, transformers } = operation;
    const below = (bound: number | undefined): number | undefined =>
      bound === undefined ? bound : bound - y;
    const relative = clip && { x1: clip.x1, x2: clip.x2, y1: below(clip.y1), y2: below(clip.y2) };
    const clippedLeft = clip?.x1 !== undefined && clip.x2 !== undefined && x < clip.x1;
    for (const { index, line } of place(text, x, relative)) {
      const row = this.#rows[y + index];
      if (row === undefined) continue;
      let final = line;
      for (const transformer of transformers) final = transformer(final, index);
      row.push({ x: clippedLeft ? clip.x1! : x, line: final });
    }
  }

  override get(): { output: string; height: number } {
    const { width } = this;
    this.#rows = Array.from({ length: Math.max(0, Math.ceil(this.height)) }, () => []);
    // The stock loop over the operations runs as it is, on rows without cells.
    this.width = 0;
    const { height } = super.get();
    this.width = width;
    return { output: this.#rows.map((writes) => paint(width, writes)).join('\n'), height };
  }
}
