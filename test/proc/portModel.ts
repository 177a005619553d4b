// A machine of processes and listening sockets in memory: a kernel door for the laws of the port search, and the truth.
import type { Kernel } from '../../src/kernel.ts';
import type { Failure, Proc } from '../../src/types.ts';

export interface ModelProc {
  readonly proc: Proc;
  netns: number;
  denied: boolean;
  /** Descriptor to socket inode; undefined for a file that is no socket. */
  readonly fds: Map<number, number | undefined>;
}

export interface PortModel {
  readonly kernel: Kernel;
  readonly procs: Map<number, Proc>;
  /** Born since the last tick. */
  births: Proc[];
  /** The clock of the kernel door, milliseconds; each call moves it. */
  clock: number;
  /** Calls by name (`link`), of `read` also by file (`net/tcp`), and of links those of descriptors (`fd`). */
  readonly calls: Record<string, number>;
  fork(parent?: number, netns?: number): number;
  /** It runs another program from then on, with the same descriptors. */
  exec(pid: number): void;
  exit(pid: number): void;
  /** @returns the inode */
  listen(pid: number, port: number): number;
  /** A socket that no process of ours holds. */
  listenUnseen(port: number): number;
  close(pid: number, inode: number): void;
  hand(from: number, to: number, inode: number): void;
  of(pid: number): ModelProc;
  all(): ModelProc[];
  /** inode → pids of the processes that hold it and whose descriptors may be seen. */
  truth(): Map<number, number[]>;
}

const CALL_MS = 0.02;
const PAGE = 4096;
const FIRST_STACK = 0x7ffc00000000;
const ROW_END = '00000000:00000000 00:00000000 00000000';

