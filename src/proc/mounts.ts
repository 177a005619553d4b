// Where the control groups are mounted: /proc/self/mountinfo.

/** A mounted cgroup hierarchy. */
export interface CgroupMount {
  readonly version: 1 | 2;
  /** The folder where it is mounted. */
  readonly point: string;
  /** Which group that folder is, as /proc/PID/cgroup calls it: "/" or, in a container's bind mount, a path below it. */
  readonly root: string;
}

/**
 * The hierarchies that can have that controller: v2 (always a candidate) and the v1 mount with it among its options.
 * Of several mounts of one hierarchy (bind mounts of containers, chroots) the one that shows most is kept.
 * Fields are numbered as in proc_pid_mountinfo(5).
 */
export function cgroupMounts(mountinfo: string, controller = 'pids'): CgroupMount[] {
  const byDevice = new Map<string, CgroupMount>();
  for (const line of mountinfo.split('\n')) {
    // Optional fields of any number stand before the lone "-" (field 8), so what follows is counted from there.
    const [before, after] = line.split(' - ', 2);
    const [, , device, root, point] = before?.split(' ') ?? [];
    const [type, , options] = after?.split(' ') ?? [];
    if (device === undefined || root === undefined || point === undefined) continue;
    const version =
      type === 'cgroup2' ? 2 : type === 'cgroup' && options?.split(',').includes(controller) ? 1 : undefined;
    if (version === undefined) continue;
    const mount: CgroupMount = { version, point: unescaped(point), root: unescaped(root) };
    const known = byDevice.get(device);
    if (known === undefined || mount.root.length < known.root.length) byDevice.set(device, mount);
  }
  return [...byDevice.values()];
}

/** Blank, tab, newline and backslash are written as three octal digits a byte; a UTF-8 name is not (fs/proc_namespace.c, mangle). */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
