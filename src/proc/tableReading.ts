// One socket table of one network namespace: what it said when it was read last, and when it is worth reading again.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';
import { areSame, readTable, type Listing, type Table } from './listings.ts';

/**
 * A listener that gives way to another leaves the counts as they were, so now and then each table is read regardless: at
 * most so often, and for at most this share of the time (the end of an empty tcp alone takes 1.7 ms: the kernel goes
 * through the table of all connections of the machine).
 */
const FORCED_MS = 5_000;
const FORCED_SHARE = 1 / 8_000;
/** Reading takes at most this share of the time: a table of 100,000 sockets costs 50 ms. */
const SHARE = 1 / 50;

export interface Reading {
  rows: readonly Listing[];
  /** What sockstat said right before. */
  count: number | undefined;
  at: number;
  cost: number;
  /** Something happened that may have changed its sockets. */
  touched: boolean;
}

export interface Taken extends Pick<Reading, 'at' | 'cost'> {
  readonly rows: Listing[] | Failure;
}

export interface TableReader {
  /** @param counted what sockstat says now; undefined where it says nothing */
  isDue(reading: Reading, counted: number | undefined): boolean;
  /** @param counted a table that is counted as empty is not read: the kernel would go through its whole hash for nothing */
  take(pid: number, netns: number, table: Table, counted: number | undefined): Taken;
  /** @returns whether its rows are others now */
  note(reading: Reading, taken: Taken, counted: number | undefined): boolean;
}

export function newReading(): Reading {
  return { rows: [], count: undefined, at: -Infinity, cost: 0, touched: true };
}

export function createTableReader(kernel: Kernel): TableReader {
  let forcedAfter = -Infinity;

  return {
    isDue({ at, cost, touched, count }, counted) {
      const now = kernel.now();
      if (now - at < cost / SHARE) return false;
      if (touched || count !== counted) return true;
      return counted !== 0 && now - at >= FORCED_MS && now >= forcedAfter;
    },
    take(pid, netns, table, counted) {
      const start = kernel.now();
      const rows = counted === 0 ? [] : readTable(kernel, pid, table, netns);
      return { rows, at: kernel.now(), cost: kernel.now() - start };
    },
    note(reading, { rows, at, cost }, counted) {
      const isForced = !reading.touched && reading.count === counted;
      if (isForced) forcedAfter = Math.max(forcedAfter, at) + cost / FORCED_SHARE;
      Object.assign(reading, { at, cost, count: counted, touched: rows === 'limit' });
      if (rows === 'limit') return false; // could not look: that says nothing about the sockets
      const now = isFailure(rows) ? [] : rows; // a kernel without IPv6 has no tcp6
      if (areSame(reading.rows, now)) return false;
      reading.rows = now;
      return true;
    },
  };
}