/** @param countsFds as Linux 6.2 and later: the size of a descriptor folder is their number */
export function portModel(countsFds = true): PortModel {
  const machine = new Map<number, ModelProc>();
  const procs = new Map<number, Proc>();
  const sockets = new Map<number, { port: number; netns: number; isUnseen: boolean }>();
  const calls: Record<string, number> = {};
  let lastPid = 0;
  let lastInode = 100;
  let ticks = 0;

  const of = (pid: number): ModelProc => machine.get(pid) as ModelProc;
  const rowsOf = (netns: number): string =>
    [...sockets]
      .filter(([, socket]) => socket.netns === netns)
      .map(
        ([inode, { port }]) =>
          `   0: 00000000:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A ${ROW_END}     0        0 ${inode} 1 0\n`,
      )
      .join('');

  function sweepSockets(): void {
    const held = new Set([...machine.values()].flatMap(({ fds }) => [...fds.values()]));
    for (const [inode, socket] of sockets) if (!socket.isUnseen && !held.has(inode)) sockets.delete(inode);
  }

  function called<T>(name: string, answer: (process: ModelProc | undefined, rest: string) => T | Failure) {
    return (path: string): T | Failure => {
      calls[name] = (calls[name] ?? 0) + 1;
      model.clock += CALL_MS;
      const [pid, ...rest] = path.split('/');
      const process = machine.get(Number(pid));
      return process === undefined ? 'gone' : answer(process, rest.join('/'));
    };
  }

  const never = (): never => {
    throw new Error('the port search does not do this');
  };
  const kernel: Kernel = {
    root: '/model',
    pid: 0, // its processes come and go; we ourselves never do
    canSignal: false,
    read: called('read', (process, path) => {
      if (process === undefined) return 'gone';
      const text = (): string | undefined => {
        calls[path] = (calls[path] ?? 0) + 1;
        if (path === 'net/tcp') return `  sl  local_address\n${rowsOf(process.netns)}`;
        if (path === 'net/sockstat') {
          const inuse = rowsOf(process.netns).split('\n').length - 1;
          return `sockets: used ${model.clock}\nTCP: inuse ${inuse} orphan 0\nUDP: inuse 0 mem 0\n`;
        }
        if (path === 'stat') {
          const { pid, ppid, starttime } = process.proc;
          return `${pid} (model) S ${ppid} ${'0 '.repeat(17)}${starttime} 0 0 0 0 0 0 0 0 0\n`;
        }
        return undefined;
      };
      const answer = text();
      return answer === undefined ? 'gone' : new TextEncoder().encode(answer);
    }),
    names: never,
    list: called('list', (process, path) => {
      if (process === undefined || path !== 'fd') return 'gone';
      return process.denied ? 'denied' : [...process.fds.keys()].map(String);
    }),
    link: called('link', (process, path) => {
      if (path === 'ns/net') return process === undefined ? 'gone' : { target: `net:[${process.netns}]` };
      calls['fd'] = (calls['fd'] ?? 0) + 1;
      const fd = Number(path.replace('fd/', ''));
      if (process === undefined || !process.fds.has(fd)) return 'gone';
      if (process.denied) return 'denied';
      const inode = process.fds.get(fd);
      return { target: inode === undefined ? '/dev/null' : `socket:[${inode}]` };
    }),
    stat: called('stat', (process, path) => {
      if (process === undefined) return 'gone';
      if (path === 'net/tcp') return { uid: 0, ino: process.netns, size: 0 };
      const asked = /^fdinfo\/(\d+)$/.exec(path)?.[1];
      if (asked !== undefined && !process.fds.has(Number(asked))) return 'gone';
      return { uid: 0, ino: 1, size: countsFds ? process.fds.size : 0 };
    }),
    now: () => model.clock,
    wall: () => model.clock,
    open: never,
    reread: never,
    close: never,
    kill: never,
    priority: never,
    write: never,
    append: never,
    makeFolder: never,
    rename: never,
    sleep: never,
    setNice: never,
    suspendOurselves: never,
  };

  const lowestFree = (fds: ReadonlyMap<number, unknown>): number => {
    let fd = 0;
    while (fds.has(fd)) fd++;
    return fd;
  };

  const model: PortModel = {
    kernel,
    procs,
    births: [],
    clock: 0,
    calls,
    of,
    fork(parent, netns) {
      const pid = ++lastPid;
      const old = parent === undefined ? undefined : machine.get(parent);
      const startstack = old?.proc.startstack ?? FIRST_STACK;
      const proc = {
        pid,
        starttime: ++ticks,
        ppid: parent ?? 0,
        nlwp: 1,
        state: 'S',
        flags: 0,
        startstack,
      } as Proc;
      const fds = new Map(old?.fds ?? [0, 1, 2].map((fd) => [fd, undefined]));
      machine.set(pid, {
        proc,
        netns: netns ?? old?.netns ?? 7,
        denied: old?.denied ?? false,
        fds,
      });
      procs.set(pid, proc);
      model.births.push(proc);
      return pid;
    },
    exec: (pid) => void (of(pid).proc.startstack += PAGE),
    exit(pid) {
      machine.delete(pid);
      procs.delete(pid);
      model.births = model.births.filter((proc) => proc.pid !== pid);
      for (const { proc } of machine.values()) if (proc.ppid === pid) proc.ppid = 1;
      sweepSockets();
    },
    listen(pid, port) {
      const process = of(pid);
      sockets.set(++lastInode, { port, netns: process.netns, isUnseen: false });
      process.fds.set(lowestFree(process.fds), lastInode);
      return lastInode;
    },
    listenUnseen(port) {
      sockets.set(++lastInode, { port, netns: 7, isUnseen: true });
      return lastInode;
    },
    close(pid, inode) {
      for (const [fd, held] of of(pid).fds) if (held === inode) of(pid).fds.delete(fd);
      sweepSockets();
    },
    hand(from, to, inode) {
      if (![...of(from).fds.values()].includes(inode)) return;
      of(to).fds.set(lowestFree(of(to).fds), inode);
    },
    all: () => [...machine.values()],
    truth() {
      const truth = new Map([...sockets.keys()].map((inode) => [inode, [] as number[]]));
      for (const { proc, fds, denied } of machine.values()) {
        if (!denied)
          for (const inode of new Set(fds.values()))
            if (inode !== undefined) truth.get(inode)?.push(proc.pid);
      }
      return truth;
    },
  };
  return model;
}
