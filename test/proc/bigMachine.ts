// A machine in memory of any size, fast enough for 28,000 processes: its numbers are given out as the kernel does, its
// clock moves when it is told to, and every call of the kernel door is counted.
import type { Kernel } from '../../src/kernel.ts';

export interface Being {
  readonly pid: number;
  readonly starttime: number;
  ppid: number;
  ticks: number;
  state: string;
  nlwp?: number;
}

export interface BigMachine extends Kernel {
  readonly beings: ReadonlyMap<number, Being>;
  readonly calls: { read: number; reread: number; open: number; stat: number; list: number; kept: number };
  fork(ppid?: number): Being;
  /** A thread takes a number like a process, and no listing shows it. */
  thread(): number;
  /** A process with a chosen number: no counter of numbers moves (clone3 set_tid). */
  restore(pid: number): Being;
  exit(pid: number): void;
  /** That many milliseconds pass, of which so many clock ticks are used by this one, or by nobody to be seen. */
  pass(ms: number, ticks?: number, being?: Being): void;
}

const SELF = 2;
const RESERVED = 300;

/** @param pidMax the largest number and one */
export function bigMachine(size: number, pidMax = 4_194_304): BigMachine {
  const encoder = new TextEncoder();
  const beings = new Map<number, Being>();
  const threads = new Set<number>();
  const held = new Map<number, Being>();
  const calls = { read: 0, reread: 0, open: 0, stat: 0, list: 0, kept: 0 };
  let last = 0;
  let forks = 0;
  let now = 1_000;
  let busy = 0;
  let running = 1; // whoever looks
  let nextFd = 10;

  function nextNumber(): number {
    do {
      last = last + 1 >= pidMax ? RESERVED : last + 1;
    } while (beings.has(last) || threads.has(last));
    forks++;
    return last;
  }
  function add(pid: number, ppid: number): Being {
    const being = { pid, starttime: forks, ppid, ticks: 0, state: 'S' };
    beings.set(pid, being);
    return being;
  }
  function statLine({ pid, ppid, state, ticks, starttime, nlwp = 1 }: Being): Uint8Array {
    const zeros = '0 0 0 0';
    return encoder.encode(
      `${pid} (made up) ${state} ${ppid} ${pid} ${pid} 0 -1 0 ${zeros} ${ticks} 0 0 0 20 0 ${nlwp} 0 ${starttime} 1000 10 0 1 1 1 0\n`,
    );
  }
  function bytesOf(path: string): Uint8Array | 'gone' {
    const [, number, file] = /^(\d+)\/(stat|status)$/.exec(path) ?? [];
    if (number === undefined) {
      const text = {
        loadavg: `0.00 0.00 0.00 ${running}/${beings.size} ${last}\n`,
        stat: `cpu  ${busy} 0 0 ${now - busy} 0 0 0 0 0 0\ncpu0 0\nbtime 1\nprocesses ${forks}\n`,
        'sys/kernel/pid_max': `${pidMax}\n`,
        'self/limits': 'Max open files            20000                20000                files     \n',
      }[path];
      if (text === undefined) throw new Error(`nobody foresaw a read of ${path}`);
      return encoder.encode(text);
    }
    const pid = Number(number);
    if (threads.has(pid)) {
      const likeAProcess = { pid, ppid: 1, starttime: 5, ticks: 0, state: 'S' };
      return file === 'stat' ? statLine(likeAProcess) : encoder.encode(`Name:\tx\nTgid:\t${SELF}\n`);
    }
    const being = beings.get(pid);
    if (being === undefined) return 'gone';
    return file === 'stat' ? statLine(being) : encoder.encode(`Name:\tx\nTgid:\t${pid}\n`);
  }
  const unforeseen = (): never => {
    throw new Error('nobody foresaw this call');
  };

  for (let count = 0; count < size; count++) add(nextNumber(), count === 0 ? 0 : 1);

  return {
    beings,
    calls,
    fork: (ppid = 1) => add(nextNumber(), ppid),
    thread() {
      const tid = nextNumber();
      threads.add(tid);
      return tid;
    },
    restore(pid) {
      forks++;
      return add(pid, 1);
    },
    exit(pid) {
      beings.delete(pid);
      for (const being of beings.values()) if (being.ppid === pid) being.ppid = 1;
    },
    pass(ms, ticks = 0, being) {
      now += ms;
      busy += ticks;
      running = ticks > 0 ? 2 : 1;
      if (being !== undefined) being.ticks += ticks;
    },
    root: '/proc',
    pid: SELF,
    canSignal: true,
    read: (path) => (calls.read++, bytesOf(path)),
    reread(fd) {
      calls.reread++;
      const being = held.get(fd);
      if (being === undefined) throw new Error(`${fd} is not open`);
      return beings.get(being.pid) === being ? statLine(being) : 'gone';
    },
    list: () => (calls.list++, [...beings.keys()].map(String)),
    names() {
      calls.list++;
      const names = [...beings.keys()].map(String);
      return { next: () => names.splice(0, 256) };
    },
    link: unforeseen,
    stat(path) {
      calls.stat++;
      if (path === '.') return { uid: 0, ino: 1, size: 0, nlink: 10 + beings.size };
      return beings.has(Number(path)) || threads.has(Number(path)) ? { uid: 0, ino: 1, size: 0 } : 'gone';
    },
    open(path) {
      calls.open++;
      const being = beings.get(Number.parseInt(path, 10));
      if (being === undefined) return 'gone';
      held.set(++nextFd, being);
      calls.kept = held.size;
      return nextFd;
    },
    close(fd) {
      if (!held.delete(fd)) throw new Error(`${fd} is not open`);
      calls.kept = held.size;
    },
    kill: unforeseen,
    priority: unforeseen,
    setNice: unforeseen,
    suspendOurselves: unforeseen,
    write: unforeseen,
    append: unforeseen,
    makeFolder: unforeseen,
    rename: unforeseen,
    now: () => now,
    wall: () => now,
    sleep: unforeseen,
  };
}
