// The built program in a real pty: what `npm run build` left, started as a user starts it.
import { join } from 'node:path';
import { openTerminal, type TerminalOptions, type TestTerminal } from './terminal.ts';

export const PROGRAM = join(import.meta.dirname, '../../bin/slotop');

export interface SlotopOptions extends Omit<TerminalOptions, 'command'> {
  /** Started with this filter, so that a test sees its own processes only. */
  readonly filter?: string;
}

/** Opens slotop and waits for its first whole screen: the function bar is its last line. */
export async function openSlotop({
  filter,
  args = [],
  ...options
}: SlotopOptions = {}): Promise<TestTerminal> {
  const words = filter === undefined ? args : [...args, filter];
  const terminal = openTerminal({ ...options, command: PROGRAM, args: words });
  await terminal.waitFor(isWholeScreen, 'the first screen');
  return terminal;
}

export function isWholeScreen(lines: readonly string[]): boolean {
  return lines[0]?.startsWith('SLOTS') === true && lines.at(-1)?.startsWith('F1Help') === true;
}

/** The line of the table's head. */
export function headLine(lines: readonly string[]): number {
  return lines.findIndex((line) => /^ +PID.? /.test(line));
}

/** The rows of the table, from below the head to above the status line. */
export function tableRows(lines: readonly string[]): readonly string[] {
  return lines.slice(headLine(lines) + 1, -2).filter((line) => line.trim() !== '');
}

/** The row of a process: its pid stands in the first column. */
export function rowOf(lines: readonly string[], pid: number): string | undefined {
  return lines.find((line) => new RegExp(`^[ >*»]\\s*${pid} `).test(line));
}

/** A pattern for a row of that pid with the cursor on it. */
export function cursorOn(pid: number): RegExp {
  return new RegExp(`^[>»]\\s*${pid} `, 'm');
}
