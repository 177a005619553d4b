// A kernel in memory, for laws and scripted races: a table stepped by hand, a clock that moves only when somebody
// sleeps or the test says so, and a record of every signal with whom it met. What nobody foresaw fails loudly.
import { isFailure, type FileStat, type Kernel } from '../../src/kernel.ts';
import type { Failure } from '../../src/types.ts';
import { createFakeTable, type FakeProcess, type FakeSpec, type FakeTable } from './fakeTable.ts';
import { selfFiles, systemFiles } from './procSystem.ts';
import { procFiles } from './procText.ts';

export type Call = 'read' | 'list' | 'link' | 'stat' | 'open' | 'reread' | 'close' | 'kill' | 'write';

/** A kill(2), and who had the pid at that moment: undefined for nobody. */
export interface SentSignal {
  readonly pid: number;
  readonly signal: number;
  readonly met: { readonly starttime: number; readonly comm: string; readonly state: string } | undefined;
  readonly answer: 'sent' | Failure;
}

export interface FakeKernelSpec {
  readonly processes?: readonly FakeSpec[];
  /** Files by path, absolute or below the root; a Failure makes every access answer with it. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly denied?: readonly string[];
  /** Our own pid; a process of that number is added when it is missing. */
  readonly self?: number;
  readonly canSignal?: boolean;
}

export interface FakeKernel extends Kernel, FakeTable {
  readonly kills: readonly SentSignal[];
  readonly writes: readonly { readonly path: string; readonly text: string }[];
  /** Runs `step` right before the next call of that kind on that path (a pid for kill): the race. Once only. */
  before(call: Call, path: string | number, step: () => void): void;
  /** Runs `step` when the clock passes that many milliseconds from now. */
  after(ms: number, step: () => void): void;
  advance(ms: number): void;
  /** Descriptors that were opened and not closed. */
  readonly heldOpen: number;
  /** Steps that never came to run: a test that scripted a race looks that it is empty. */
  readonly waiting: readonly string[];
}

