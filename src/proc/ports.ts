// Who holds which port: the sockets that the kernel lists in every network namespace, joined by inode to all processes
// with a descriptor of them. How the search is ordered and what it costs: holderSearch.ts.
import type { Kernel } from '../kernel.ts';
import type { Proc, Socket } from '../types.ts';
import { createHolderSearch } from './holderSearch.ts';
import { likelyHolders } from './likelyHolders.ts';
import { byPort, type Listing } from './listings.ts';
import { createNamespaces } from './namespaces.ts';
import { createSocketTables } from './socketTables.ts';

export interface PortTracker {
  /**
   * Listening TCP and bound UDP sockets of all network namespaces, by port, protocol, family and address; the same array
   * as long as nothing changes. `hidden` is said only of a socket for which every process was looked into since it
   * appeared: no holders and not hidden means "not known yet".
   * @param births the processes that are new since the last update; those of the first are taken from `procs`
   * @param now milliseconds of the kernel door's clock
   * @param budgetMs milliseconds to spend; what doesn't fit goes on at the next update. Infinity for a complete look:
   *   every process is looked into and every holder is found, as of now. 0 answers what is known.
   * @param onlyLikely of a complete look: of those who share a socket it is enough to find the likely ones
   *   (likelyHolders.ts says who that is, and whom it misses)
   */
  update(
    procs: ReadonlyMap<number, Proc>,
    births: readonly Proc[],
    now: number,
    budgetMs: number,
    onlyLikely?: boolean,
  ): readonly Socket[];
  /** Whether some are not known yet who likely hold one of the sockets (of few: were not looked into), or nobody has asked for any. */
  isSearching(): boolean;
}

/** A caller that was not asked for a while may have missed births and deaths. */
const SYNC_MS = 15_000;
/** Births whose namespace is looked at one by one; of more than these, all namespaces are suspected. */
const FEW = 64;
/** A folder of 100,000 descriptors is listed in one go, whatever the budget: that is paid back, within this many ticks. */
const LONGEST_DEBT = 10;
/** A complete look whose sockets change under it is repeated this often. */
const ROUNDS = 3;

/** Sources: proc_pid_net(5), proc_pid_fd(5). */
export function createPortTracker(kernel: Kernel): PortTracker {
  const namespaces = createNamespaces(kernel);
  const tables = createSocketTables(kernel, namespaces);
  const search = createHolderSearch(kernel, meet, namespaces.forget);
  let syncedAt = -Infinity;
  let debt = 0;
  let listed: readonly Listing[] = [];
  let sought: ReadonlySet<number> = new Set();
  let sockets: readonly Socket[] = [];
  let joined = { rows: listed, version: -1 };

  function meet(proc: Proc): void {
    const netns = namespaces.look(proc.pid);
    if (netns === undefined) return;
    tables.meet(netns);
    seek();
  }

  function seek(): void {
    const rows = tables.rows();
    if (rows === listed) return;
    listed = rows;
    // Inode 0 stands for no file: nobody can hold it.
    sought = new Set(rows.map((row) => row.inode).filter((inode) => inode > 0));
    search.seek(sought);
  }

  function suspect(births: readonly Proc[]): void {
    if (births.length > FEW) return tables.touch();
    for (const { pid } of births) {
      const netns = namespaces.look(pid);
      if (netns !== undefined) tables.touch(netns);
    }
  }

  function lookABit(
    procs: ReadonlyMap<number, Proc>,
    births: readonly Proc[],
    now: number,
    budgetMs: number,
  ): void {
    const until = kernel.now() + budgetMs - debt;
    const isFirst = syncedAt === -Infinity;
    if (!isFirst) {
      search.add(births, now);
      suspect(births);
    }
    if (search.bury(procs, births.length)) tables.touch();
    const isDue = now - syncedAt >= SYNC_MS;
    if (isDue) {
      search.sync(procs);
      syncedAt = now;
    }
    if (isFirst) {
      // Our own namespace is the one that its user means; the others are met as their processes are looked into.
      const [first] = procs.keys();
      const witness = procs.has(kernel.pid) ? kernel.pid : first;
      if (witness !== undefined) namespaces.look(witness);
    }
    // Where that alone took all of it, the tables are for the next time.
    if (!isDue || kernel.now() < until) tables.readChanged(until);
    seek();
    if (kernel.now() < until) search.spend(procs, now, until);
    debt = Math.min(LONGEST_DEBT * budgetMs, Math.max(0, kernel.now() - until));
  }

  function lookEverywhere(procs: ReadonlyMap<number, Proc>, now: number, onlyLikely: boolean): void {
    const isSought = (inode: number): boolean => sought.has(inode);
    const those = (): Iterable<Proc | undefined> =>
      onlyLikely ? likelyHolders(kernel, procs, isSought, search) : procs.values();
    search.sync(procs);
    syncedAt = now;
    search.bury(procs, 0);
    for (const pid of procs.keys()) namespaces.look(pid);
    tables.readAll();
    seek();
    search.lookInto(those(), now, 'if-odd');
    for (let round = 1; round < ROUNDS && search.open().length > 0; round++) {
      const tried = new Set(listed.map((row) => row.inode));
      tables.readAll(); // a socket may have been closed, or handed on, while we looked
      seek();
      if (search.open().every((inode) => tried.has(inode))) {
        // Listed still, and held by no process: what's left are threads that took their descriptors for themselves.
        const threaded = [...procs.values()].filter((proc) => proc.nlwp > 1);
        if (search.open().length > 0) search.lookInto(threaded, now, 'all');
        search.giveUp();
      } else search.lookInto(those(), now, 'if-odd');
    }
  }

  function join(): readonly Socket[] {
    return listed
      .map((row) => ({
        ...row,
        holders: search.index.of(row.inode),
        hidden: row.inode === 0 || search.isHidden(row.inode),
      }))
      .sort(byPort);
  }

  return {
    isSearching: () =>
      syncedAt === -Infinity ||
      search.isFirstRound() ||
      sockets.some(({ holders, hidden }) => holders.length === 0 && !hidden),
    update(procs, births, now, budgetMs, onlyLikely = false) {
      if (budgetMs <= 0) return sockets;
      if (budgetMs === Infinity) lookEverywhere(procs, now, onlyLikely);
      else lookABit(procs, births, now, budgetMs);
      seek();
      if (joined.rows !== listed || joined.version !== search.version()) {
        joined = { rows: listed, version: search.version() };
        sockets = join();
      }
      return sockets;
    },
  };
}

/** The sockets that each pid holds, in the order of `sockets`. */
export function socketsOf(sockets: readonly Socket[]): ReadonlyMap<number, readonly Socket[]> {
  const byPid = new Map<number, Socket[]>();
  for (const socket of sockets) {
    for (const { pid } of socket.holders) {
      const held = byPid.get(pid);
      if (held === undefined) byPid.set(pid, [socket]);
      else held.push(socket);
    }
  }
  return byPid;
}
