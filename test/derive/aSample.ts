// Samples by hand, and arbitrary ones: forests, torn looks, names that nobody should have.
import fc from 'fast-check';
import { cells } from '../../src/derive/safe.ts';
import type { Outlook } from '../../src/derive/outlook.ts';
import type { LimitState, Proc, Sample, Socket } from '../../src/types.ts';
import { aContext, aProc } from './aProc.ts';

export function procMap(procs: readonly Proc[]): Map<number, Proc> {
  return new Map(procs.map((proc) => [proc.pid, proc]));
}

export function aSocket(own: Partial<Socket> = {}): Socket {
  return {
    proto: 'tcp',
    family: 'ipv4',
    address: '127.0.0.1',
    port: 8080,
    state: 'LISTEN',
    inode: 77,
    netns: 1,
    uid: 0,
    holders: [],
    hidden: false,
    ...own,
  };
}

export function aLimit(own: Partial<LimitState> = {}): LimitState {
  const limit = { kind: 'host', name: 'pid_max', used: 5, limit: 100, growth: null, ...own } as const;
  return { free: limit.limit - limit.used, fullInSeconds: null, history: [limit.used], ...limit };
}

export function aSample(procs: readonly Proc[], own: Partial<Sample> = {}): Sample {
  const used = procs.reduce((sum, { nlwp }) => sum + nlwp, 0);
  return {
    ...aContext(),
    version: 1,
    at: 1000,
    procs: procMap(procs),
    machine: {
      hostname: 'web01',
      cores: 2,
      cpu: 0.25,
      memTotal: 8e9,
      memUsed: 2e9,
      swapTotal: 1e9,
      swapUsed: 1e6,
      load: [0.1, 0.2, 0.3],
      uptimeSeconds: 1000,
      bootTime: 1000,
    },
    slots: {
      tasks: { used, limit: 32768, limitedBy: 'pid_max' },
      pidMax: 32768,
      threadsMax: 60000,
      processes: procs.length,
      visibleTasks: used,
      forksPerSecond: 3,
      users: [],
      cgroups: [],
      limits: [],
      tightest: { kind: 'host', name: 'pid_max', used, limit: 32768 },
      fullInSeconds: null,
    },
    sockets: [],
    births: [],
    interval: 1.5,
    self: 1,
    devicesOf: () => [],
    ...own,
  };
}

export function anOutlook(own: Partial<Outlook> = {}): Outlook {
  return {
    view: 'processes',
    tree: true,
    sort: {
      processes: { column: 'PID', reverse: false },
      groups: { column: 'SLOT', reverse: false },
      ports: { column: 'PORT', reverse: false },
      slots: { column: 'USED%', reverse: false },
    },
    filter: undefined,
    uid: undefined,
    kernelThreads: true,
    collapsed: new Set(),
    ...own,
  };
}

/** Text as a hostile user would write it. */
export const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '\x1b[2J',
        '\n',
        '\t',
        '\u202e',
        '\u4e2d',
        '\ud83d\udc68\u200d\ud83d\udc69',
        'e\u0301',
        '\x9b',
        'a) R 1',
        '\ud800',
        ' ',
      ),
      {
        maxLength: 20,
      },
    )
    .map((parts) => parts.join('')),
);

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

/** Any processes: parents that are missing, that are themselves, that stand in rings, that started after their children. */
export const anyProcs = fc
  .uniqueArray(
    fc.record({
      pid: fc.integer({ min: 1, max: 60 }),
      ppid: fc.integer({ min: 0, max: 60 }),
      starttime: fc.oneof({ weight: 3, arbitrary: fc.constant(7) }, fc.integer({ min: 0, max: 9 })),
      state: fc.constantFrom('R', 'S', 'D', 'T', 't', 'Z', 'I'),
      flags: fc.constantFrom(0, 0x0020_0000),
      comm: anyText,
      cmdline: maybe(fc.array(anyText, { maxLength: 4 })),
      cpu: maybe(fc.double({ min: 0, max: 50_000, noNaN: true })),
      rss: fc.nat(),
      vsize: fc.nat(),
      nlwp: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4_000_000 })),
      utime: fc.nat(),
      uid: maybe(fc.constantFrom(0, 1000, 4_294_967_295)),
    }),
    { selector: ({ pid }) => pid, maxLength: 40 },
  )
  .map((all) => all.map((own) => aProc(own)));

/** Cells of a line without its colours. */
export function cellsOf(line: string): number {
  return cells(line.replace(/\x1b\[[\d;]*m/g, ''));
}
