// Who holds which socket inode: a set of holders each, for pre-fork workers share one socket.
import type { Holder, ProcId } from '../types.ts';

interface Holding extends ProcId {
  readonly fds: ReadonlyMap<number, number>;
}

export interface HolderIndex {
  /** Counts changes: equal versions, equal holders. */
  version(): number;
  /** What a look at a process found (inode to descriptor), in place of what was known of that pid. */
  set(id: ProcId, fds: ReadonlyMap<number, number>): void;
  drop(pid: number): void;
  /** Forgets inodes that are no longer listed. */
  keep(inodes: ReadonlySet<number>): void;
  /** By pid; empty when nobody is known. */
  of(inode: number): readonly Holder[];
  has(inode: number): boolean;
  holds(pid: number): boolean;
  /** The present holders; more than one socket each, perhaps. */
  holdings(): Iterable<Holding>;
}

export function createHolderIndex(): HolderIndex {
  const byPid = new Map<number, Holding>();
  const byInode = new Map<number, Map<number, Holder>>();
  let version = 0;

  function drop(pid: number): void {
    const holding = byPid.get(pid);
    if (holding === undefined) return;
    version++;
    byPid.delete(pid);
    for (const inode of holding.fds.keys()) {
      const holders = byInode.get(inode);
      holders?.delete(pid);
      if (holders?.size === 0) byInode.delete(inode);
    }
  }

  function set({ pid, starttime }: ProcId, fds: ReadonlyMap<number, number>): void {
    const before = byPid.get(pid);
    if (before === undefined ? fds.size === 0 : before.starttime === starttime && areEqual(before.fds, fds))
      return;
    drop(pid);
    version++;
    if (fds.size === 0) return;
    byPid.set(pid, { pid, starttime, fds });
    for (const [inode, fd] of fds) {
      const holders = byInode.get(inode) ?? new Map<number, Holder>();
      holders.set(pid, { pid, starttime, fd });
      byInode.set(inode, holders);
    }
  }

  return {
    version: () => version,
    set,
    drop,
    keep(inodes) {
      for (const holding of [...byPid.values()]) {
        const left = [...holding.fds].filter(([inode]) => inodes.has(inode));
        if (left.length < holding.fds.size) set(holding, new Map(left));
      }
    },
    of: (inode) => [...(byInode.get(inode)?.values() ?? [])].sort((a, b) => a.pid - b.pid),
    has: (inode) => byInode.has(inode),
    holds: (pid) => byPid.has(pid),
    holdings: () => byPid.values(),
  };
}

function areEqual(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  if (a.size !== b.size) return false;
  for (const [inode, fd] of a) if (b.get(inode) !== fd) return false;
  return true;
}
