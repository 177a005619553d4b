// What the socket tables of every network namespace list, and when they are worth reading again.
import type { Kernel } from '../kernel.ts';
import { parseSockstat, TABLES, type Counts, type Listing, type Table } from './listings.ts';
import type { Namespaces } from './namespaces.ts';
import { createTableReader, newReading, type Reading, type Taken } from './tableReading.ts';
import { readText } from './text.ts';

/** Counts asked for in one look: a host of 500 containers is gone round in turns. */
const HINTS_A_LOOK = 16;

interface Space {
  readonly tables: Readonly<Record<Table, Reading>>;
  askedAt: number;
  sockstat: string;
  counts: Counts;
}

/** A namespace whose counts were asked for just now, through one of its members. */
interface Asked {
  readonly netns: number;
  readonly space: Space;
  readonly pid: number;
  readonly counts: Counts;
}

export interface SocketTables {
  /** Reads all tables of all known namespaces. */
  readAll(): void;
  /** Reads those that seem to have changed until the clock reaches `until`; one at least. */
  readChanged(until: number): void;
  /** Something happened in that namespace (a birth) or, without one, in any (a holder died): look at it soon. */
  touch(netns?: number): void;
  /** A process of that namespace was seen. Reads the tables of one that is new. */
  meet(netns: number): void;
  /** All rows; the same array until one changes. */
  rows(): readonly Listing[];
}

export function createSocketTables(kernel: Kernel, namespaces: Namespaces): SocketTables {
  const reader = createTableReader(kernel);
  const spaces = new Map<number, Space>();
  let all: readonly Listing[] | undefined = [];

  function countsOf(pid: number, space: Space): Counts {
    const v4 = readText(kernel, `${pid}/net/sockstat`);
    if (v4 === undefined) return {};
    const sockstat = v4 + (readText(kernel, `${pid}/net/sockstat6`) ?? '');
    if (sockstat !== space.sockstat) {
      space.sockstat = sockstat;
      space.counts = parseSockstat(sockstat);
    }
    return space.counts;
  }

  /** Undefined where nobody lives any more. */
  function ask(netns: number, space: Space): Asked | undefined {
    space.askedAt = kernel.now();
    const pid = namespaces.member(netns);
    if (pid !== undefined) return { netns, space, pid, counts: countsOf(pid, space) };
    drop(netns);
    return undefined;
  }

  const hasChanged = ({ space: { tables }, counts }: Asked): boolean =>
    TABLES.some((table) => tables[table].count !== counts[table]);

  /**
   * Reads the tables that are due; or all of them, those too that sockstat calls empty (for which the kernel goes through
   * its whole hash for nothing). The counts were asked for first: a change in between then shows at the next look. Where
   * the member that was asked leaves meanwhile another is: what was read may lack rows, and a missing row means a free port.
   */
  function read(asked: Asked | undefined, everything: boolean): void {
    while (asked !== undefined) {
      const { netns, space, pid, counts }: Asked = asked;
      const due = TABLES.filter((table) => everything || reader.isDue(space.tables[table], counts[table]));
      const taken = due.map((table) =>
        reader.take(pid, netns, table, everything ? undefined : counts[table]),
      );
      if (due.length === 0 || namespaces.look(pid) === netns) {
        due.forEach((table, index) => {
          if (reader.note(space.tables[table], taken[index] as Taken, counts[table])) all = undefined;
        });
        return;
      }
      asked = ask(netns, space);
    }
  }

  function drop(netns: number): void {
    if (spaces.delete(netns)) all = undefined;
  }

  function addSpace(netns: number): Space {
    const tables = { tcp: newReading(), udp: newReading(), tcp6: newReading(), udp6: newReading() };
    const space: Space = { tables, askedAt: -Infinity, sockstat: '', counts: {} };
    spaces.set(netns, space);
    return space;
  }

  /** Those asked longest ago first. */
  function known(): [number, Space][] {
    const now = new Set(namespaces.all());
    for (const netns of spaces.keys()) if (!now.has(netns)) drop(netns);
    for (const netns of now) {
      if (!spaces.has(netns)) addSpace(netns);
    }
    return [...spaces].sort(([, a], [, b]) => a.askedAt - b.askedAt);
  }

  const isTouched = ({ tables }: Space): boolean => TABLES.some((table) => tables[table].touched);

  return {
    readAll() {
      for (const [netns, space] of known()) read(ask(netns, space), true);
    },
    readChanged(until) {
      const list = known();
      const touched = list.slice(HINTS_A_LOOK).filter(([, space]) => isTouched(space));
      const asked = [...list.slice(0, HINTS_A_LOOK), ...touched.slice(0, HINTS_A_LOOK)]
        .map(([netns, space]) => ask(netns, space))
        .filter((answer) => answer !== undefined);
      // A new listener must not wait for tables that are only suspected, or read now and then.
      for (const one of [...asked.filter(hasChanged), ...asked.filter((answer) => !hasChanged(answer))]) {
        read(one, false);
        if (kernel.now() >= until) break;
      }
    },
    touch(netns) {
      for (const [key, { tables }] of spaces)
        if (netns === undefined || netns === key) for (const table of TABLES) tables[table].touched = true;
    },
    meet(netns) {
      if (spaces.has(netns)) return;
      read(ask(netns, addSpace(netns)), false);
    },
    rows: () =>
      (all ??= [...spaces.values()].flatMap(({ tables }) => TABLES.flatMap((table) => tables[table].rows))),
  };
}
