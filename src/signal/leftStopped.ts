// What a slotop that was killed itself left stopped, told from its action log.
import { isFailure, type Kernel } from '../kernel.ts';
import type { ProcId } from '../types.ts';
import { stillStopped } from './stopDebt.ts';

/** A line of actionLog.ts, as far as anything in it can be relied on: a crash may have cut it, an editor changed it. */
interface Line {
  readonly signal?: unknown;
  readonly outcome?: unknown;
  readonly pid?: unknown;
  readonly starttime?: unknown;
  readonly intent?: unknown;
}

function lineOf(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function idOf(pid: unknown, starttime: unknown): ProcId | undefined {
  const isId = Number.isSafeInteger(pid) && Number.isSafeInteger(starttime) && (pid as number) > 1;
  return isId ? { pid: pid as number, starttime: starttime as number } : undefined;
}

/** Outcomes after which nothing that was intended for a process is still upon it. */
const ENDED = new Set<unknown>(['killed', 'gone', 'recycled', 'denied', 'refused']);

/** Everyone that was stopped, or about to be, and of whom nothing else was written since. They may run by now. */
export function stoppedByLog(text: string): ProcId[] {
  const stopped = new Map<string, ProcId>();
  for (const line of text.split('\n').map(lineOf)) {
    if (line === undefined) continue;
    const intent = Array.isArray(line.intent) ? (line.intent as unknown[]) : [];
    for (const pair of intent) {
      const id = Array.isArray(pair) ? idOf(pair[0], pair[1]) : undefined;
      if (id !== undefined) stopped.set(`${id.pid}:${id.starttime}`, id);
    }
    const id = idOf(line.pid, line.starttime);
    if (id === undefined) continue;
    const key = `${id.pid}:${id.starttime}`;
    if (line.outcome === 'stopped') stopped.set(key, id);
    else if (ENDED.has(line.outcome) || (line.signal === 'CONT' && line.outcome === 'signalled'))
      stopped.delete(key);
  }
  return [...stopped.values()];
}

/** Those of them that are stopped at this moment. @param path from `actionLogPath` */
export function leftStopped(kernel: Kernel, path: string): ProcId[] {
  const decoder = new TextDecoder('utf-8');
  const texts = [`${path}.1`, path].map((file) => {
    const bytes = kernel.read(file);
    return isFailure(bytes) ? '' : decoder.decode(bytes);
  });
  return stillStopped(kernel, stoppedByLog(texts.join('\n')));
}
