// Colours by meaning. Each style also has a form without colour, and none carries information alone.

interface Look {
  readonly colour: string;
  readonly mono: string;
}

const STYLES = {
  head: { colour: '30;42', mono: '7' },
  cursor: { colour: '30;46', mono: '7' },
  tagged: { colour: '1;33', mono: '1' },
  bar: { colour: '30;46', mono: '7' },
  barKey: { colour: '0', mono: '0;1' },
  title: { colour: '1;36', mono: '1' },
  label: { colour: '36', mono: '0' },
  strong: { colour: '1', mono: '1' },
  dim: { colour: '2', mono: '0' },
  good: { colour: '32', mono: '0' },
  warn: { colour: '33', mono: '1' },
  bad: { colour: '1;31', mono: '1' },
  running: { colour: '1;32', mono: '1' },
  stopped: { colour: '1;33', mono: '1' },
  zombie: { colour: '1;35', mono: '1' },
  waiting: { colour: '1;31', mono: '1' },
  port: { colour: '1;36', mono: '0' },
  ours: { colour: '34', mono: '0' },
} as const satisfies Record<string, Look>;

export type Style = keyof typeof STYLES;

/** Puts a style on a text that is already safe and cut to its width. */
export type Paint = (style: Style, text: string) => string;

export function paintWith(colour: boolean): Paint {
  return (style, text) => {
    const { colour: sgr, mono } = STYLES[style];
    return `\x1b[${colour ? sgr : mono}m${text}\x1b[0m`;
  };
}

/** What draws lines, bars and marks: Unicode, or ASCII where the locale or `--ascii` says so. */
export interface Glyphs {
  readonly branch: string;
  readonly lastBranch: string;
  readonly line: string;
  readonly collapsed: string;
  readonly cut: string;
  readonly full: string;
  readonly empty: string;
  readonly both: string;
  readonly history: readonly string[];
  readonly rule: string;
  readonly up: string;
  readonly down: string;
}

export const UNICODE: Glyphs = {
  branch: '├─',
  lastBranch: '└─',
  line: '│ ',
  collapsed: '+',
  cut: '…',
  full: '█',
  empty: '░',
  both: '»',
  history: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  rule: '─',
  up: '▲',
  down: '▼',
};

export const ASCII: Glyphs = {
  branch: '|-',
  lastBranch: '`-',
  line: '| ',
  collapsed: '+',
  cut: '~',
  full: '#',
  empty: '.',
  both: '#',
  history: ['.', ':', '-', '=', '+', '*', '#', '@'],
  rule: '-',
  up: '^',
  down: 'v',
};

/** How a table is drawn: colours, glyphs, and whether other bytes than ASCII may reach the terminal. */
export interface Theme {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly ascii: boolean;
}

export function themeOf(colour: boolean, ascii: boolean): Theme {
  return { paint: paintWith(colour), glyphs: ascii ? ASCII : UNICODE, ascii };
}
