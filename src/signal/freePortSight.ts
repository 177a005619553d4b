// What is looked at while a port is freed: cheap looks at the socket tables again and again, and a complete look at all
// holders where it matters. Several ports share one.
import { isFailure, type Kernel } from '../kernel.ts';
import { allHolders } from '../proc/allHolders.ts';
import { connectionsOn, type Leftover } from '../proc/connections.ts';
import type { Listing } from '../proc/listings.ts';
import { createNamespaces } from '../proc/namespaces.ts';
import { createSampler, type Sampler } from '../proc/sample.ts';
import { createSocketTables } from '../proc/socketTables.ts';
import type { Holder, Need, Proc, Sample, Socket } from '../types.ts';

/** Connections of one kind, and who has them open. */
export interface Connections extends Leftover {
  readonly holders: readonly Holder[];
}

export interface PortSight {
  /**
   * The sockets listed on that port now, in every network namespace that has a process.
   * @param everybody looks again in which namespace each process lives; only newcomers are asked without this
   */
  rows(port: number, everybody?: boolean): readonly Listing[];
  /** A complete look: every holder found. @param since one from after then will do, on the kernel door's clock */
  look(since?: number): Sample;
  /** What stands on the port without listening, in every network namespace. */
  connections(port: number): Connections[];
}

/** Of holders and all above them: for names, for whose they are, and for what keeps them alive. */
const NEEDS: readonly Need[] = ['uid', 'cmdline', 'exe', 'cgroup', 'cwd'];

/**
 * @param ports those that will be asked about: their holders are looked at in detail
 * @param all what has to be known of everybody
 */
export function createPortSight(
  kernel: Kernel,
  ports: ReadonlySet<number>,
  sampler: Sampler = createSampler(kernel),
  all: readonly Need[] = [],
): PortSight {
  const namespaces = createNamespaces(kernel);
  const tables = createSocketTables(kernel, namespaces);
  const met = new Set<number>();
  let last: Sample | undefined;

  function meet(everybody: boolean): void {
    const names = kernel.list('.');
    if (isFailure(names)) return; // no descriptor is free: those that are known have to do
    const now = new Set(names.filter((name) => /^\d+$/.test(name)).map(Number));
    for (const pid of [...met].filter((pid) => !now.has(pid))) {
      met.delete(pid);
      namespaces.forget(pid);
    }
    for (const pid of now) {
      if (everybody || !met.has(pid)) namespaces.look(pid);
      met.add(pid);
    }
  }

  function look(since = Infinity): Sample {
    if (last !== undefined && last.at >= since) return last;
    last = sampler.look({ all, shown: [], visible: [], portBudgetMs: Infinity });
    detailHolders(last, ports, sampler);
    return last;
  }

  return {
    look,
    rows(port, everybody = false) {
      meet(everybody || met.size === 0);
      tables.readAll();
      return tables.rows().filter((row) => row.port === port);
    },
    connections(port) {
      if (met.size === 0) meet(true);
      const members = [...namespaces.all()].flatMap((netns) => namespaces.member(netns) ?? []);
      const found = connectionsOn(kernel, port, members);
      const { procs } = look(0);
      const holders = allHolders(kernel, procs.values(), new Set(found.flatMap(({ inodes }) => inodes)));
      return found.map((kind) => {
        const each = kind.inodes.flatMap((inode) => holders.get(inode) ?? []);
        const once = [...new Map(each.map((holder) => [holder.pid, holder])).values()];
        for (const { pid } of once) {
          const proc = procs.get(pid);
          if (proc !== undefined) sampler.detail(proc, NEEDS);
        }
        return { ...kind, holders: once };
      });
    },
  };
}

/** Reads of the holders of these ports, of all above them and of slotop itself what a plan to free them asks for. */
export function detailHolders(sample: Sample, ports: ReadonlySet<number>, sampler: Sampler): void {
  const known = new Set<number>();
  for (const { port, holders } of sample.sockets) {
    if (ports.has(port)) for (const { pid } of holders) detailUp(sample, pid, known, sampler);
  }
  detailUp(sample, sample.self, known, sampler);
}

/** A process and its ancestors, each once. */
function detailUp({ procs }: Sample, pid: number, known: Set<number>, sampler: Sampler): void {
  for (let proc = procs.get(pid); proc !== undefined && !known.has(proc.pid); proc = procs.get(proc.ppid)) {
    known.add(proc.pid);
    sampler.detail(proc, NEEDS);
  }
}

/** The sockets of a look on that port. */
export function socketsOn(sample: Pick<Sample, 'sockets'>, port: number): Socket[] {
  return sample.sockets.filter((socket) => socket.port === port);
}

/** The holders of a port in a look, each once. A pid that was given out again since is none. */
export function holdersOf(sample: Pick<Sample, 'sockets' | 'procs'>, port: number): Proc[] {
  const found = new Set<Proc>();
  for (const { pid, starttime } of socketsOn(sample, port).flatMap(({ holders }) => holders)) {
    const proc = sample.procs.get(pid);
    if (proc?.starttime === starttime) found.add(proc);
  }
  return [...found];
}
