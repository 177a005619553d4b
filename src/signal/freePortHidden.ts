// Ports that the kernel lists, and that nobody can be seen to hold: whose they are, and what to do. Hidden is never free.
import type { Listing } from '../proc/listings.ts';
import type { Sample } from '../types.ts';
import { socketsOn } from './freePortSight.ts';

/** True for root: nobody's descriptors are kept from it. */
export function mayLookEverywhere({ procs, self }: Pick<Sample, 'procs' | 'self'>): boolean {
  return procs.get(self)?.uid === 0;
}

/** `root (uid 0)`: the owners of the listed sockets that nobody can be seen to hold. */
export function ownersOf(sample: Sample, rows: readonly Pick<Listing, 'inode' | 'uid'>[]): string[] {
  const held = new Set(sample.sockets.flatMap(({ inode, holders }) => (holders.length > 0 ? [inode] : [])));
  const uids = new Set(rows.flatMap(({ inode, uid }) => (held.has(inode) ? [] : [uid])));
  return [...uids].map((uid) => `${sample.userName(uid)} (uid ${uid})`);
}

/** The same once more. @param typed the options behind it, as for FreeOptions */
export const sameAgain = (port: number, typed = ''): string => `slotop free ${port} ${typed}`.trimEnd();

/** `exec`: it needs no free slot, and there may be none. */
export const asRoot = (port: number, typed = ''): string => `exec sudo ${sameAgain(port, typed)}`;

const FOR_ROOT =
  "its descriptor is the kernel's own (NFS, WireGuard), lies in a message between processes, or belongs to a machine around this one";

/** What to do where nobody can be seen to hold a port. */
export function hiddenAdvice(sample: Pick<Sample, 'procs' | 'self'>, port: number, typed?: string): string {
  return mayLookEverywhere(sample) ? FOR_ROOT : asRoot(port, typed);
}

/** `:443 is held for root (uid 0) by nobody who can be seen from here: exec sudo slotop free 443`, for a plan. */
export function unseenOn(sample: Sample, port: number): string[] {
  const unseen = socketsOn(sample, port).filter(({ holders }) => holders.length === 0);
  if (unseen.length === 0) return [];
  const whose = ownersOf(sample, unseen).join(', ');
  return [`:${port} is held for ${whose} by nobody who can be seen from here: ${hiddenAdvice(sample, port)}`];
}
