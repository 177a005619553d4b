// One complete look at who has certain sockets open, for those that nobody keeps an index of.
import type { Kernel } from '../kernel.ts';
import type { Holder, Proc } from '../types.ts';
import { goOn, startScan } from './processScan.ts';

/** The holders of each sought socket inode. Asks nobody where none is sought: it costs a readlink a descriptor. */
export function allHolders(
  kernel: Kernel,
  procs: Iterable<Proc>,
  sought: ReadonlySet<number>,
): Map<number, Holder[]> {
  const holders = new Map<number, Holder[]>();
  if (sought.size === 0) return holders;
  for (const proc of procs) {
    const scanned = goOn(kernel, startScan(kernel, proc), sought, Infinity, 'if-odd');
    for (const [inode, fd] of scanned?.found ?? []) {
      const { pid, starttime } = proc;
      holders.set(inode, [...(holders.get(inode) ?? []), { pid, starttime, fd }]);
    }
  }
  return holders;
}
