// Processes and machines by hand, for what is derived from them.
import type { Proc } from '../../src/types.ts';
import type { MatchContext } from '../../src/derive/match.ts';

export function aProc(own: Partial<Proc> = {}): Proc {
  return {
    pid: 4711,
    starttime: 100,
    ppid: 1,
    pgrp: 4711,
    session: 4711,
    ttyNr: 0,
    state: 'S',
    flags: 0,
    comm: 'thing',
    utime: 0,
    stime: 0,
    nice: 0,
    nlwp: 1,
    vsize: 0,
    rss: 0,
    startstack: 0,
    cpu: 0,
    readAt: 0,
    seenAt: 0,
    uid: 0,
    cmdline: [],
    exe: undefined,
    cgroup: undefined,
    shr: undefined,
    ioRead: undefined,
    ioWrite: undefined,
    wchan: undefined,
    cwd: undefined,
    fds: undefined,
    oom: undefined,
    ...own,
  };
}

/** A machine that started 1,000 s ago, at 100 ticks a second. */
export function aContext(own: Partial<MatchContext> = {}): MatchContext {
  return {
    socketsOf: new Map(),
    userName: (uid) => (uid === 0 ? 'root' : uid === 1000 ? 'bob' : String(uid)),
    ttyName: (ttyNr) => (ttyNr === 0 ? undefined : `pts/${ttyNr}`),
    unitOf: (cgroup) => /([^/]+\.service)/.exec(cgroup ?? '')?.[1],
    wallMs: 2_000_000,
    ticksPerSecond: 100,
    machine: { bootTime: 1_000, memTotal: 1000 },
    ...own,
  };
}
