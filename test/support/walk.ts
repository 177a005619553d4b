// A user who tries every key in every view: the keys come from the registry, so a new one is tried as well.
import { setTimeout as pause } from 'node:timers/promises';
import { KEYS } from '../../src/keys.ts';
import type { ModeName } from '../../src/store.ts';
import type { TestTerminal } from './terminal.ts';

/** These leave the program, or hand the terminal away. */
const WAYS_OUT = new Set(['q', 'F10', 'Ctrl-C', 'Ctrl-Z']);
/** On a machine that is full of others' work too a frame may take its time, in milliseconds. */
export const PATIENCE_MS = 30_000;
/** A lone Esc is told from the start of a sequence by silence: so long nothing is typed after it, in milliseconds. */
const AFTER_ESC_MS = 80;
const SIZES = [
  [120, 35],
  [60, 15],
  [40, 10],
  [200, 50],
  [80, 24],
] as const;

/** The keys of a mode, without those that end the walk and those that take any letter. */
export function keysOf(mode: ModeName): string[] {
  return KEYS.filter(({ modes }) => modes.includes(mode))
    .flatMap(({ keys }) => keys)
    .filter((key) => key !== 'any' && !WAYS_OUT.has(key));
}

const isTable = (lines: readonly string[]): boolean => lines.at(-1)?.startsWith('F1Help') === true;

/** Esc leaves whatever is open, without doing anything. */
export async function backToTable(terminal: TestTerminal): Promise<void> {
  terminal.press('Esc');
  await pause(AFTER_ESC_MS);
  await terminal.waitFor(isTable, 'the table is back', PATIENCE_MS);
}

/** Waits until the program has dealt with all that was typed: it draws the whole screen when Ctrl-L's turn comes. */
export async function settle(terminal: TestTerminal): Promise<void> {
  const before = terminal.bytes.count;
  const wholeScreen = terminal.lines().join('').length / 2;
  terminal.press('Ctrl-L');
  await terminal.waitFor(() => terminal.bytes.count > before + wholeScreen, 'drawn afresh', PATIENCE_MS);
}

/** Presses a key in the table, then what is in the pane, menu, prompt or box that it opens, and comes back. */
async function tryKey(terminal: TestTerminal, key: string, inside: readonly string[]): Promise<void> {
  terminal.press(key);
  await settle(terminal);
  if (!isTable(terminal.lines())) {
    terminal.press(...inside);
    await settle(terminal);
  }
  await backToTable(terminal);
}

/** Scrolls, steps and types: harmless in panes, menus, prompts and the signal box alike. */
const INSIDE = ['Down', 'PgDn', 'Up', 'PgUp', 'Home', 'End', 's', 't', 'g', 'p'] as const;

/**
 * Every key of the table in one view or in all.
 * @param from which key begins: in a short walk each view gets its share of the keys
 */
export async function walkKeys(terminal: TestTerminal, from: number, every: number): Promise<void> {
  const keys = keysOf('table').filter((key) => key !== 'Esc');
  for (let at = from; at < keys.length; at += every) await tryKey(terminal, keys[at] ?? '', INSIDE);
}

/** What the head of each view shows, in the order of Tab; the arrow of the sorted column may hide a letter. */
export const VIEW_HEADS: readonly RegExp[] = [
  /^ +PI.* USE[^]*COMMAN/m,
  /^ +PROC.* USER/m,
  /^ +POR.* (PROTO|ADDRESS)/m,
  /^ KIN.* (USED|LIMIT)/m,
];

export async function openView(terminal: TestTerminal, wanted: RegExp): Promise<void> {
  const views = VIEW_HEADS.length;
  for (let turns = 0; turns < views; turns++) {
    const lines = terminal.lines().join('\n');
    if (wanted.test(lines)) return;
    const at = VIEW_HEADS.findIndex((head) => head.test(lines));
    terminal.press('Tab');
    await terminal.waitFor(VIEW_HEADS[(at + 1) % views] ?? /$/, 'the next view', PATIENCE_MS);
  }
  await terminal.waitFor(wanted);
}

export async function walkSizes(terminal: TestTerminal): Promise<void> {
  for (const [cols, rows] of SIZES) {
    terminal.resize(cols, rows);
    await terminal.waitFor(
      (lines) => lines.length === rows && lines[0]?.startsWith('SLOTS') === true && isTable(lines),
      `the screen at ${cols}x${rows}`,
      PATIENCE_MS,
    );
  }
}
