// A process table in memory that is stepped by hand: fork, exec, exit, reap, a number given out again.
import type { ProcSpec } from './procText.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface FakeProcess extends Mutable<
  Omit<ProcSpec, 'pid' | 'starttime' | 'comm' | 'ppid' | 'state' | 'uid'>
> {
  readonly pid: number;
  readonly starttime: number;
  comm: string;
  ppid: number;
  state: string;
  uid: number;
  /** kill(2) answers EPERM. */
  denied: boolean;
  /** Signals it ignores or survives; KILL and STOP only where the test says it is not an ordinary process. */
  ignores: readonly number[];
  /** Does not reap its children: they stay zombies until it ends itself. */
  neglects: boolean;
  /** What the kernel keeps for it: TERM while it is stopped, KILL while it is in state D. */
  pending: number[];
}

export type FakeSpec = Partial<FakeProcess>;

export interface FakeTable {
  readonly processes: ReadonlyMap<number, FakeProcess>;
  /** Puts a process in: with a pid of its own (which must be free) or the next free one. */
  fork(spec: FakeSpec): FakeProcess;
  get(pid: number): FakeProcess;
  /** It ends: gone, or a zombie where its parent neglects it. Children go to pid 1. */
  exit(pid: number): void;
  /** It ends, and at once somebody else has its number. */
  replace(pid: number, spec: Omit<FakeSpec, 'pid'>): FakeProcess;
  /** The default actions of signal(7) for the signals that slotop sends. */
  receive(process: FakeProcess, signal: number): void;
  readonly newest: number;
}

const HUP = 1;
const KILL = 9;
const CONT = 18;
const STOPPING = [19, 20, 21, 22];
/** SIGCHLD, SIGURG, SIGWINCH: ignored by default. */
const HARMLESS = [0, 17, 23, 28];

/** @param ticks the present time in clock ticks, for starttimes */
export function createFakeTable(ticks: () => number): FakeTable {
  const processes = new Map<number, FakeProcess>();
  let newest = 0;
  let lastStart = 0;

  const get = (pid: number): FakeProcess => {
    const found = processes.get(pid);
    if (found === undefined) throw new Error(`fake kernel: no process ${pid}`);
    return found;
  };

  function fork(spec: FakeSpec): FakeProcess {
    let pid = spec.pid ?? newest + 1;
    if (spec.pid === undefined) while (processes.has(pid)) pid++;
    if (processes.has(pid)) throw new Error(`fake kernel: pid ${pid} is taken`);
    // Later forks never start earlier, and a number given out again never has the same starttime.
    lastStart = spec.starttime ?? Math.max(lastStart + 1, ticks());
    const process: FakeProcess = {
      comm: `proc${pid}`,
      ppid: pid === 1 ? 0 : 1,
      state: 'S',
      uid: 0,
      denied: false,
      ignores: [],
      neglects: false,
      pending: [],
      ...spec,
      pid,
      starttime: lastStart,
    };
    processes.set(pid, process);
    newest = pid;
    return process;
  }

  function exit(pid: number): void {
    const process = get(pid);
    for (const child of processes.values()) {
      if (child.ppid !== pid || child === process) continue;
      child.ppid = 1;
      if (child.state === 'Z') processes.delete(child.pid); // pid 1 reaps
    }
    if (processes.get(process.ppid)?.neglects === true) process.state = 'Z';
    else processes.delete(pid);
  }

  function receive(process: FakeProcess, signal: number): void {
    if (process.state === 'Z' || HARMLESS.includes(signal)) return;
    if (signal === CONT) {
      if (process.state === 'T') process.state = 'S';
      const held = process.pending.splice(0);
      held.forEach((one) => receive(process, one));
      return;
    }
    if (process.ignores.includes(signal)) return;
    const asleep = process.state === 'D' || (process.state === 'T' && signal !== KILL);
    if (asleep) process.pending.push(signal);
    else if (STOPPING.includes(signal)) process.state = 'T';
    else if (signal >= HUP) exit(process.pid);
  }

  return {
    processes,
    fork,
    get,
    exit,
    replace(pid, spec) {
      exit(pid);
      processes.delete(pid);
      return fork({ ...spec, pid });
    },
    receive,
    get newest() {
      return newest;
    },
  };
}