export function createFakeKernel(spec: FakeKernelSpec = {}): FakeKernel {
  let now = 1000;
  const table = createFakeTable(() => Math.floor(now / 10));
  const self = spec.self ?? 4000;
  for (const process of spec.processes ?? []) table.fork(process);
  if (!table.processes.has(1)) table.fork({ pid: 1, comm: 'init' });
  if (!table.processes.has(self)) table.fork({ pid: self, comm: 'slotop' });

  const kills: SentSignal[] = [];
  const writes: { path: string; text: string }[] = [];
  const races: { call: Call; path: string; step: () => void }[] = [];
  const timers: { at: number; step: () => void }[] = [];
  const held = new Map<number, { readonly process: FakeProcess; readonly file: string }>();
  let nextFd = 100;

  function race(call: Call, path: string): void {
    const at = races.findIndex((one) => one.call === call && one.path === path);
    if (at >= 0) races.splice(at, 1)[0]?.step();
  }
  function advance(ms: number): void {
    const end = now + ms;
    for (;;) {
      const due = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      timers.splice(timers.indexOf(due), 1);
      now = Math.max(now, due.at);
      due.step();
    }
    now = end;
  }

  /** `PID/file`, also through a held folder; what a path means right now. */
  function locate(path: string): { process: FakeProcess; file: string } | Failure | undefined {
    const through = /^\/proc\/self\/fd\/(\d+)\/?(.*)$/.exec(path);
    if (through !== null) {
      const process = held.get(Number(through[1]))?.process;
      if (process === undefined)
        throw new Error(`fake kernel: ${path} goes through a descriptor that is not open`);
      // A held folder answers for that very process, never for the next one of its number.
      return table.processes.get(process.pid) === process ? { process, file: through[2] ?? '' } : 'gone';
    }
    const named = /^(\d+|self)(?:\/(.*))?$/.exec(path);
    if (named === null) return undefined;
    const process = table.processes.get(named[1] === 'self' ? self : Number(named[1]));
    return process === undefined ? 'gone' : { process, file: named[2] ?? '' };
  }
  function bytesOf(path: string): Uint8Array | Failure {
    if (spec.denied?.includes(path) === true) return 'denied';
    const place = locate(path);
    if (isFailure(place)) return place;
    const all = [...table.processes.values()];
    const content =
      spec.files?.[path] ??
      (place === undefined
        ? systemFiles(all)[path]
        : { ...(place.process.pid === self ? selfFiles() : {}), ...procFiles(place.process) }[place.file]);
    if (content === undefined)
      throw new Error(`fake kernel: nobody foresaw a read of ${path}; give it in files`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  }

  const kernel: Kernel = {
    names() {
      throw new Error('fake kernel: nobody foresaw a listing in slices');
    },
    root: '/proc',
    pid: self,
    canSignal: spec.canSignal ?? true,
    read(path) {
      race('read', path);
      return bytesOf(path);
    },
    list(path) {
      race('list', path);
      if (spec.denied?.includes(path) === true) return 'denied';
      if (path === '' || path === '.')
        return [...table.processes.keys()].map(String).concat('self', 'stat', 'net');
      const place = locate(path);
      if (isFailure(place)) return place;
      if (place?.file === 'fd') return Object.keys(place.process.fds ?? {});
      if (place?.file === 'task') return [String(place.process.pid)];
      throw new Error(`fake kernel: nobody foresaw a listing of ${path}`);
    },
    link(path) {
      race('link', path);
      if (spec.denied?.includes(path) === true) return 'denied';
      if (path === 'self') return { target: String(self) };
      const place = locate(path);
      if (isFailure(place)) return place;
      const fd = /^fd\/(\d+)$/.exec(place?.file ?? '')?.[1];
      const links: Record<string, string | undefined> = {
        exe: place?.process.exe,
        cwd: place?.process.cwd ?? '/',
        'ns/pid': 'pid:[4026531836]',
      };
      const target = fd === undefined ? links[place?.file ?? ''] : place?.process.fds?.[Number(fd)];
      return target === undefined ? 'gone' : { target };
    },
    stat(path): FileStat | Failure {
      race('stat', path);
      if (spec.denied?.includes(path) === true) return 'denied';
      const place = locate(path);
      if (isFailure(place)) return place;
      if (place === undefined) throw new Error(`fake kernel: nobody foresaw a stat of ${path}`);
      const { process, file } = place;
      if (file === '') return { uid: process.uid, ino: process.starttime, size: 0 };
      if (file === 'fd') return { uid: process.uid, ino: 1, size: Object.keys(process.fds ?? {}).length };
      if (file.startsWith('net/')) return { uid: 0, ino: 4026532000, size: 0 };
      throw new Error(`fake kernel: nobody foresaw a stat of ${path}`);
    },
    open(path) {
      race('open', path);
      const place = locate(path);
      if (isFailure(place)) return place;
      if (place?.file !== '' && place?.file !== 'stat')
        throw new Error(`fake kernel: only a PID folder and its stat can be held, not ${path}`);
      held.set(++nextFd, place);
      return nextFd;
    },
    reread(fd) {
      race('reread', String(fd));
      const place = held.get(fd);
      if (place === undefined) throw new Error(`fake kernel: reread of ${fd}, which is not open`);
      return table.processes.get(place.process.pid) === place.process
        ? bytesOf(`${place.process.pid}/${place.file}`)
        : 'gone';
    },
    close(fd) {
      race('close', String(fd));
      if (!held.delete(fd)) throw new Error(`fake kernel: close of ${fd}, which is not open`);
    },
    kill(pid, signal) {
      if (!Number.isSafeInteger(pid) || pid <= 1) throw new RangeError(`kill: not a process: ${pid}`);
      race('kill', String(pid));
      const process = table.processes.get(pid);
      const met = process && { starttime: process.starttime, comm: process.comm, state: process.state };
      const answer = process === undefined ? 'gone' : process.denied ? 'denied' : 'sent';
      kills.push({ pid, signal, met, answer });
      if (process !== undefined && answer === 'sent') table.receive(process, signal);
      return answer;
    },
    priority: () => 0,
    setNice() {
      throw new Error('the fake kernel was asked for a nice value');
    },
    suspendOurselves() {
      throw new Error('fake kernel: nobody foresaw a suspension');
    },
    write(path, text) {
      race('write', path);
      writes.push({ path, text });
      return 'written';
    },
    append() {
      throw new Error('fake kernel: nobody foresaw an append');
    },
    makeFolder() {
      throw new Error('fake kernel: nobody foresaw a new folder');
    },
    rename() {
      throw new Error('fake kernel: nobody foresaw a renaming');
    },
    now: () => now,
    wall: () => 1_700_000_000_000 + now,
    sleep: advance,
  };
  return {
    ...kernel,
    ...table,
    get newest() {
      return table.newest;
    },
    kills,
    writes,
    before: (call, path, step) => void races.push({ call, path: String(path), step }),
    after: (ms, step) => void timers.push({ at: now + ms, step }),
    advance,
    get heldOpen() {
      return held.size;
    },
    get waiting() {
      return [...races.map((one) => `${one.call} ${one.path}`), ...timers.map((one) => `at ${one.at} ms`)];
    },
  };
}
