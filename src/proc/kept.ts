// Descriptors of the stat files that are read at every look. One answers in two thirds of the time of a path, and once
// its process was reaped it says so whoever has the number then; nothing is pinned by it. Each costs the kernel 4 KiB
// that it can't take back (the page of a seq_file), so there are few (facts: proc-sampling, section 2).
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';
import type { Entry } from './entry.ts';
import { STAT_RECORD } from './stat.ts';
import { readText } from './text.ts';

const MOST = 1_200;
/** Of the descriptors that we may open this share is for keeping; the others are for listings, links and Node. */
const SHARE = 1 / 2;

export interface Kept {
  /** Opens a descriptor for its stat, unless it has one; the one used longest ago gives way. */
  keep(entry: Entry): void;
  /** Its stat, never another process's; `same` where it is to the byte what it was: it has not run since. */
  read(entry: Entry): Uint8Array | 'same' | Failure;
  /** Closes its descriptor: it has left. */
  release(entry: Entry): void;
}

export function createKept(kernel: Kernel): Kept {
  /** In the order of their last use. */
  const kept = new Set<Entry>();
  let most: number | undefined;

  function release(entry: Entry): void {
    if (entry.fd < 0) return;
    kernel.close(entry.fd);
    entry.fd = -1;
    entry.record = undefined;
    kept.delete(entry);
  }

  function read(entry: Entry): ReturnType<Kept['read']> {
    const bytes = kernel.reread(entry.fd, STAT_RECORD);
    if (isFailure(bytes)) return bytes;
    const { record } = entry;
    if (record === undefined || record.length !== bytes.length) entry.record = bytes.slice();
    else if (Buffer.compare(record, bytes) === 0) return 'same';
    else record.set(bytes);
    return bytes;
  }

  return {
    release,
    read,
    keep(entry) {
      most ??= Math.min(MOST, Math.floor(openFilesLimit(kernel) * SHARE));
      if (most === 0) return;
      if (entry.fd >= 0) {
        kept.delete(entry);
        kept.add(entry);
        return;
      }
      if (kept.size >= most) {
        for (const oldest of kept) {
          release(oldest);
          break;
        }
      }
      const fd = kernel.open(`${entry.pid}/stat`);
      if (isFailure(fd)) return;
      entry.fd = fd;
      kept.add(entry);
    },
  };
}

/** The soft limit, which Node raises to the hard one when it starts; 0 where it can't be read. */
export function openFilesLimit(kernel: Kernel): number {
  const limits = kernel.canSignal ? (readText(kernel, 'self/limits') ?? '') : '';
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0); // `unlimited` does not happen: nr_open bounds it
}
