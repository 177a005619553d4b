// Who most likely holds the sought sockets, for an answer that need not look into everybody: first those who lead something,
// then the others, whose number of descriptors is rare first, and no more as soon as each socket has a holder. Then whoever
// may share it: forks share what their parent had.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Proc } from '../types.ts';
import { socketInode } from './fds.ts';
import type { HolderIndex } from './holderIndex.ts';
import { PF_FORKNOEXEC, PF_KTHREAD } from './stat.ts';

/** Descriptors of one holder that its fork is asked for one by one; where it has more, the fork is looked into. */
const MOST_ASKED = 3;

/** Processes asked for a number of descriptors, or for one of them, between two moments in which the asker may rest. */
const REST_EVERY = 64;

/** It holds the sockets of socket activation (systemd.socket(5)), and what orphans there are are its children. */
const INIT = 1;

type Procs = ReadonlyMap<number, Proc>;

/** What is known by now: whoever was yielded was looked into when the next one is asked for. */
export interface Found {
  readonly index: HolderIndex;
  /** Whether a sought socket still has no holder. */
  isOpen(): boolean;
}

/**
 * Those to be looked into, in that order; each is to be looked into before the next one is asked for (undefined: nobody
 * yet, the asker may rest). Where a socket has no visible holder these are all processes. Else, beside those who lead something (a session, children), it is whoever is
 * related to a holder: his ancestors, his descendants, and those children of his ancestors that are like him (name,
 * process group or session: workers whose master died). A fork of his very program is asked for the descriptors of the
 * holder first, which have the same numbers there, and looked into only where it has one.
 *
 * What that misses, once the socket has a holder: one more, who was handed it in a message (unix(7), SCM_RIGHTS) and is no
 * such relative; a cousin where all between the two have closed it; a fork without exec that has moved it to another
 * number; a fork's thread with a table of its own; of init's sockets whoever has them from a child of init that has closed
 * them; and where stacks are not moved (randomize_va_space 0) a fork of another program is taken for one of the same.
 */
export function* likelyHolders(
  kernel: Kernel,
  procs: Procs,
  isSought: (inode: number) => boolean,
  { index, isOpen }: Found,
): Generator<Proc | undefined, void> {
  const childrenOf = childrenIn(procs);
  const looked = new Set<Proc>();
  for (const proc of firstOf(kernel, procs, childrenOf)) {
    if (!isOpen()) break;
    if (proc !== undefined) looked.add(proc);
    yield proc;
  }
  if (isOpen()) return; // these were all

  let asked = 0;
  const met = new Set<number>();
  const families = new Set<string>();
  for (let isMore = true; isMore;) {
    isMore = false;
    for (const { pid, fds } of [...index.holdings()]) {
      const proc = procs.get(pid);
      if (proc === undefined || met.has(pid)) continue;
      met.add(pid);
      isMore = true; // whoever is looked into now may be a holder with relatives of his own
      const holder = { proc, fds: [...fds.values()] };
      for (const relative of relativesOf(holder, procs, childrenOf, families)) {
        if (asked++ % REST_EVERY === 0) yield undefined;
        if (looked.has(relative) || !mayShare(kernel, holder, relative, isSought)) continue;
        looked.add(relative);
        yield relative;
      }
    }
  }
}

interface Holder {
  readonly proc: Proc;
  readonly fds: readonly number[];
}

type Children = ReadonlyMap<number, readonly Proc[]>;

function childrenIn(procs: Procs): Children {
  const childrenOf = new Map<number, Proc[]>();
  for (const proc of procs.values()) {
    const siblings = childrenOf.get(proc.ppid);
    if (siblings === undefined) childrenOf.set(proc.ppid, [proc]);
    else siblings.push(proc);
  }
  return childrenOf;
}

/** All of them. A daemon leads its session, a server has its workers, and both mostly are younger than their machine. */
function* firstOf(kernel: Kernel, procs: Procs, childrenOf: Children): Generator<Proc | undefined> {
  const others: Proc[] = [];
  const leaders: Proc[] = [];
  for (const proc of procs.values()) {
    const leads = proc.session === proc.pid || childrenOf.has(proc.pid);
    if ((proc.flags & PF_KTHREAD) === 0) (leads ? leaders : others).push(proc);
  }
  yield* leaders.sort(newestFirst);
  yield* rareFirst(kernel, others);
  for (const proc of procs.values()) if ((proc.flags & PF_KTHREAD) !== 0) yield proc;
}

const newestFirst = (a: Proc, b: Proc): number => b.starttime - a.starttime;

/** A worker that opened a socket has one descriptor more than the others of its name. Before Linux 6.2 all have 0. */
function* rareFirst(kernel: Kernel, procs: readonly Proc[]): Generator<Proc | undefined> {
  const kinds = new Map<string, Proc[]>();
  for (const [at, proc] of procs.entries()) {
    if (at % REST_EVERY === 0) yield undefined;
    const stat = kernel.stat(`${proc.pid}/fd`);
    const kind = `${isFailure(stat) ? 0 : stat.size} ${proc.comm}`;
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [proc]);
    else same.push(proc);
  }
  for (const same of [...kinds.values()].sort((a, b) => a.length - b.length)) yield* same.sort(newestFirst);
}

/** @param families gone through already: 5,000 workers have the same siblings */
function* relativesOf(
  { proc: holder, fds }: Holder,
  procs: Procs,
  childrenOf: Children,
  families: Set<string>,
): Generator<Proc> {
  const { pgrp, session, startstack, comm } = holder;
  const above = new Set<Proc>([holder]);
  for (let proc = procs.get(holder.ppid); proc !== undefined && !above.has(proc);) {
    above.add(proc);
    yield proc;
    const family = [proc.pid, pgrp, session, startstack, ...fds, comm].join(' ');
    if (!families.has(family)) {
      families.add(family);
      for (const child of childrenOf.get(proc.pid) ?? []) if (isLike(child, holder)) yield child;
    }
    proc = procs.get(proc.ppid);
  }
  const below = [...(childrenOf.get(holder.pid) ?? [])];
  for (let proc; (proc = below.pop()) !== undefined;) {
    yield proc;
    // Everybody descends from init, which hands its sockets to its children: theirs follow where those hold it.
    if (holder.pid !== INIT) below.push(...(childrenOf.get(proc.pid) ?? []));
  }
}

function isLike(one: Proc, other: Proc): boolean {
  return one.comm === other.comm || one.pgrp === other.pgrp || one.session === other.session;
}

/** Whether it has to be looked into: not if it runs the very program of the holder and has none of his descriptors. */
function mayShare(
  kernel: Kernel,
  { proc: holder, fds }: Holder,
  { pid, flags, startstack }: Proc,
  isSought: (inode: number) => boolean,
): boolean {
  // The place of the stack is drawn at each exec; another user's is not told (0).
  const isFork = (flags & PF_FORKNOEXEC) !== 0 && startstack === holder.startstack && startstack > 0;
  if (!isFork || fds.length > MOST_ASKED) return true;
  return fds.some((fd) => {
    // A link that isn't there costs an exception, and a file that isn't does not.
    if (kernel.stat(`${pid}/fdinfo/${fd}`) === 'gone') return false;
    const link = kernel.link(`${pid}/fd/${fd}`);
    if (isFailure(link)) return link !== 'gone';
    const inode = socketInode(link.target);
    return inode !== undefined && isSought(inode);
  });
}
