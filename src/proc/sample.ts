// One look at the whole machine: the only reader of many processes.
import type { Kernel } from '../kernel.ts';
import type { Need, Proc, ProcId, Sample, Socket } from '../types.ts';
import { unitOf } from './cgroup.ts';
import { createDevicesOf } from './devices.ts';
import { createMachineReader } from './machine.ts';
import { createPortTracker, socketsOf } from './ports.ts';
import { createNetnsNames } from './netnsNames.ts';
import { createRounds } from './rounds.ts';
import { createServiceNames } from './services.ts';
import { createSlotTracker } from './slots.ts';
import { parseSystemStat, type SystemStat } from './systemStat.ts';
import { createProcTable } from './table.ts';
import { readText } from './text.ts';
import { readClockTicks } from './ticks.ts';
import { createTtyNames } from './tty.ts';
import { createUserNames } from './users.ts';

/** Of a look in turns, what the details of newcomers may take of the time between looks: a key waits for it. */
const SETTLE_SHARE = 1 / 400;

/** What the asker will show or match: nothing else is read. */
export interface Wants {
  /** Details needed of every process (a filter or the sort order uses them). */
  readonly all: readonly Need[];
  /** Details needed of the rows on the screen. */
  readonly shown: readonly Need[];
  readonly visible: readonly ProcId[];
  /** How long the port search may take in this look: milliseconds, or Infinity for a complete one. */
  readonly portBudgetMs: number;
  /** Of a complete one: of those who share a socket the likely ones will do, for a fraction of the price (likelyHolders.ts). */
  readonly onlyLikelyHolders?: boolean;
  /**
   * The milliseconds between looks of one who looks again and again: processes that sleep out of sight are read in turns
   * (rounds.ts has the bounds). Without it everything is read afresh, as before anything is sent.
   */
  readonly inTurnsMs?: number;
}

export interface Sampler {
  look(wants: Wants): Sample;
  /**
   * Goes on with what a look at a large machine left undone, first processes, then their details; the next look shows
   * them. @returns what there is more of
   */
  readOn(budgetMs: number): 'processes' | 'details' | undefined;
  /** Goes on looking for the holders of sockets (0: does not); the next look shows them. @returns whether there is more to look for */
  searchPorts(budgetMs: number): boolean;
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
  const serviceName = createServiceNames(kernel);
  const netnsName = createNetnsNames(kernel);
  const rounds = createRounds(kernel, table);
  let needed: ReadonlySet<Need> = new Set();
  let isSettled = true;
  let heldBy: { readonly sockets: readonly Socket[]; readonly map: Sample['socketsOf'] } = {
    sockets: [],
    map: new Map(),
  };
  let version = 0;
  let lastAt: number | undefined;

  /** @returns who is new */
  function readProcesses({ visible, inTurnsMs }: Wants, stat: SystemStat | undefined): readonly Proc[] {
    table.beginLook();
    if (inTurnsMs === undefined) return rounds.lookAtAll();
    const coreTicks = (inTurnsMs / 1000) * ticksPerSecond;
    return rounds.lookInTurns({ visible, intervalMs: inTurnsMs, coreTicks }, stat);
  }

  function readDetails({ all, shown, visible, inTurnsMs }: Wants): void {
    const needsOfAll = [...new Set<Need>(['uid', ...all])]; // every user's slots are counted by uid
    if (needsOfAll.some((need) => !needed.has(need))) table.unsettle();
    needed = new Set(needsOfAll);
    const until = inTurnsMs === undefined ? Infinity : kernel.now() + inTurnsMs * SETTLE_SHARE;
    isSettled = table.settle(needsOfAll, until);
    const moving = needsOfAll.filter(table.moves);
    if (moving.length > 0)
      for (const proc of table.procs.values()) if (table.isRead(proc)) table.readDetails(proc, moving, true);

    const needsOfVisible = [...new Set([...needsOfAll, ...shown])];
    for (const id of visible) {
      const proc = table.procs.get(id.pid);
      if (proc?.starttime === id.starttime) table.readDetails(proc, needsOfVisible, true);
    }
  }

  function look(wants: Wants): Sample {
    const at = kernel.now();
    const stat = parseSystemStat(readText(kernel, 'stat') ?? '');
    const births = readProcesses(wants, stat);
    readDetails(wants);
    const isPartial = rounds.isPartial();

    const isFirst = lastAt === undefined;
    // The search for holders begins when it knows everybody.
    const { portBudgetMs, onlyLikelyHolders } = wants;
    const sockets = ports.update(table.procs, births, at, isPartial ? 0 : portBudgetMs, onlyLikelyHolders);
    if (sockets !== heldBy.sockets) heldBy = { sockets, map: socketsOf(sockets) };
    const sample: Sample = {
      version: ++version,
      at,
      wallMs: kernel.wall(),
      procs: table.procs,
      shape: table.census.shape(),
      census: table.census.count(),
      states: table.census.states,
      isPartial,
      oldestMs: table.oldestMs(),
      machine: machine.read(stat),
      slots: slots.update(table.procs, at, stat, table.census.count()),
      sockets,
      socketsOf: heldBy.map,
      births: isFirst ? [] : births,
      interval: lastAt === undefined ? undefined : (at - lastAt) / 1000,
      ticksPerSecond,
      self: kernel.pid,
      userName,
      ttyName,
      devicesOf,
      unitOf,
      serviceName,
      netnsName,
    };
    lastAt = at;
    return sample;
  }

  function readOn(budgetMs: number): 'processes' | 'details' | undefined {
    const until = kernel.now() + budgetMs;
    if (rounds.readOn(until)) return 'processes';
    isSettled ||= table.settle([...needed], until);
    return isSettled ? undefined : 'details';
  }

  function searchPorts(budgetMs: number): boolean {
    ports.update(table.procs, [], kernel.now(), budgetMs);
    return ports.isSearching();
  }

  return { look, readOn, searchPorts, detail: (proc, needs) => table.readDetails(proc, needs, true) };
}
