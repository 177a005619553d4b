// Random terminal text with a seed: everything that Ink's text path treats specially, good and malformed.

/** mulberry32: small, and the same on every machine. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const PLAIN = [
  'a',
  'Z',
  ' ',
  '   ',
  '~',
  '/usr/bin/x',
  '42',
  'é',
  'ÿ',
  '│',
  '├─',
  '└─',
  '█',
  '▏',
  '⣿',
  '⠀',
  '…',
  '↑',
  '✓',
  'ж',
  'Ω',
];
const SGR = [
  '0',
  '',
  '1',
  '2',
  '22',
  '3',
  '23',
  '4',
  '24',
  '7',
  '27',
  '9',
  '29',
  '31',
  '32',
  '39',
  '41',
  '49',
  '90',
  '97',
  '107',
  '1;31',
  '0;1',
  '1;2',
  '2;1;36',
  '31;41;1',
  '38;5;196',
  '48;5;17',
  '38;2;1;2;3',
  '48;2;9;8;7',
  '58;5;3',
  '59',
  '1;38;5;4;44',
  '38;5',
  '38;2;1',
  '38',
  '48;9',
  '5',
  '53',
  '55',
  '21',
  '73',
  '999',
  '39;49',
];
const ODD = [
  '中',
  '文字',
  'あ',
  '한',
  '각',
  '😀',
  '👨‍👩‍👧',
  '🇩🇪',
  '🇩',
  '❤️',
  '©️',
  '☎',
  '1️⃣',
  'e\u0301',
  '\u0301',
  'ﾞ',
  '\u200b',
  '\u200d',
  '\u00ad',
  '\t',
  '\r',
  '\r\n',
  '\x00',
  '\x07',
  '\x7f',
  '\x85',
  '\x9b31m',
  '\x9d8;;x\x9c',
  '\ud83d',
  '\ude00',
  '\u202e',
  '\u2028',
  '\u25fd',
  '\x1b',
  '\x1b[',
  '\x1b[3',
  '\x1b[31',
  '\x1b[1;',
  '\x1b[;m',
  '\x1b[1;;31m',
  '\x1b[31;m',
  '\x1b[4:3m',
  '\x1b[38:5:9m',
  '\x1b[2J',
  '\x1b[12345m',
  '\x1b[1A',
  '\x1b]8;;https://a.b\x07',
  '\x1b]8;;\x07',
  '\x1b]8;id=1;https://c.d\x1b\\',
  '\x1b]8;;\x1b\\',
  '\x1b]8;;\x9c',
  '\x1b]0;title\x07',
  '\x1b]8;',
  '\x1b]',
  '\x1bP1$q\x1b\\',
];

export interface TextKind {
  /** How many of 100 pieces are outside the fast paths. */
  readonly odd: number;
  readonly newlines: boolean;
}

/** A text of up to `pieces` pieces. */
export function randomText(next: (below: number) => number, pieces: number, kind: TextKind): string {
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  let text = '';
  for (let left = next(pieces + 1); left > 0; left--) {
    const dice = next(100);
    if (dice < kind.odd) text += pick(ODD);
    else if (kind.newlines && dice > 95) text += '\n';
    else if (next(5) < 2) text += `\x1b[${pick(SGR)}m`;
    else text += pick(PLAIN);
  }
  return text;
}
