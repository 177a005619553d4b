// One look at the whole machine: the only reader of many processes.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Need, Proc, ProcId, Sample } from '../types.ts';
import { unitOf } from './cgroup.ts';
import { createDevicesOf } from './devices.ts';
import { createMachineReader } from './machine.ts';
import { createPortTracker, socketsOf } from './ports.ts';
import { createSlotTracker } from './slots.ts';
import { createProcTable } from './table.ts';
import { readClockTicks } from './ticks.ts';
import { createTtyNames } from './tty.ts';
import { createUserNames } from './users.ts';

/** What the asker will show or match: nothing else is read. */
export interface Wants {
  /** Details needed of every process (a filter or the sort order uses them). */
  readonly all: readonly Need[];
  /** Details needed of the rows on the screen. */
  readonly shown: readonly Need[];
  readonly visible: readonly ProcId[];
  /** How long the port search may take in this look: milliseconds, or Infinity for a complete one. */
  readonly portBudgetMs: number;
}

export interface Sampler {
  look(wants: Wants): Sample;
  /** Reads one more detail of one process at once (a details pane). */
  detail(proc: Proc, needs: readonly Need[]): void;
}

/**
 * @param kernel the door to the machine; nothing is read before the first look
 * Sources: proc(5), proc_pid_stat(5); see the files of this folder for each format.
 */
export function createSampler(kernel: Kernel): Sampler {
  const { ticksPerSecond, pageSize } = readClockTicks(kernel);
  const table = createProcTable(kernel, ticksPerSecond, pageSize);
  const userName = createUserNames(kernel);
  const ttyName = createTtyNames(kernel);
  const devicesOf = createDevicesOf(kernel);
  const machine = createMachineReader(kernel);
  const slots = createSlotTracker(kernel, userName);
  const ports = createPortTracker(kernel);
  let version = 0;
  let lastAt: number | undefined;

  function look(wants: Wants): Sample {
    const at = kernel.now();
    const births: Proc[] = [];
    table.beginLook();
    for (const pid of pidsOf(kernel) ?? [...table.procs.keys()]) {
      const born = table.readStat(pid);
      if (born !== undefined) births.push(born);
    }
    table.endLook();

    const needsOfAll = [...new Set<Need>(['uid', ...wants.all])]; // every user's slots are counted by uid
    const needsOfVisible = [...new Set([...needsOfAll, ...wants.shown])];
    for (const proc of table.procs.values()) table.readDetails(proc, needsOfAll, false);
    for (const id of wants.visible) {
      const proc = table.procs.get(id.pid);
      if (proc?.starttime === id.starttime) table.readDetails(proc, needsOfVisible, true);
    }

    const isFirst = lastAt === undefined;
    const sockets = ports.update(table.procs, births, at, wants.portBudgetMs);
    const sample: Sample = {
      version: ++version,
      at,
      wallMs: kernel.wall(),
      procs: table.procs,
      machine: machine.read(),
      slots: slots.update(table.procs, at),
      sockets,
      socketsOf: socketsOf(sockets),
      births: isFirst ? [] : births,
      interval: lastAt === undefined ? undefined : (at - lastAt) / 1000,
      ticksPerSecond,
      self: kernel.pid,
      userName,
      ttyName,
      devicesOf,
      unitOf,
    };
    lastAt = at;
    return sample;
  }

  return { look, detail: (proc, needs) => table.readDetails(proc, needs, true) };
}

/** The pids of a listing of the proc root, in the order of their numbers; undefined where it can't be listed (no descriptor free). */
function pidsOf(kernel: Kernel): number[] | undefined {
  const names = kernel.list('.');
  if (isFailure(names)) return undefined;
  const pids: number[] = [];
  for (const name of names) {
    const first = name.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39) pids.push(Number(name));
  }
  return pids.sort((a, b) => a - b);
}
