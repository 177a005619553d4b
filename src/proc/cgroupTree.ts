// Finds the control groups that count pids: a walk of the mounted hierarchies, a slice at a time.
import { isFailure, type Kernel } from '../kernel.ts';
import { cgroupMounts } from './mounts.ts';
import { readText } from './text.ts';

/** A folder of a pids hierarchy. */
export interface CgroupFolder {
  readonly version: 1 | 2;
  readonly folder: string;
  /** As /proc/PID/cgroup has it. */
  readonly path: string;
}

/**
 * Control files, by their first word. kernel.list can't tell a file from a folder, and a group has up to 70 files;
 * a group's name that looks like one of these gets a "_" before it from systemd (cg_escape), so none is passed over.
 */
const CONTROL_FILE =
  /^(cgroup|pids|cpu|cpuset|cpuacct|memory|io|blkio|hugetlb|rdma|misc|dmem|devices|freezer|net_cls|net_prio|perf_event|irq|debug)\.|^(tasks|notify_on_release|release_agent)$/;

/** The top of each hierarchy in which the pids controller may count. */
export function cgroupRoots(kernel: Kernel): CgroupFolder[] {
  return cgroupMounts(readText(kernel, 'self/mountinfo') ?? '')
    .filter(({ version, point }) => {
      if (version === 1) return true;
      // On a hybrid host the v2 mount has other controllers, if any: its thousand folders needn't be walked.
      return /\bpids\b/.test(readText(kernel, `${point}/cgroup.controllers`) ?? '');
    })
    .map(({ version, point, root }) => ({ version, folder: point, path: root }));
}

/** Groups directly below one. */
export function childrenOf(kernel: Kernel, parent: CgroupFolder): CgroupFolder[] {
  const names = kernel.list(parent.folder);
  if (isFailure(names)) return [];
  const prefix = parent.path === '/' ? '' : parent.path;
  return names
    .filter((name) => !CONTROL_FILE.test(name))
    .map((name) => ({
      version: parent.version,
      folder: `${parent.folder}/${name}`,
      path: `${prefix}/${name}`,
    }));
}

/** A group with more groups below it than this is not looked through at every look. */
const MOST_BELOW = 200;

/** The pids in a group and in all those below it, which count there too (cgroups(7)); undefined where that would take long. */
export function membersOf(kernel: Kernel, group: CgroupFolder): ReadonlySet<number> | undefined {
  const members = new Set<number>();
  const queue = [group];
  for (let next = 0; next < queue.length; next++) {
    if (queue.length > MOST_BELOW) return undefined;
    const folder = queue[next] as CgroupFolder;
    for (const pid of (readText(kernel, `${folder.folder}/cgroup.procs`) ?? '').split('\n')) {
      if (pid !== '') members.add(Number(pid));
    }
    queue.push(...childrenOf(kernel, folder));
  }
  return members;
}

/**
 * One walk over all hierarchies, breadth first so that the outer groups, which bind the most, come early.
 * `visit` says whether the folder counts pids; where it doesn't nothing below it can (cgroups(7), cgroup.subtree_control).
 */
export function createWalk(kernel: Kernel, visit: (folder: CgroupFolder) => boolean) {
  const queue = cgroupRoots(kernel);
  const roots = queue.length;
  let next = 0;

  /** Goes on until the walk is over or the clock (monotonic ms) passes `until`. @returns true when it is over */
  return (until: number): boolean => {
    while (next < queue.length) {
      const folder = queue[next] as CgroupFolder;
      const isRoot = next < roots; // the machine's root group has no pids files and yet has groups below
      next++;
      if (visit(folder) || isRoot) queue.push(...childrenOf(kernel, folder));
      if (kernel.now() >= until) break;
    }
    return next >= queue.length;
  };
}
