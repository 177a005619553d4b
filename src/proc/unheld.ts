// Listed sockets without a known holder: open while the search goes on, hidden once everybody was looked into in vain.
import type { HolderIndex } from './holderIndex.ts';

export interface Unheld {
  /** Counts what became hidden. */
  version(): number;
  /** The inodes that are listed now: those without a holder become open, at `count`, unless they are known. */
  seek(inodes: ReadonlySet<number>, count: number): void;
  isOpen(): boolean;
  open(): number[];
  /** @param isPast whether everybody was looked into since that count */
  settle(isPast: (count: number) => boolean): void;
  isHidden(inode: number): boolean;
}

export function createUnheld(index: HolderIndex): Unheld {
  /** The count at which each became open. Those found meanwhile are weeded out when somebody asks. */
  const since = new Map<number, number>();
  const hidden = new Set<number>();
  let version = 0;

  return {
    version: () => version,
    seek(inodes, count) {
      for (const known of [since, hidden]) {
        for (const inode of known.keys()) if (!inodes.has(inode) || index.has(inode)) known.delete(inode);
      }
      for (const inode of inodes) {
        if (!index.has(inode) && !hidden.has(inode) && !since.has(inode)) since.set(inode, count);
      }
    },
    isOpen() {
      for (const inode of since.keys()) {
        if (!index.has(inode)) return true;
        since.delete(inode);
      }
      return false;
    },
    open: () => [...since.keys()].filter((inode) => !index.has(inode)),
    settle(isPast) {
      for (const [inode, count] of since) {
        const isFound = index.has(inode);
        if (!isFound && !isPast(count)) continue;
        since.delete(inode);
        if (isFound) continue;
        hidden.add(inode);
        version++;
      }
    },
    isHidden: (inode) => hidden.has(inode),
  };
}
