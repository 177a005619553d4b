// One look at one process by its identity: what every signal is preceded and followed by.
import { isFailure, type Kernel } from '../kernel.ts';
import { newStatLine, NICE, NUM_THREADS, parseStat, PPID, STARTTIME, STAT_RECORD } from '../proc/stat.ts';
import type { ProcId } from '../types.ts';

/** A living or undead process, as its stat line shows it now. */
export interface Sight {
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly threads: number;
  readonly nice: number;
}

/** `recycled`: the pid is somebody else now. `unseen`: it may be there, but we could not look. */
export type Look = Sight | 'gone' | 'recycled' | 'unseen';

const line = newStatLine();

/** Reads stat (proc_pid_stat(5)) of whoever has that pid now, whatever its starttime. */
function sightOf(kernel: Kernel, pid: number): (Sight & { readonly starttime: number }) | 'gone' | 'unseen' {
  const bytes = kernel.read(`${pid}/stat`, STAT_RECORD);
  if (isFailure(bytes)) return bytes === 'gone' ? 'gone' : 'unseen';
  if (!parseStat(bytes, line)) return 'gone';
  const { comm, state, field } = line;
  if (state === 'X' || state === 'x') return 'gone'; // dead, on its last steps
  return {
    comm,
    state,
    ppid: field[PPID] as number,
    threads: field[NUM_THREADS] as number,
    nice: field[NICE] as number,
    starttime: field[STARTTIME] as number,
  };
}

/** Who has the pid now, compared with the identity that was meant. */
export function lookAt(kernel: Kernel, { pid, starttime }: ProcId): Look {
  const sight = sightOf(kernel, pid);
  if (typeof sight === 'string') return sight;
  return sight.starttime === starttime ? sight : 'recycled';
}

/** Ended, and only its slot is left. A process whose first thread has ended while others run also shows Z, and still lives. */
export function isZombie({ state, threads }: Sight): boolean {
  return state === 'Z' && threads <= 1;
}

export function isStopped({ state }: Pick<Sight, 'state'>): boolean {
  return state === 'T' || state === 't';
}

/** `python3 (812)`, or `pid 812` when nothing can be seen of it. */
export function nameOfPid(kernel: Kernel, pid: number): string {
  const sight = sightOf(kernel, pid);
  return typeof sight === 'string' ? `pid ${pid}` : `${sight.comm} (${pid})`;
}

/** The state letter of whoever has that pid now; undefined when it can't be seen. */
export function stateOfPid(kernel: Kernel, pid: number): string | undefined {
  const sight = sightOf(kernel, pid);
  return typeof sight === 'string' ? undefined : sight.state;
}

/** The kernel function that a process waits in (proc_pid_wchan(5)); undefined when unknown or none. */
export function wchanOf(kernel: Kernel, pid: number): string | undefined {
  const bytes = kernel.read(`${pid}/wchan`);
  if (isFailure(bytes)) return undefined;
  const name = Buffer.from(bytes).toString('latin1').trim();
  return name === '' || name === '0' ? undefined : name;
}
