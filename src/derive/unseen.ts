// Holders that we can't see: a filter still asks for their port and owner, which the kernel's row tells.
import type { Proc, Sample, Socket } from '../types.ts';
import type { Filter } from './match.ts';

/** A process of which nothing but its owner is known. */
function strangerOf({ uid }: Socket): Proc {
  const unknown = {
    cpu: undefined,
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
  };
  const none = { pid: 0, starttime: 0, ppid: 0, pgrp: 0, session: 0, ttyNr: 0, flags: 0, startstack: 0 };
  const numbers = { utime: 0, stime: 0, nice: 0, nlwp: 0, vsize: 0, rss: 0, readAt: 0, seenAt: 0 };
  return { ...none, ...numbers, ...unknown, uid, comm: '', state: '?' };
}

/** Whether owner and filter let through a socket whose holder can't be seen. A filter never makes such a port look free. */
export function letsUnseenThrough(
  socket: Socket,
  sample: Sample,
  { filter, uid }: { readonly filter: Filter | undefined; readonly uid: number | undefined },
): boolean {
  if (uid !== undefined && socket.uid !== uid) return false;
  if (filter === undefined) return true;
  const stranger = strangerOf(socket);
  return filter.match(stranger, { ...sample, socketsOf: new Map([[stranger.pid, [socket]]]) }) !== undefined;
}
