// A port by hand: made-up processes with sockets, seen as the engine sees them, and stepped by the fake kernel.
import type { PortSight } from '../../src/signal/freePortSight.ts';
import type { Proc, Sample, Socket } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample, aSocket } from '../derive/aSample.ts';
import type { FakeKernel } from '../support/fakeKernel.ts';
import type { FakeProcess } from '../support/fakeTable.ts';

export const PORT = 8080;

export interface PortScene {
  readonly sight: PortSight;
  /** The processes with a descriptor of each inode. A socket is listed as long as one of them lives. */
  readonly holders: Map<number, number[]>;
  /** How many complete looks there were. */
  looks(): number;
}

function procOf(process: FakeProcess): Proc {
  const { pid, starttime, comm, ppid, state, uid, cmdline, exe, cgroup, cwd } = process;
  const own = { pid, pgrp: pid, session: pid };
  return aProc({ ...own, starttime, comm, ppid, state, uid, cmdline: cmdline ?? [comm], exe, cgroup, cwd });
}

/** @param inodes who holds what at first; an inode without holders is hidden, and listed for ever */
export function portScene(
  kernel: FakeKernel,
  inodes: Readonly<Record<number, readonly number[]>>,
): PortScene {
  const holders = new Map(Object.entries(inodes).map(([inode, pids]) => [Number(inode), [...pids]]));
  const hidden = new Set([...holders].flatMap(([inode, pids]) => (pids.length === 0 ? [inode] : [])));
  const living = (pids: readonly number[]): FakeProcess[] =>
    pids.flatMap((pid) => kernel.processes.get(pid) ?? []).filter(({ state }) => state !== 'Z');
  let last: Sample | undefined;
  let looks = 0;

  const sockets = (): Socket[] =>
    [...holders].flatMap(([inode, pids]) => {
      const held = living(pids).map(({ pid, starttime }) => ({ pid, starttime, fd: 3 }));
      if (held.length === 0 && !hidden.has(inode)) return [];
      return [aSocket({ port: PORT, inode, holders: held, hidden: held.length === 0 })];
    });

  const sight: PortSight = {
    rows: (port) => sockets().filter((socket) => socket.port === port),
    look(since = Infinity) {
      if (last !== undefined && last.at >= since) return last;
      looks++;
      const procs = [...kernel.processes.values()].map(procOf);
      last = aSample(procs, { sockets: sockets(), at: kernel.now(), self: kernel.pid });
      return last;
    },
    connections: () => [],
  };
  return { sight, holders, looks: () => looks };
}
