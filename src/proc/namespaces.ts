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
 * (readlink of ns/net is denied for other users' processes: proc_pid_ns(5)), and it names the procfs view that we read.
 * Descriptors of these files are never kept: they would keep a dead container's namespace alive.
 */
export function createNamespaces(kernel: Kernel): Namespaces {
  const home = new Map<number, number>();
  const members = new Map<number, Set<number>>();
  /** By what ns/net links to: where that can be read it costs half, and one stat a namespace is enough. */
  const byLink = new Map<string, number>();
  let isDenied = false;

  function netnsOf(pid: number): number | undefined {
    const link = isDenied ? 'denied' : kernel.link(`${pid}/ns/net`);
    if (link === 'denied') isDenied = true;
    const known = isFailure(link) ? undefined : byLink.get(link.target);
    if (known !== undefined) return known;
    const stat = kernel.stat(`${pid}/net/tcp`);
    if (isFailure(stat)) return undefined;
    if (!isFailure(link)) note(pid, link.target, stat.ino);
    return stat.ino;
  }

  /** It may have moved between the two. */
  function note(pid: number, target: string, netns: number): void {
    const again = kernel.link(`${pid}/ns/net`);
    if (!isFailure(again) && again.target === target) byLink.set(target, netns);
  }

  /** The last member has left, and the kernel may give its number to another. */
  function forgetLinks(netns: number): void {
    for (const [target, ino] of byLink) if (ino === netns) byLink.delete(target);
  }

  function leave(pid: number): void {
    const netns = home.get(pid);
    if (netns === undefined) return;
    home.delete(pid);
    const rest = members.get(netns);
    rest?.delete(pid);
    if (rest?.size !== 0) return;
    members.delete(netns);
    forgetLinks(netns);
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
      // We don't leave and don't move: that needs no look.
      if (home.get(kernel.pid) === netns) return kernel.pid;
      // In the order they were seen, so mostly the oldest, which live longest.
      for (const pid of members.get(netns) ?? []) {
        if (look(pid) === netns) return pid;
      }
      return undefined;
    },
  };
}
