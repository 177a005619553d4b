// What a control group's path says of the container that a process runs in. Pure: recognised by the paths that the
// runtimes are known to make.

// docker/ID, docker-ID.scope, libpod-ID.scope, crio-ID.scope, cri-containerd-ID.scope, ...:cri-containerd:ID
const BY_ID = /(?:^|[-:])([0-9a-f]{64})(?:\.scope)?$/;
/** Runs beside the container and watches it; it is not inside. */
const MONITOR = /^(libpod|crio)-conmon-/;

/** The first 12 hex digits of the innermost container's id, as `docker ps` and `crictl ps` show it. */
export function containerOf(path: string | undefined): string | undefined {
  return idIn(path)?.id;
}

function idIn(path: string | undefined): { readonly id: string; readonly segment: string } | undefined {
  for (const segment of path?.split('/').reverse() ?? []) {
    const id = BY_ID.exec(segment)?.[1];
    if (id !== undefined && !MONITOR.test(segment)) return { id: id.slice(0, 12), segment };
  }
  return undefined;
}

/** Containers that have a name instead of an id: LXC, LXD and Incus, and systemd-nspawn (systemd escapes as `\x2d`). */
const BY_NAME: readonly { readonly runtime: string; readonly path: RegExp }[] = [
  { runtime: 'lxc', path: /^.*\/lxc\.payload[./]([^/]+)/ },
  { runtime: 'lxc', path: /^.*\/lxc\/([^/]+)/ },
  { runtime: 'nspawn', path: /^.*\/systemd-nspawn@([^/]+)\.service/ },
  { runtime: 'nspawn', path: /^.*\/machine\.slice\/machine-(?!qemu|lxc|libvirt)([^/]+)\.scope/ },
];

function unescaped(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whose id it is: `k8s` below kubepods whatever runs it, else what stands before the id. */
function runtimeOf(path: string, segment: string): string {
  if (/(^|\/)kubepods/.test(path)) return 'k8s';
  if (/^libpod/.test(segment) || /(^|\/)libpod/.test(path)) return 'podman';
  return /(^|\/)docker/.test(path) ? 'docker' : 'oci';
}

/** `docker:0123456789ab`, `k8s:...`, `podman:...`, `lxc:web`, `nspawn:web`; undefined outside of every container. */
export function containerName(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const byId = idIn(path);
  if (byId !== undefined) return `${runtimeOf(path, byId.segment)}:${byId.id}`;
  for (const { runtime, path: form } of BY_NAME) {
    const name = form.exec(path)?.[1];
    if (name !== undefined) return `${runtime}:${unescaped(name)}`;
  }
  return undefined;
}
