// The processes that stand between a container and the machine, and the command that stops the container.
import { containerOf } from '../derive/container.ts';
import type { Proc } from '../types.ts';

interface Runtime {
  readonly comm: RegExp;
  /** The option that names the container's id on its command line. */
  readonly id: string;
  /** @param line its command line @param id 12 hex digits */
  readonly stop: (line: string, id: string) => string;
}

/** The kubelet starts again what is stopped behind its back. */
const INSTEAD = '; the kubelet starts it again: scale its workload down';

/** comm is cut at 15 bytes: `containerd-shim-runc-v2` shows as `containerd-shim`. */
const RUNTIMES: readonly Runtime[] = [
  {
    comm: /^(docker-)?containerd?-/,
    id: '-id',
    stop: (line, id) =>
      / -namespace k8s\.io( |$)/.test(line) ? `crictl stop ${id}${INSTEAD}` : `docker stop ${id}`,
  },
  {
    comm: /^conmon(rs)?$/,
    id: '-c',
    stop: (line, id) => (/podman/.test(line) ? `podman stop ${id}` : `crictl stop ${id}${INSTEAD}`),
  },
];

function runtimeOf({ comm }: Proc): Runtime | undefined {
  return RUNTIMES.find((runtime) => runtime.comm.test(comm));
}

/** A container's shim or monitor: it is the parent of what runs in the container as seen from the machine. */
export function isContainerRuntime(proc: Proc): boolean {
  return runtimeOf(proc) !== undefined;
}

/**
 * `docker stop 0123456789ab`: for a process below `runtime`.
 * @returns undefined where `runtime` is none, or the container's id can't be told
 */
export function containerStop(runtime: Proc, inside: Proc): string | undefined {
  const { cmdline = [] } = runtime;
  const known = runtimeOf(runtime);
  if (known === undefined) return undefined;
  const at = cmdline.indexOf(known.id);
  const id = (at < 0 ? undefined : cmdline[at + 1]?.slice(0, 12)) ?? containerOf(inside.cgroup);
  return id === undefined ? undefined : known.stop(cmdline.join(' '), id);
}
