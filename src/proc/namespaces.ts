// Which network namespaces the processes live in, and one living process each through which its tables can be read.
import { isFailure, type Kernel } from '../kernel.ts';

export interface Namespaces {
  /** Notes where a process lives now: one stat. Undefined when that can't be seen (a zombie lives nowhere). */
  look(pid: number): number | undefined;
  /** Forgets a process that has gone. */
  forget(pid: number): void;
  /** All namespaces with a known member. */
  all(): Iterable<number>;
  /** The pid of a living member, looked at now; undefined when the last one has left. */
  member(netns: number): number | undefined;
}

/**
 * A namespace is known by the inode number of /proc/PID/net/tcp: each has its own file, it can be seen without rights
 * (readlink of ns/net is denied for other users' processes), and it names the procfs view that we read.
 * Descriptors of these files are never kept: they would keep a dead container's namespace alive.
 */
export function createNamespaces(kernel: Kernel): Namespaces {
  const home = new Map<number, number>();
  const members = new Map<number, Set<number>>();

  function netnsOf(pid: number): number | undefined {
    const stat = kernel.stat(`${pid}/net/tcp`);
    return isFailure(stat) ? undefined : stat.ino;
  }

  function leave(pid: number): void {
    const netns = home.get(pid);
    if (netns === undefined) return;
    home.delete(pid);
    const rest = members.get(netns);
    rest?.delete(pid);
    if (rest?.size === 0) members.delete(netns);
  }

  function look(pid: number): number | undefined {
    const netns = netnsOf(pid);
    if (netns === home.get(pid)) return netns;
    leave(pid); // it moved (setns, unshare), or the pid is somebody else's now
    if (netns === undefined) return undefined;
    home.set(pid, netns);
    const others = members.get(netns);
    if (others === undefined) members.set(netns, new Set([pid]));
    else others.add(pid);
    return netns;
  }

  return {
    look,
    forget: leave,
    all: () => members.keys(),
    member(netns) {
      // In the order they were seen, so mostly the oldest, which live longest.
      for (const pid of members.get(netns) ?? []) {
        if (look(pid) === netns) return pid;
      }
      return undefined;
    },
  };
}
