// `list --json`, field by field in the order of the contract (DESIGN 1).
import { cpuSeconds } from '../derive/columns.ts';
import { nameOf } from '../derive/name.ts';
import { depthOf } from '../signal/plan.ts';
import type { Need, Proc, Sample } from '../types.ts';
import { orNull } from './json.ts';

/** What a document is made of, beyond stat. */
export const LIST_NEEDS: readonly Need[] = ['uid', 'cmdline', 'exe', 'cgroup'];

/** Depth counts ancestors among all processes, so a filter does not change it. */
export function processesJson(procs: readonly Proc[], sample: Sample): object[] {
  const depths = new Map<number, number>();
  return procs.map((proc) => ({
    pid: proc.pid,
    ppid: proc.ppid,
    pgrp: proc.pgrp,
    session: proc.session,
    tty: orNull(sample.ttyName(proc.ttyNr)),
    uid: orNull(proc.uid),
    user: proc.uid === undefined ? null : sample.userName(proc.uid),
    state: proc.state,
    comm: proc.comm,
    name: nameOf(proc),
    cmdline: orNull(proc.cmdline),
    exe: orNull(proc.exe),
    nlwp: proc.nlwp,
    slots: proc.nlwp,
    nice: proc.nice,
    cpu: orNull(proc.cpu),
    rss: proc.rss,
    timeSeconds: cpuSeconds(proc, sample),
    starttime: proc.starttime,
    startedAt: startedAt(proc, sample),
    cgroup: orNull(proc.cgroup),
    unit: orNull(sample.unitOf(proc.cgroup)),
    depth: depthOf(proc, sample.procs, depths),
    ports: (sample.socketsOf.get(proc.pid) ?? []).map(({ proto, address, port, inode }) => ({
      proto,
      address,
      port,
      inode,
    })),
  }));
}

/** ISO 8601, in UTC; null where the proc root does not say when the machine started. */
function startedAt({ starttime }: Proc, { machine, ticksPerSecond }: Sample): string | null {
  if (machine.bootTime <= 0) return null;
  return new Date((machine.bootTime + starttime / ticksPerSecond) * 1000).toISOString();
}
