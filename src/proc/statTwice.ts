// CPU % takes two looks at everybody within a tenth of a second. The second through the descriptors of the first: that
// finds no path again, and saves 7 of 28 us a process. Such a descriptor answers for that very process only, whoever has
// its number since, and each costs the kernel 4 KiB as long as it is open (facts: proc-sampling, section 2).
import { isFailure, type Kernel } from '../kernel.ts';
import { openFilesLimit } from './kept.ts';

/** 32 MB of the kernel's memory for a moment; the others are read by their paths again. */
const MOST = 8_192;
/** Of the descriptors that we may open this share is for keeping (kept.ts). */
const SHARE = 1 / 2;

export interface StatTwice {
  /** The same door: what it reads of `PID/stat` it keeps open for the look to come. */
  readonly kernel: Kernel;
  /** The last look begins: from here on each descriptor is closed when it has answered. */
  lastLook(): void;
  /** That look is over: those nobody asked for have left. */
  close(): void;
}

export function statTwice(kernel: Kernel): StatTwice {
  const held = new Map<string, number>();
  let room = Math.min(MOST, Math.floor(openFilesLimit(kernel) * SHARE));

  function first(path: string, longestRecord?: number): ReturnType<Kernel['read']> {
    const fd = kernel.open(path);
    if (isFailure(fd)) {
      if (fd !== 'limit') return fd;
      room = 0;
      return kernel.read(path, longestRecord);
    }
    held.set(path, fd);
    return kernel.reread(fd, longestRecord);
  }

  function again(path: string, fd: number, longestRecord?: number): ReturnType<Kernel['read']> {
    held.delete(path);
    const bytes = kernel.reread(fd, longestRecord);
    kernel.close(fd);
    return bytes === 'gone' || bytes.length === 0 ? kernel.read(path, longestRecord) : bytes;
  }

  return {
    kernel: {
      ...kernel,
      read(path, longestRecord, isEnough) {
        if (!path.endsWith('/stat')) return kernel.read(path, longestRecord, isEnough);
        const fd = held.get(path);
        if (fd !== undefined) return again(path, fd, longestRecord);
        return held.size < room ? first(path, longestRecord) : kernel.read(path, longestRecord);
      },
    },
    lastLook: () => void (room = 0),
    close() {
      for (const fd of held.values()) kernel.close(fd);
      held.clear();
    },
  };
}
