// pids.current against pids.max of every control group. Hosts can have thousands of groups, so after the first look
// the work is done in turns, and the groups nearest to their limit are the ones that are never old.
import type { Kernel } from '../kernel.ts';
import type { CgroupSlots } from '../types.ts';
import { type CgroupFolder, createWalk, membersOf } from './cgroupTree.ts';
import { readInteger, readText } from './text.ts';

/** How long a walk of the folders holds. */
const WALK_EVERY_MS = 10_000;
/** Time for walking, and for reading groups in turn, in one update. */
const BUDGET_MS = 2;
/** Groups nearest to their limit, read at every update. */
const ALWAYS_FRESH = 16;
/** A group without a limit can refuse nothing: its count is for show. */
const UNLIMITED_EVERY_MS = 5_000;

/** One group, as it stood at readAt. */
interface Group {
  readonly at: CgroupFolder;
  readonly current: number;
  readonly max: number | null;
  readonly refused: number | null;
  readonly readAt: number;
}

/** @returns undefined when the group is gone or does not count pids (the controller is off there, or it is a file) */
function readGroup(kernel: Kernel, at: CgroupFolder, now: number): Group | undefined {
  const current = readInteger(kernel, `${at.folder}/pids.current`);
  if (current === undefined) return undefined;
  return {
    at,
    current,
    max: readInteger(kernel, `${at.folder}/pids.max`) ?? null, // "max" is no integer
    refused: refusals(readText(kernel, `${at.folder}/pids.events`)),
    readAt: now,
  };
}

/** The `max` counter of pids.events (kernel: admin-guide/cgroup-v2, PID interface files; v1 has it since 4.3). */
function refusals(events: string | undefined): number | null {
  const count = /^max (\d+)$/m.exec(events ?? '')?.[1];
  return count === undefined ? null : Number(count);
}

export interface CgroupSlotReader {
  /**
   * All groups that hold a task or have a limit. The first call reads everything; later calls take about 2 * 2 ms at
   * most, and a group's row is then as old as the turn is long.
   */
  read(now: number): CgroupSlots[];
  /** The pids in a group of that path and below it. */
  members(path: string): ReadonlySet<number> | undefined;
}

export function createCgroupSlots(kernel: Kernel): CgroupSlotReader {
  const groups = new Map<string, Group>();
  let walk: ((until: number) => boolean) | undefined;
  let walkedAt = Number.NEGATIVE_INFINITY;
  let turn: CgroupFolder[] = [];
  let at = 0;

  /** @returns whether the group is still there */
  function refresh(group: CgroupFolder): boolean {
    const fresh = readGroup(kernel, group, at);
    if (fresh === undefined) groups.delete(group.folder);
    else groups.set(group.folder, fresh);
    return fresh !== undefined;
  }

  /** Finds new groups; those that are gone are noticed when they are read. */
  function continueWalk(budget: number): void {
    if (walk === undefined) {
      if (at - walkedAt < WALK_EVERY_MS) return;
      walk = createWalk(kernel, (group) => groups.has(group.folder) || refresh(group));
    }
    if (!walk(kernel.now() + budget)) return;
    walk = undefined;
    walkedAt = at;
  }

  function readInTurn(): void {
    const until = kernel.now() + BUDGET_MS;
    if (turn.length === 0) turn = [...groups.values()].map((group) => group.at);
    while (turn.length > 0 && kernel.now() < until) {
      const group = groups.get((turn.pop() as CgroupFolder).folder);
      if (group === undefined) continue;
      const age = at - group.readAt;
      if (age > 0 && (group.max !== null || age >= UNLIMITED_EVERY_MS)) refresh(group.at);
    }
  }

  function read(now: number): CgroupSlots[] {
    at = now;
    const isFirst = walkedAt === Number.NEGATIVE_INFINITY;
    for (const group of nearest(groups.values(), ALWAYS_FRESH)) refresh(group.at);
    readInTurn();
    continueWalk(isFirst ? Number.POSITIVE_INFINITY : BUDGET_MS);
    return [...groups.values()].filter(({ current, max }) => current > 0 || max !== null).map(row);
  }

  function members(path: string): ReadonlySet<number> | undefined {
    for (const group of groups.values()) if (group.at.path === path) return membersOf(kernel, group.at);
    return undefined;
  }

  return { read, members };
}

/** The limited groups with the largest share in use, fullest first. */
function nearest(groups: Iterable<Group>, count: number): Group[] {
  const share = ({ current, max }: Group): number => (max === null ? -1 : max === 0 ? 1 : current / max);
  return [...groups]
    .filter((group) => group.max !== null)
    .sort((a, b) => share(b) - share(a))
    .slice(0, count);
}

function row({ at, current, max, refused }: Group): CgroupSlots {
  return { path: at.path, version: at.version, current, max, refused };
}
