// The machine's own limits on tasks: pid_max and threads-max.
import type { Kernel } from '../kernel.ts';
import type { SlotUsage } from '../types.ts';
import { parseLoadavg } from './loadavg.ts';
import { readInteger, readText } from './text.ts';

export type HostTasks = SlotUsage['tasks'];

export interface HostSlots {
  readonly tasks: HostTasks;
  /** The limits of the host that are less tight; those that can't be read, or are not of what we see, are left out. */
  readonly others: readonly HostTasks[];
  readonly pidMax: number;
  readonly threadsMax: number;
  /** The number given out last in our pid namespace. */
  readonly lastPid: number;
}

/** PROC_PID_INIT_INO (linux/proc_ns.h): the inode number of the first pid namespace, on every Linux since 3.8. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** Since Linux 6.14 each pid namespace has a pid_max of its own, and reading it gives the reader's. */
function hasOwnPidMax(kernel: Kernel): boolean {
  const link = kernel.link('self/ns/pid');
  if (typeof link === 'string' || link.target === FIRST_PID_NAMESPACE) return false;
  const [major = 0, minor = 0] = (readText(kernel, 'sys/kernel/osrelease') ?? '')
    .split('.')
    .map(Number.parseFloat);
  return major > 6 || (major === 6 && minor >= 14);
}

/**
 * Tasks against the limit that is nearest. Machine-wide the kernel counts them itself (/proc/loadavg) and the smaller
 * of pid_max and threads-max binds. In a nested pid namespace of Linux 6.14 or later pid_max binds the tasks of that
 * namespace and threads-max those of the machine, so there are two pairs. Limits that can't be read are Infinity.
 * @param visibleTasks sum of nlwp over all processes we can see
 */
export function createHostSlots(kernel: Kernel): (visibleTasks: number) => HostSlots {
  let isNested: boolean | undefined;
  return (visibleTasks) => {
    isNested ??= hasOwnPidMax(kernel);
    const pidMax = readInteger(kernel, 'sys/kernel/pid_max') ?? Number.POSITIVE_INFINITY;
    const threadsMax = readInteger(kernel, 'sys/kernel/threads-max') ?? Number.POSITIVE_INFINITY;
    const { tasks: counted = 0, lastPid = 0 } = parseLoadavg(readText(kernel, 'loadavg') ?? '') ?? {};
    // gVisor and LXCFS make loadavg up. The two counts are of two moments, so only a gross difference is a lie.
    const machine = counted < visibleTasks / 2 ? visibleTasks : counted;

    const againstThreadsMax = { used: machine, limit: threadsMax, limitedBy: 'threads-max' as const };
    // Looking into an outer namespace from an inner one, the pid_max that we read is not that of what we see.
    const pidMaxIsTheirs = !isNested || kernel.canSignal;
    const againstPidMax = {
      used: isNested ? visibleTasks : machine,
      limit: pidMax,
      limitedBy: 'pid_max' as const,
    };
    const isPidMaxTighter = pidMaxIsTheirs && againstPidMax.used / pidMax >= machine / threadsMax;
    const [tasks, other] = isPidMaxTighter
      ? [againstPidMax, againstThreadsMax]
      : [againstThreadsMax, againstPidMax];
    return {
      tasks,
      others: pidMaxIsTheirs && Number.isFinite(other.limit) ? [other] : [],
      pidMax,
      threadsMax,
      lastPid,
    };
  };
}
