// /proc/PID/cgroup, and what a control group's path says about why a process runs: its systemd unit.

/** One line of /proc/PID/cgroup. */
export interface CgroupLine {
  readonly version: 1 | 2;
  /** v1 controllers of the hierarchy, `name=systemd` among them; empty for v2. */
  readonly controllers: readonly string[];
  readonly path: string;
}

/** The kernel adds this to the path of a group that was removed while a zombie is still in it (cgroups(7)). */
const REMOVED = ' (deleted)';

/** Parses /proc/PID/cgroup: `ID:CONTROLLERS:PATH` a line, and the path may itself hold colons (cgroups(7)). */
export function parseCgroup(text: string): CgroupLine[] {
  const lines: CgroupLine[] = [];
  for (const line of text.split('\n')) {
    const found = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (found?.[2] === undefined || found[3] === undefined) continue;
    const path = found[3].endsWith(REMOVED) ? found[3].slice(0, -REMOVED.length) : found[3];
    const isV2 = found[1] === '0' && found[2] === '';
    lines.push({ version: isV2 ? 2 : 1, controllers: found[2] === '' ? [] : found[2].split(','), path });
  }
  return lines;
}

/**
 * The path of /proc/PID/cgroup that says most: v2, else v1 name=systemd, else v1 pids. On a hybrid host the v2 line is
 * often a mere "/" while systemd sorts processes in its own v1 hierarchy, so "/" is the last choice.
 */
export function cgroupPath(text: string): string | undefined {
  return decidingLines(parseCgroup(text)).at(-1)?.path;
}

/** The lines that make that path what it is: its own at last, and before it those that say "/" only. */
export function decidingLines(lines: readonly CgroupLine[]): CgroupLine[] {
  const v1 = (controller: string): CgroupLine | undefined =>
    lines.find(({ controllers }) => controllers.includes(controller));
  const asked = [lines.find(({ version }) => version === 2), v1('name=systemd'), v1('pids')];
  const known = asked.filter((line) => line !== undefined);
  const decides = known.findIndex(({ path }) => path !== '/');
  return decides < 0 ? known : known.slice(0, decides + 1);
}

const UNIT = /.\.(service|scope|socket|mount|automount|swap)$/;

/**
 * The systemd unit of a cgroup path: the innermost, so that a user's own service wins over user@1000.service.
 * A slice is a folder of units, not one that runs something. undefined where no unit is in the path.
 */
export function unitOf(path: string | undefined): string | undefined {
  const name = path?.split('/').findLast((segment) => UNIT.test(segment));
  // systemd puts "_" before a name that could be taken for a control file (cg_escape, basic/cgroup-util.c).
  return name?.startsWith('_') ? name.slice(1) : name;
}
