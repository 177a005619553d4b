// Long text in a pane goes on in the next line: a pane is read, and what is cut off can't be.
import { cells } from '../safe.ts';

/** Made when it is needed: it costs 14 ms. */
let graphemes: Intl.Segmenter | undefined;

/** How many code units of `text` fit into `room` cells: at least one character, and whole words where there are any. */
function endOf(text: string, room: number): number {
  if (cells(text) <= room) return text.length;
  let width = 0;
  let end = 0;
  let blank = 0;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment, index } of graphemes.segment(text)) {
    width += cells(segment);
    if (width > room && end > 0) break;
    end = index + segment.length;
    if (segment === ' ') blank = end;
  }
  return blank > end / 2 ? blank : end;
}

/**
 * A text without colours as lines of at most `width` cells.
 * @param indent blanks before all lines but the first
 */
export function wrapped(text: string, width: number, indent: number): string[] {
  const lead = ' '.repeat(Math.max(0, Math.min(indent, width - 10)));
  const lines: string[] = [];
  let rest = text;
  for (let room = width; rest !== '' || lines.length === 0; room = width - lead.length) {
    const end = Math.max(1, endOf(rest, Math.max(1, room)));
    lines.push((lines.length === 0 ? '' : lead) + rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return lines;
}
