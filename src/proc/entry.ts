// A process as the table keeps it, and how a stat line is written into it.
import type { Need, Proc } from '../types.ts';
import { remembered } from './remembered.ts';
import * as stat from './stat.ts';
import type { InTurn } from './turn.ts';
import { unboxed } from './unboxed.ts';

/** A Proc with what only the table needs to know of it. */
export interface Entry extends Proc, InTurn<Entry> {
  /** When each detail was last read, by Need; absent when never. */
  detailAt: Partial<Record<Need, number>>;
  /** utime + stime at the reading before, and when that was: for CPU %. */
  ticks: number;
  ticksAt: number;
  /** The look that saw it last. */
  look: number;
  /** It is read at every look up to this one: it uses CPU, is about to, or is young. */
  hotUntil: number;
  /** A kept descriptor of its stat (kept.ts); -1 for none. */
  fd: number;
  /** What that answered last. */
  record: Uint8Array | undefined;
}

/** A process of which only the identity is known. */
export function newEntry(pid: number, starttime: number): Entry {
  return {
    pid,
    starttime: unboxed(starttime),
    ppid: 0,
    pgrp: 0,
    session: 0,
    ttyNr: 0,
    state: '?',
    flags: 0,
    comm: '',
    utime: 0,
    stime: 0,
    nice: 0,
    nlwp: 1,
    vsize: 0,
    rss: 0,
    startstack: 0,
    cpu: undefined,
    readAt: 0,
    seenAt: 0,
    uid: undefined,
    cmdline: undefined,
    exe: undefined,
    cgroup: undefined,
    shr: undefined,
    ioRead: undefined,
    ioWrite: undefined,
    wchan: undefined,
    cwd: undefined,
    fds: undefined,
    oom: undefined,
    detailAt: {},
    ticks: 0,
    ticksAt: 0,
    look: 0,
    hotUntil: 0,
    fd: -1,
    record: undefined,
    older: undefined,
    younger: undefined,
  };
}

const sameName = remembered((comm) => comm);

export function fillFrom(line: stat.StatLine, entry: Entry, pageSize: number, now: number): void {
  const { field } = line;
  if (entry.comm !== line.comm) entry.comm = sameName(line.comm);
  entry.state = line.state;
  entry.ppid = unboxed(field[stat.PPID] as number);
  entry.pgrp = unboxed(field[stat.PGRP] as number);
  entry.session = unboxed(field[stat.SESSION] as number);
  entry.ttyNr = unboxed(field[stat.TTY_NR] as number);
  entry.flags = unboxed(field[stat.FLAGS] as number);
  entry.utime = unboxed(field[stat.UTIME] as number);
  entry.stime = unboxed(field[stat.STIME] as number);
  entry.nice = unboxed(field[stat.NICE] as number);
  // A zombie that is being reaped may say 0; it still holds its slot.
  entry.nlwp = unboxed(Math.max(1, field[stat.NUM_THREADS] as number));
  entry.vsize = field[stat.VSIZE] as number;
  entry.rss = unboxed((field[stat.RSS] as number) * pageSize);
  entry.startstack = field[stat.STARTSTACK] as number;
  entry.readAt = now;
}

/** Whether `line` tells of another program than `entry`: an exec changes comm, the stack's place or the flag. */
export function hasExeced(line: stat.StatLine, entry: Entry): boolean {
  // A zombie has no stack any more, and all that can be known of it was read before.
  if (line.state === 'Z' || line.state === 'X') return false;
  const flags = line.field[stat.FLAGS] as number;
  return (
    entry.comm !== line.comm ||
    entry.startstack !== line.field[stat.STARTSTACK] ||
    ((entry.flags & stat.PF_FORKNOEXEC) !== 0 && (flags & stat.PF_FORKNOEXEC) === 0)
  );
}
