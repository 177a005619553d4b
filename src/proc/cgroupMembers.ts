// Who is in a control group, asked of the group instead of each process: of thousands in the same few groups one list
// tells what thousands of /proc/PID/cgroup would (15 of 130 us a process of `list --json`). The lists are of tasks, by the
// number of the very task (cgroup.threads, v1 tasks): cgroup.procs also has who has only a thread there (cgroups(7)).
import { isFailure, type Kernel } from '../kernel.ts';
import { decidingLines, parseCgroup, type CgroupLine } from './cgroup.ts';
import { cgroupMounts } from './mounts.ts';
import { readText } from './text.ts';

/** So many are asked by themselves before their group is: most groups have one or two. */
const WITNESSES = 4;
/** A longer list than this (bytes) is mostly of threads, and of those of nobody that we look for. */
const LONGEST = 1_000_000;

/** What one round over many processes found out. It holds for that round only: they move, and numbers change hands. */
export interface CgroupMembers {
  /** The control group path of a process; undefined where it has to be asked itself. */
  pathOf(pid: number): string | undefined;
  /** One was asked itself: this is its /proc/PID/cgroup, and the path in it that says most. */
  met(pid: number, body: string, path: string | undefined): void;
}

/** @returns undefined where the numbers in the groups' lists (those of our own pid namespace) are not the proc root's */
export function createCgroupMembers(kernel: Kernel): CgroupMembers | undefined {
  if (!kernel.canSignal) return undefined;
  const witnesses = new Map<string, number>();
  const paths = new Map<number, string>();
  /** In the lists of two groups: it moved, or came with a number that had just been given back. */
  const unsure = new Set<number>();
  let folders: ((line: CgroupLine) => string | undefined) | undefined;

  /** Those that are in all the groups that decide; undefined where one can't be asked. */
  function membersOf(body: string): ReadonlySet<number> | undefined {
    folders ??= cgroupFolders(readText(kernel, 'self/mountinfo') ?? '');
    let members: Set<number> | undefined;
    for (const line of decidingLines(parseCgroup(body))) {
      const folder = folders(line);
      const tasks = folder && tasksOf(kernel, `${folder}/${line.version === 2 ? 'cgroup.threads' : 'tasks'}`);
      if (tasks === undefined || tasks === '') return undefined;
      for (const pid of members ?? []) if (!tasks.has(pid)) members?.delete(pid);
      members ??= tasks;
    }
    return members;
  }

  return {
    pathOf: (pid) => (unsure.has(pid) ? undefined : paths.get(pid)),
    met(pid, body, path) {
      const met = (witnesses.get(body) ?? 0) + 1;
      witnesses.set(body, met);
      if (met !== WITNESSES || path === undefined) return;
      const members = membersOf(body);
      // Where another mount covers the folder, the list is of somebody else's group.
      if (members?.has(pid) !== true) return;
      for (const member of members) {
        if ((paths.get(member) ?? path) !== path) unsure.add(member);
        paths.set(member, path);
      }
    },
  };
}

/** Where the group of a line is mounted; undefined where it is not, or only a part of its hierarchy. */
function cgroupFolders(mountinfo: string): (line: CgroupLine) => string | undefined {
  return ({ version, controllers, path }) => {
    // Outside of our cgroup namespace (cgroup_namespaces(7)) a path begins with "/..", which no mount has.
    if (path.split('/').includes('..')) return undefined;
    const mounts = cgroupMounts(mountinfo, controllers[0]);
    const whole = mounts.find((mount) => mount.version === version && mount.root === '/');
    return whole && `${whole.point}${path === '/' ? '' : path}`;
  };
}

const NEWLINE = 0x0a;
const ZERO = 0x30;

/** The numbers in a list of one a line; undefined where it can't be read to its end. */
function tasksOf(kernel: Kernel, path: string): Set<number> | undefined {
  const bytes = kernel.read(path, undefined, ({ length }) => length > LONGEST);
  if (isFailure(bytes) || bytes.length > LONGEST) return undefined;
  const tasks = new Set<number>();
  let task = 0;
  for (const byte of bytes) {
    if (byte === NEWLINE) {
      tasks.add(task);
      task = 0;
    } else task = task * 10 + (byte - ZERO);
  }
  return tasks;
}
