// A key press as the registry names it: `Up`, `F9`, `Ctrl-A`, `Shift-Tab`, or the character itself.

export interface Press {
  readonly name: string;
  /** What it types into a text field; undefined for a key that types nothing. */
  readonly text: string | undefined;
}

/** What node:readline tells of a key press (emitKeypressEvents). */
export interface ReadlineKey {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  insert: 'Insert',
  delete: 'Delete',
  backspace: 'Backspace',
  return: 'Enter',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  space: 'Space',
};

/** What a lone Esc looks like when the terminal's own words (pace.ts) come right behind it. */
const ESC_AND_WORDS = '\x1b\x1b[';

/** @returns undefined for what is no key of ours: mouse reports, focus reports, answers, unknown sequences */
export function pressOf(character: string | undefined, key: ReadlineKey): Press | undefined {
  const name = key.name ?? '';
  if (key.ctrl === true && /^[a-z]$/.test(name))
    return { name: `Ctrl-${name.toUpperCase()}`, text: undefined };
  if (/^f\d+$/.test(name)) return { name: shifted(name.toUpperCase(), key), text: undefined };
  if (name === 'space') return { name: 'Space', text: ' ' };
  const named = NAMES[name];
  if (named !== undefined) return { name: shifted(named, key), text: undefined };
  if (key.sequence?.startsWith(ESC_AND_WORDS) === true) return { name: 'Esc', text: undefined };
  const typed = character ?? key.sequence;
  if (typed === undefined || key.meta === true || [...typed].length !== 1) return undefined;
  if ((typed.codePointAt(0) ?? 0) < 0x20 || typed === '\x7f') return undefined;
  return { name: typed, text: typed };
}

function shifted(name: string, key: ReadlineKey): string {
  return key.shift === true ? `Shift-${name}` : name;
}
