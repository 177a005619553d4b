// What xterm sends for a key (ctlseqs, "PC-Style Function Keys"), by the name people give it.

/** CSI or SS3 final letters; SS3 without a modifier when the program asked for application cursor keys. */
const CURSOR: Readonly<Record<string, string>> = {
  Up: 'A',
  Down: 'B',
  Right: 'C',
  Left: 'D',
  End: 'F',
  Home: 'H',
};
/** F1 to F4 are SS3 always, CSI 1;m with a modifier. */
const SS3: Readonly<Record<string, string>> = { F1: 'P', F2: 'Q', F3: 'R', F4: 'S' };
const TILDE: Readonly<Record<string, number>> = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
const PLAIN: Readonly<Record<string, string>> = {
  Enter: '\r',
  Tab: '\t',
  'Shift-Tab': '\x1b[Z',
  Esc: '\x1b',
  Backspace: '\x7f',
  Space: ' ',
};
const ALIASES: Readonly<Record<string, string>> = { PgUp: 'PageUp', PgDn: 'PageDown', Escape: 'Esc' };
const MODIFIERS: Readonly<Record<string, number>> = { Shift: 1, Alt: 2, Ctrl: 4 };

/**
 * @param name one character, or a name such as `F9`, `Ctrl-C`, `Shift-F3`, `PageDown`
 * @throws Error for a name that no key has
 */
export function keyBytes(name: string, applicationCursor = false): string {
  if ([...name].length === 1) return name;
  const plain = PLAIN[ALIASES[name] ?? name];
  if (plain !== undefined) return plain;

  const words = name.split('-');
  const last = words.pop() ?? '';
  const key = ALIASES[last] ?? last;
  const modifier = words.reduce((sum, word) => sum + (MODIFIERS[word] ?? Number.NaN), 0);
  if (Number.isNaN(modifier)) throw new Error(`no such key: ${name}`);

  const cursor = CURSOR[key];
  if (cursor !== undefined) {
    if (modifier !== 0) return `\x1b[1;${modifier + 1}${cursor}`;
    return `${applicationCursor ? '\x1bO' : '\x1b['}${cursor}`;
  }
  const ss3 = SS3[key];
  if (ss3 !== undefined) return modifier === 0 ? `\x1bO${ss3}` : `\x1b[1;${modifier + 1}${ss3}`;
  const tilde = TILDE[key];
  if (tilde !== undefined) return modifier === 0 ? `\x1b[${tilde}~` : `\x1b[${tilde};${modifier + 1}~`;

  const base = PLAIN[key] ?? ([...key].length === 1 ? key : undefined);
  if (base === undefined) throw new Error(`no such key: ${name}`);
  if (modifier === MODIFIERS['Ctrl']) return String.fromCharCode(base.toUpperCase().charCodeAt(0) & 0x1f);
  if (modifier === MODIFIERS['Alt']) return `\x1b${base}`;
  throw new Error(`no such key: ${name}`);
}
