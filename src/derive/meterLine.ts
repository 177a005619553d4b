// A line above the table: words and a bar, as exactly so many cells.
import type { Sample } from '../types.ts';
import { cells, fit, safe } from './safe.ts';
import type { Style, Theme } from './style.ts';
import type { Suspect } from './suspect.ts';

export interface MeterContext {
  readonly sample: Sample;
  readonly theme: Theme;
  /** Words about the looking itself: `LIVE 1.5s`, `PAUSED`. */
  readonly live: string;
  /** The name group whose growth explains the growth of the whole. */
  readonly suspect?: Suspect | undefined;
}

/** Where the terminal is narrow, parts leave in this order, 1 first; without it a part stays, and is cut at last. */
interface Droppable {
  readonly drop?: number;
}

export interface Words extends Droppable {
  /** Safe to print. */
  readonly text: string;
  readonly style?: Style;
}

/** Takes the room that is left. */
export interface Bar extends Droppable {
  /** Share used, from 0 to 1. */
  readonly share: number;
}

export type MeterLine = readonly (Words | Bar)[];

/** With its brackets. */
const SHORTEST_BAR = 6;
const LONGEST_BAR = 42;
const LONGEST_NAME = 24;

export function shareOf(used: number, limit: number): number {
  return limit > 0 ? used / limit : 1;
}

/** The colour is never alone: the share stands beside it in words. */
function fillStyle(share: number): Style {
  return share >= 0.9 ? 'bad' : share >= 0.7 ? 'warn' : 'good';
}

/** `95%`, and at the end `100% FULL`. Rounded down: 99.9 % is not full, but where no task fits in any more (pid_max). */
export function shareWords(share: number, isFull = share >= 1): Words {
  const text = `${Math.floor(share * 100)}%${isFull ? ' FULL' : ''}`;
  return { text, style: fillStyle(share) };
}

/** A name of the machine's in at most 24 cells. */
export function nameText(text: string, theme: Theme): string {
  const clean = safe(text, theme.ascii);
  return cells(clean) <= LONGEST_NAME ? clean : fit(clean, LONGEST_NAME, 'left', theme.glyphs.cut).trimEnd();
}

function leastCells(part: Words | Bar): number {
  return 'share' in part ? SHORTEST_BAR : cells(part.text);
}

/** With the blanks between the parts. */
function cellsTaken(line: MeterLine): number {
  return line.reduce((sum, part) => sum + leastCells(part) + 1, -1);
}

/** Without the parts that leave first; undefined where all stay. */
function withoutFirst(line: MeterLine): MeterLine | undefined {
  const first = Math.min(...line.map(({ drop }) => drop ?? Infinity));
  return first === Infinity ? undefined : line.filter(({ drop }) => drop !== first);
}

/** A meter as one line of exactly `width` cells. */
export function drawMeter(line: MeterLine, width: number, theme: Theme): string {
  let kept = line;
  while (cellsTaken(kept) > width) {
    const fewer = withoutFirst(kept);
    if (fewer === undefined) break;
    kept = fewer;
  }
  const barCells = Math.min(LONGEST_BAR, SHORTEST_BAR + Math.max(0, width - cellsTaken(kept)));
  let room = width;
  let text = '';
  for (const part of kept) {
    const isBar = 'share' in part;
    const plain = `${room < width ? ' ' : ''}${isBar ? barText(part.share, barCells, theme) : part.text}`;
    const cut = cells(plain) <= room ? plain : fit(plain, room, 'left', theme.glyphs.cut);
    room -= cells(cut);
    const style = isBar ? fillStyle(part.share) : part.style;
    text += style === undefined || cut === '' ? cut : theme.paint(style, cut);
  }
  return text + ' '.repeat(room);
}

function barText(share: number, width: number, { glyphs }: Theme): string {
  const inside = width - 2;
  const full = Math.max(0, Math.min(inside, Math.round(share * inside)));
  return `[${glyphs.full.repeat(full)}${glyphs.empty.repeat(inside - full)}]`;
}
