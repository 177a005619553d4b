// What the socket tables of every network namespace list, and when they are worth reading again.
import { isFailure, type Kernel } from '../kernel.ts';
import { areSame, listings, parseSockstat, TABLES, type Counts, type Listing } from './listings.ts';
import type { Namespaces } from './namespaces.ts';
import { NET_RECORD } from './net.ts';
import { readText } from './text.ts';

/** A listener that gives way to another leaves the counts as they were, so now and then the tables are read regardless. */
const FORCED_MS = 5_000;
/** Reading takes at most this share of the time: a table of 100,000 connections costs 50 ms. */
const SHARE = 1 / 50;
/** Counts asked for in one look: a host of 500 containers is gone round in turns. */
const HINTS_A_LOOK = 16;

interface Space {
  rows: readonly Listing[];
  hint: string | undefined;
  readAt: number;
  cost: number;
  /** Something happened that may have changed its sockets. */
  touched: boolean;
}

export interface SocketTables {
  /** Reads all tables of all known namespaces. */
  readAll(): void;
  /** Reads those that seem to have changed, oldest first, until the clock reaches `until`; one at least. */
  readChanged(until: number): void;
  /** Something happened in that namespace (a birth) or, without one, in any (a holder died): look at it soon. */
  touch(netns?: number): void;
  /** A process of that namespace was seen. Reads the tables of one that is new. */
  meet(netns: number): void;
  /** All rows; the same array until one changes. */
  rows(): readonly Listing[];
}

export function createSocketTables(kernel: Kernel, namespaces: Namespaces): SocketTables {
  const spaces = new Map<number, Space>();
  let all: readonly Listing[] | undefined = [];
  let turn = 0;

  function countsOf(pid: number): { text: string; counts: Counts } | undefined {
    const v4 = readText(kernel, `${pid}/net/sockstat`);
    if (v4 === undefined) return undefined;
    const counts = parseSockstat(v4 + (readText(kernel, `${pid}/net/sockstat6`) ?? ''));
    return { text: JSON.stringify(counts), counts };
  }

  /** Undefined when the member left meanwhile: what was read then may lack rows, and a missing row means a free port. */
  function rowsThrough(
    pid: number,
    netns: number,
    counts: Counts | undefined,
  ): Listing[] | 'limit' | undefined {
    const rows = new Map<string, Listing>();
    for (const table of TABLES) {
      if (counts?.[table] === 0) continue; // the kernel would walk its whole hash for nothing
      const bytes = kernel.read(`${pid}/net/${table}`, NET_RECORD);
      if (bytes === 'limit') return 'limit';
      if (isFailure(bytes)) continue; // a kernel without IPv6 has no tcp6
      // A table that changes while it is read may say a row twice.
      for (const row of listings(bytes, table, netns))
        rows.set(`${table} ${row.port} ${row.inode || rows.size}`, row);
    }
    return namespaces.look(pid) === netns ? [...rows.values()] : undefined;
  }

  function read(netns: number, space: Space, trustCounts: boolean): void {
    const start = kernel.now();
    let rows: Listing[] | 'limit' | undefined;
    while (rows === undefined) {
      const pid = namespaces.member(netns);
      if (pid === undefined) return drop(netns);
      // The counts first: a change between the two readings then shows at the next look.
      const counted = countsOf(pid);
      rows = rowsThrough(pid, netns, trustCounts ? counted?.counts : undefined);
      space.hint = counted?.text;
    }
    space.readAt = kernel.now();
    space.cost = space.readAt - start;
    space.touched = rows === 'limit'; // could not look: that says nothing about the sockets
    if (rows === 'limit' || areSame(space.rows, rows)) return;
    space.rows = rows;
    all = undefined;
  }

  function drop(netns: number): void {
    if (spaces.delete(netns)) all = undefined;
  }

  function addSpace(netns: number): Space {
    const space = { rows: [], hint: undefined, readAt: -Infinity, cost: 0, touched: true };
    spaces.set(netns, space);
    return space;
  }

  function known(): [number, Space][] {
    const now = new Set(namespaces.all());
    for (const netns of spaces.keys()) if (!now.has(netns)) drop(netns);
    for (const netns of now) {
      if (!spaces.has(netns)) addSpace(netns);
    }
    return [...spaces].sort(([, a], [, b]) => a.readAt - b.readAt);
  }

  function isDue(netns: number, space: Space, askHint: boolean): boolean {
    const age = kernel.now() - space.readAt;
    if (age < space.cost / SHARE) return false;
    if (age >= FORCED_MS || space.touched) return true;
    if (!askHint) return false;
    const pid = namespaces.member(netns);
    return pid === undefined || countsOf(pid)?.text !== space.hint;
  }

  return {
    readAll() {
      for (const [netns, space] of known()) read(netns, space, false);
    },
    readChanged(until) {
      const list = known();
      turn = list.length > HINTS_A_LOOK ? (turn + HINTS_A_LOOK) % list.length : 0;
      for (const [index, [netns, space]] of list.entries()) {
        const isInTurn = (index - turn + list.length) % list.length < HINTS_A_LOOK;
        if (!isDue(netns, space, isInTurn)) continue;
        read(netns, space, true);
        if (kernel.now() >= until) break;
      }
    },
    touch(netns) {
      for (const [key, space] of spaces) if (netns === undefined || netns === key) space.touched = true;
    },
    meet(netns) {
      if (spaces.has(netns)) return;
      read(netns, addSpace(netns), true);
    },
    rows: () => (all ??= [...spaces.values()].flatMap((space) => space.rows)),
  };
}
