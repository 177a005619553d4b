// The stat files of a sweep. One that is held open answers for that very process, and never for the next one of its
// number: what it says after a signal is said of the process that was looked at before it.
import { isFailure, type Kernel } from '../../kernel.ts';
import { STAT_RECORD } from '../../proc/stat.ts';
import type { Failure } from '../../types.ts';

export interface StatFiles<Owner> {
  /** The line of whoever has that number now. Its file stays open until the next, since it may be wanted: see `lastIs`. */
  read(pid: number): Uint8Array | Failure;
  /** Says whose the file is that was read by number last. */
  lastIs(owner: Owner | undefined): void;
  isOpen(owner: Owner): boolean;
  /** The line of that owner, through its open file; undefined where none is open. */
  reread(owner: Owner): Uint8Array | Failure | undefined;
  /** Keeps the file that was read last, where it is the owner's and a descriptor can be spared. */
  keep(owner: Owner): void;
  release(owner: Owner): void;
  /** Lets go of all. */
  close(): void;
}

/** Files that are held, at most: each costs the kernel 4 KB (facts: proc-sampling). Others go by pid and starttime. */
const MOST_HELD = 16_384;
/** Descriptors that a pass needs at a time, with some to spare. */
const SPARE = 8;

export function createStatFiles<Owner>(kernel: Kernel): StatFiles<Owner> {
  const held = new Map<Owner, number>();
  let last: { owner: Owner | undefined; readonly file: number } | undefined;
  let mostHeld = MOST_HELD;

  const fileOf = (owner: Owner): number | undefined =>
    held.get(owner) ?? (last?.owner === owner ? last.file : undefined);

  function release(owner: Owner): void {
    const file = held.get(owner);
    if (file === undefined) return;
    kernel.close(file);
    held.delete(owner);
  }

  function letGoOfLast(): void {
    if (last !== undefined) kernel.close(last.file);
    last = undefined;
  }

  function open(pid: number): number | Failure {
    letGoOfLast();
    const file = kernel.open(`${pid}/stat`);
    if (file !== 'limit' || held.size === 0) return file;
    // No descriptor is left, and looking needs one: some that are held go, and no more are.
    mostHeld = 0;
    [...held.keys()].slice(-SPARE).forEach(release);
    return kernel.open(`${pid}/stat`);
  }

  return {
    read(pid) {
      const file = open(pid);
      if (isFailure(file)) return file;
      last = { owner: undefined, file };
      return kernel.reread(file, STAT_RECORD);
    },
    lastIs(owner) {
      if (last !== undefined) last.owner = owner;
    },
    isOpen: (owner) => fileOf(owner) !== undefined,
    reread(owner) {
      const file = fileOf(owner);
      return file === undefined ? undefined : kernel.reread(file, STAT_RECORD);
    },
    keep(owner) {
      if (last?.owner !== owner || held.has(owner) || held.size >= mostHeld) return;
      held.set(owner, last.file);
      last = undefined;
    },
    release,
    close() {
      letGoOfLast();
      [...held.keys()].forEach(release);
    },
  };
}
