// What a network namespace is called: the name that `ip netns` gave it, else its number.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Socket } from '../types.ts';

/** ip-netns(8): each name is a file that the namespace is mounted on. Sources: namespaces(7), proc_pid_ns(5). */
const NAMES = '/run/netns';

/**
 * The answer is kept for each namespace until somebody else holds the socket that was asked about.
 * @returns undefined for our own namespace
 */
export function createNetnsNames(
  kernel: Kernel,
): (socket: Pick<Socket, 'netns' | 'holders'>) => string | undefined {
  const known = new Map<number, { readonly pid: number | undefined; readonly name: string }>();
  let own: number | undefined;

  function nameBy(pid: number): string {
    const ns = kernel.stat(`${pid}/ns/net`); // denied for other users' processes
    const names = isFailure(ns) ? 'gone' : kernel.list(NAMES);
    if (!isFailure(names) && !isFailure(ns)) {
      for (const name of names) {
        const file = kernel.stat(`${NAMES}/${name}`);
        if (!isFailure(file) && file.ino === ns.ino) return `netns ${name}`;
      }
    }
    return isFailure(ns) ? 'another netns' : `netns ${ns.ino}`;
  }

  return ({ netns, holders }) => {
    if (own === undefined) {
      const stat = kernel.stat('self/net/tcp');
      own = isFailure(stat) ? 0 : stat.ino;
    }
    if (netns === own) return undefined;
    const pid = holders[0]?.pid;
    const before = known.get(netns);
    if (before !== undefined && (pid === undefined || before.pid === pid)) return before.name;
    const name = pid === undefined ? 'another netns' : nameBy(pid);
    if (pid !== undefined) known.set(netns, { pid, name });
    return name;
  };
}
