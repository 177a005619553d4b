// What the fast paths accept. Everything else (wide and joining characters, links, control sequences, malformed
// SGR) goes to the stock modules, so this file alone decides how much is fast, and a doubt costs only speed.

/**
 * Characters of one cell that never join a neighbour into one grapheme (UAX 29: class Other), so that one code unit
 * is one grapheme is one cell. Left out on purpose: U+00AD (ignorable), U+200B to U+200F (ignorable), U+2028 up
 * (controls), U+25FD and U+25FE (wide).
 */
const PLAIN_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0xac],
  [0xae, 0x24f],
  [0x391, 0x3a1],
  [0x3a3, 0x3ff],
  [0x400, 0x481],
  [0x48a, 0x52f],
  [0x2010, 0x2027], // dashes, quotes, bullet, ellipsis
  [0x2190, 0x2193], // arrows
  [0x2500, 0x25f0], // box drawing, block elements, geometric shapes
  [0x2713, 0x2713],
  [0x2717, 0x2717],
  [0x2800, 0x28ff], // Braille
];

const TABLE_SIZE = 0x2900;
const plain = new Uint8Array(TABLE_SIZE);
for (const [first, last] of PLAIN_RANGES) plain.fill(1, first, last + 1);

export const NEWLINE = 10;
export const ESC = 27;
const BRACKET = 91;
const SEMICOLON = 59;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const FINAL_M = 109;

/** True for a code unit that is one grapheme of one cell, whatever stands beside it. */
export function isPlain(unit: number): boolean {
  return plain[unit] === 1;
}

/** Sequences are remembered, so they must not be long. True colour for both grounds with all attributes is below this. */
const LONGEST_SGR = 64;

/** The index behind an ordinary SGR sequence (`ESC [ 1 ; 38 ; 5 ; 196 m`), -1 when it is none. */
export function sgrEnd(text: string, start: number): number {
  if (text.charCodeAt(start + 1) !== BRACKET) return -1;
  const limit = Math.min(text.length, start + LONGEST_SGR);
  for (let index = start + 2; index < limit; index++) {
    const unit = text.charCodeAt(index);
    if (unit === FINAL_M) return index + 1;
    if (unit !== SEMICOLON && (unit < DIGIT_0 || unit > DIGIT_9)) return -1;
  }
  return -1;
}

/** Cells taken by a text of plain characters, newlines (no cell) and ordinary SGR; -1 when it holds anything else. */
export function plainWidth(text: string): number {
  // Ink sanitises a text and then measures it: one scan for both.
  if (text !== scanned) {
    scannedWidth = scan(text);
    scanned = text;
  }
  return scannedWidth;
}

let scanned = '';
let scannedWidth = 0;

function scan(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length;) {
    const unit = text.charCodeAt(index);
    if (plain[unit] === 1) {
      width++;
      index++;
    } else if (unit === ESC) {
      index = sgrEnd(text, index);
      if (index < 0) return -1;
    } else if (unit === NEWLINE) {
      index++;
    } else {
      return -1;
    }
  }
  return width;
}
