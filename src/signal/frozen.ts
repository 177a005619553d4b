// A frozen control group holds its processes back: which group it is, and the command that lets it go.
import { containerName } from '../derive/container.ts';
import { unitOf, parseCgroup, type CgroupLine } from '../proc/cgroup.ts';
import { cgroupMounts, type CgroupMount } from '../proc/mounts.ts';
import { readText } from '../proc/text.ts';
import type { Kernel } from '../kernel.ts';
import { quoted } from './quoted.ts';

export interface FrozenGroup {
  readonly version: 1 | 2;
  /** As /proc/PID/cgroup has it. */
  readonly path: string;
  /** What to type to thaw it. */
  readonly thaw: string;
}

/** Where a group says that it was frozen itself, not only with one above it (cgroup-v2.rst; freezer-subsystem.rst). */
const SAYS: Readonly<Record<1 | 2, string>> = { 1: 'freezer.self_freezing', 2: 'cgroup.freeze' };
/** What lets it go. */
const LETS_GO: Readonly<Record<1 | 2, readonly [word: string, file: string]>> = {
  1: ['THAWED', 'freezer.state'],
  2: ['0', 'cgroup.freeze'],
};

/** That group, then each above it, as far as the mount shows them. */
function* upwards({ path }: CgroupLine, { root }: CgroupMount): Generator<string> {
  for (let at = path; at !== root && at !== '/' && at !== ''; at = at.slice(0, at.lastIndexOf('/'))) yield at;
}

function thawCommand({ version, path }: Omit<FrozenGroup, 'thaw'>, folder: string): string {
  const last = path.slice(path.lastIndexOf('/'));
  const [runtime, id] = containerName(path)?.split(':') ?? [];
  const isWhole = id !== undefined && last.includes(id); // not a group inside of the container
  if (isWhole && (runtime === 'docker' || runtime === 'podman')) return `${runtime} unpause ${id}`;
  const unit = unitOf(last);
  // systemd keeps its own mind of what is frozen, and would go by that.
  if (version === 2 && unit !== undefined) return `systemctl thaw ${quoted(unit)}`;
  const [word, file] = LETS_GO[version];
  return `echo ${word} > ${quoted(`${folder}/${file}`)}`;
}

/** The frozen groups that a process is in, outermost first: it runs once all of them are thawed. */
export function frozenGroups(kernel: Kernel, pid: number): FrozenGroup[] {
  const mounts = cgroupMounts(readText(kernel, 'self/mountinfo') ?? '', 'freezer');
  const found: FrozenGroup[] = [];
  for (const line of parseCgroup(readText(kernel, `${pid}/cgroup`) ?? '')) {
    const mount = mounts.find(({ version }) => version === line.version);
    const hasFreezer = line.version === 2 || line.controllers.includes('freezer');
    if (mount === undefined || !hasFreezer || !line.path.startsWith(mount.root)) continue;
    const { version } = line;
    for (const path of upwards(line, mount)) {
      const folder = `${mount.point}${mount.root === '/' ? path : path.slice(mount.root.length)}`;
      if (readText(kernel, `${folder}/${SAYS[version]}`)?.trim() !== '1') continue;
      found.unshift({ version, path, thaw: thawCommand({ version, path }, folder) });
    }
  }
  return found;
}
