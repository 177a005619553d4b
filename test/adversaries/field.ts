// Who is in the table of a bout, and what has become of the innocent ones.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it left
  }
};

export const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
export const lastPid = (): number => Number(read('/proc/loadavg').trim().split(' ').at(-1));
export const called = (comm: string): string[] =>
  processes().filter((pid) => read(`/proc/${pid}/comm`).trim() === comm);

interface State {
  readonly starttime: string;
  readonly state: string;
}

function stateOf(pid: string): State | undefined {
  const line = read(`/proc/${pid}/stat`);
  if (line === '') return undefined;
  const words = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: words[0] ?? '', starttime: words[19] ?? '' };
}

/** Looks again and again. @returns whether it came to be so in time */
export async function until(is: () => boolean, mostMs: number): Promise<boolean> {
  for (const end = performance.now() + mostMs; performance.now() < end; await pause(2)) if (is()) return true;
  return is();
}

/** The table is as full as it gets: nobody was added for a while. */
export async function untilFull(): Promise<void> {
  const least = processes().length + 50;
  let most = 0;
  let since = performance.now();
  await until(() => {
    const now = processes().length;
    if (now > most + 5) [most, since] = [now, performance.now()];
    return performance.now() - since > 150 && most > least;
  }, 8000);
}

export interface Toll {
  readonly dead: number;
  readonly stopped: number;
}

/** Remembers all that are called innocent now. @returns what has become of them since */
export function rollCall(): () => Toll {
  const present = new Map(called('innocent').map((pid) => [pid, stateOf(pid)?.starttime]));
  return () => {
    const states = [...present].map(([pid, starttime]) => {
      const now = stateOf(pid);
      return now?.starttime === starttime ? now?.state : undefined;
    });
    return {
      dead: states.filter((state) => state === undefined || state === 'Z').length,
      stopped: states.filter((state) => state === 'T').length,
    };
  };
}
