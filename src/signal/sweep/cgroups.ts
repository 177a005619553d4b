// The strongest lever that is exact: a control group all of whose processes are members is frozen as a whole, looked at
// again, killed while nobody in it can fork, and let go. Where anybody else is in it, it is left alone.
import { isFailure, type Kernel } from '../../kernel.ts';
import { parseCgroup, type CgroupLine } from '../../proc/cgroup.ts';
import { childrenOf, type CgroupFolder } from '../../proc/cgroupTree.ts';
import { cgroupMounts } from '../../proc/mounts.ts';
import { readText } from '../../proc/text.ts';
import type { ProcId } from '../../types.ts';
import type { Census, Known } from './census.ts';
import type { Membership } from './membership.ts';
import { isDead } from './victim.ts';

/** How a group is frozen and let go (cgroups(7); kernel Documentation: cgroup-v2, freezer-subsystem). */
interface Freezer {
  readonly file: string;
  readonly freeze: string;
  readonly thaw: string;
  /** Where it shows that all of it is frozen. */
  readonly shows: readonly [file: string, text: RegExp];
}

const FREEZERS: Readonly<Record<1 | 2, Freezer>> = {
  1: { file: 'freezer.state', freeze: 'FROZEN', thaw: 'THAWED', shows: ['freezer.state', /^FROZEN/] },
  2: { file: 'cgroup.freeze', freeze: '1', thaw: '0', shows: ['cgroup.events', /^frozen 1$/m] },
};

/** How long a group may take to freeze (ms): one that waits for a disk does not. */
const FREEZE_MS = 200;
/** Targets whose group is asked for: where these are apart, the group is no lever. */
const ASKED = 64;
/** Folders below a group, in all. */
const MOST_FOLDERS = 200;

/** The groups with a freezer that a process is in, by hierarchy. The root group can't be frozen. */
function freezable(kernel: Kernel, pid: number | 'self'): CgroupLine[] {
  const lines = parseCgroup(readText(kernel, `${pid}/cgroup`) ?? '');
  return lines.filter(({ version, controllers }) => version === 2 || controllers.includes('freezer'));
}

/** That group and all below it; undefined where they are too many to look through. */
function withAllBelow(kernel: Kernel, top: CgroupFolder): CgroupFolder[] | undefined {
  const folders = [top];
  for (const folder of folders) {
    folders.push(...childrenOf(kernel, folder));
    if (folders.length > MOST_FOLDERS) return undefined;
  }
  return folders;
}

/**
 * @param targets whose control groups may be wholly theirs
 * @param kill given all living members of a group that is frozen
 */
export function strikeCgroups(
  kernel: Kernel,
  census: Census,
  membership: Membership,
  targets: readonly ProcId[],
  kill: (members: readonly Known[]) => void,
): void {
  const mounts = cgroupMounts(readText(kernel, 'self/mountinfo') ?? '', 'freezer');
  const own = freezable(kernel, 'self');
  const tops = new Map<string, CgroupFolder>();
  for (const { pid } of targets.slice(0, ASKED)) {
    for (const { version, path } of freezable(kernel, pid)) {
      const mount = mounts.find((one) => one.version === version);
      const isOurs = own.some((one) => one.version === version && `${one.path}/`.startsWith(`${path}/`));
      if (mount === undefined || path === '/' || isOurs || !path.startsWith(mount.root)) continue;
      const below = mount.root === '/' ? path : path.slice(mount.root.length);
      tops.set(`${version} ${path}`, { version, path, folder: `${mount.point}${below}` });
    }
  }

  /** All living processes of the group; undefined where one of them is none of the members, or can't be told. */
  function membersOf(top: CgroupFolder): Known[] | undefined {
    const found: Known[] = [];
    for (const { folder } of withAllBelow(kernel, top) ?? [top]) {
      const pids = readText(kernel, `${folder}/cgroup.procs`);
      if (pids === undefined) return undefined;
      for (const word of pids.split('\n')) {
        if (word === '') continue;
        const pid = Number(word); // 0 for one outside of our pid namespace
        const known = pid > 0 ? census.look(pid) : undefined;
        if (known === undefined && (pid === 0 || !isFailure(kernel.stat(word)))) return undefined;
        if (known === undefined || isDead(known.proc)) continue;
        if (membership.judge(known).role !== 'member') return undefined;
        found.push(known);
      }
    }
    return found;
  }

  function isFrozen({ version, folder }: CgroupFolder): boolean {
    const [file, text] = FREEZERS[version].shows;
    return text.test(readText(kernel, `${folder}/${file}`) ?? '');
  }

  for (const top of tops.values()) {
    const { file, freeze, thaw } = FREEZERS[top.version];
    const control = `${top.folder}/${file}`;
    // Frozen by somebody else: not ours to thaw.
    if (withAllBelow(kernel, top) === undefined || isFrozen(top) || (membersOf(top)?.length ?? 0) === 0)
      continue;
    if (kernel.write(control, freeze) !== 'written') continue;
    try {
      for (const until = kernel.now() + FREEZE_MS; !isFrozen(top) && kernel.now() < until;) kernel.sleep(1);
      const members = isFrozen(top) ? membersOf(top) : undefined;
      if (members !== undefined) kill(members);
    } finally {
      kernel.write(control, thaw);
    }
  }
}
