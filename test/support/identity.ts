// What /proc says of one real process. Written apart from src/proc on purpose: tests compare the product with it.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Identity {
  readonly pid: number;
  /** Clock ticks since boot, proc_pid_stat(5) field 22. */
  readonly starttime: number;
}

export interface StatLine extends Identity {
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly nlwp: number;
}

/** One line of /proc/PID/stat, or undefined once the pid is nobody's. */
export function statOf(pid: number): StatLine | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // ENOENT or ESRCH: the file can't fail in another way for a stat line
  }
  // comm may hold blanks, brackets and newlines, so only the last ')' ends it.
  const end = text.lastIndexOf(')');
  const rest = text
    .slice(end + 2)
    .trim()
    .split(' ');
  const field = (number: number): number => Number(rest[number - 3]);
  return {
    pid,
    comm: text.slice(text.indexOf('(') + 1, end),
    state: rest[0] ?? '?',
    ppid: field(4),
    pgrp: field(5),
    session: field(6),
    nlwp: field(20),
    starttime: field(22),
  };
}

/** The identity of a pid that lives now. */
export function identityOf(pid: number): Identity {
  const stat = statOf(pid);
  if (stat === undefined) throw new Error(`no process ${pid}`);
  return { pid, starttime: stat.starttime };
}

/** Its stat line while it is still the same process; a zombie counts, for it holds its slot. */
export function sameProcess(id: Identity): StatLine | undefined {
  const stat = statOf(id.pid);
  return stat?.starttime === id.starttime ? stat : undefined;
}

/** Alive: the same process, and not a zombie. */
export function isAlive(id: Identity): boolean {
  const state = sameProcess(id)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** kill(2) to that very process and to nobody who got its number later. @returns whether it was sent */
export function signalExactly(id: Identity, signal: NodeJS.Signals): boolean {
  if (id.pid <= 1 || sameProcess(id) === undefined) return false;
  try {
    return process.kill(id.pid, signal);
  } catch {
    return false; // it left between the look and the signal
  }
}

/** Every process of the machine that answers `matches`. */
export function processesWhere(matches: (stat: StatLine) => boolean): StatLine[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat): stat is StatLine => stat !== undefined && matches(stat));
}

/**
 * Polls until `look` answers with something true, and answers that: tests wait for a state, never for a time.
 * @throws Error naming `what` when the deadline passes
 */
export async function waitUntil<T>(
  look: () => T | undefined | false,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let wait = 1; ; wait = Math.min(10, wait + 1)) {
    const answer = look();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await pause(wait);
  }
}
