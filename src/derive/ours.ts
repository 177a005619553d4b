// Which processes are ours: slotop itself and the shells, multiplexers and logins that it runs under.
import type { Proc } from '../types.ts';

export type Ours = ReadonlyMap<number, 'self' | 'yours'>;

/** Ourselves and our ancestors below pid 1, by pid. */
export function oursAmong(procs: ReadonlyMap<number, Proc>, self: number): Ours {
  const ours = new Map<number, 'self' | 'yours'>([[self, 'self']]);
  for (let pid = procs.get(self)?.ppid ?? 0; pid > 1 && !ours.has(pid); pid = procs.get(pid)?.ppid ?? 0) {
    ours.set(pid, 'yours');
  }
  return ours;
}
