// Holders that are a container's: what runs inside of it, and what holds a port of the machine for it. Its runtime would
// start it again or be left in disorder, so the runtime is who has to be asked.
import { containerName } from '../derive/container.ts';
import { isFailure, type Kernel } from '../kernel.ts';
import { cgroupPath } from '../proc/cgroup.ts';
import { readText } from '../proc/text.ts';
import type { Proc, Sample } from '../types.ts';
import { containerStop, isContainerRuntime } from './containers.ts';
import { quoted } from './quoted.ts';

/** The stop command by the runtime that `containerName` tells. */
const STOPS: Readonly<Record<string, (id: string) => string>> = {
  docker: (id) => `docker stop ${id}`,
  podman: (id) => `podman stop ${id}`,
  k8s: (id) => `crictl stop ${id}; the kubelet starts it again: scale its workload down`,
  lxc: (id) => `lxc-stop -n ${quoted(id)}`,
  nspawn: (id) => `machinectl poweroff ${quoted(id)}`,
};

/** @param name from `containerName` */
function stopOf(name: string): string {
  const colon = name.indexOf(':');
  const [runtime, id] = [name.slice(0, colon), name.slice(colon + 1)];
  return STOPS[runtime]?.(id) ?? `stop the container ${id} with its runtime (docker, podman, crictl)`;
}

/** What stops the container around a process, by its shim where one is seen. */
export function stopAround(proc: Proc, name: string, { procs }: Pick<Sample, 'procs'>): string {
  const met = new Set<Proc>();
  for (let by = procs.get(proc.ppid); by !== undefined && !met.has(by); by = procs.get(by.ppid)) {
    met.add(by);
    if (isContainerRuntime(by)) return containerStop(by, proc) ?? stopOf(name);
  }
  return stopOf(name);
}

export interface Proxy {
  readonly containerIp: string;
  readonly containerPort: string;
}

/** `docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80` */
export function proxyOf({ comm, cmdline = [] }: Pick<Proc, 'comm' | 'cmdline'>): Proxy | undefined {
  if (comm !== 'docker-proxy') return undefined;
  const valueOf = (option: string): string => cmdline[cmdline.indexOf(option) + 1] ?? '?';
  const value = (option: string): string => (cmdline.includes(option) ? valueOf(option) : '?');
  return { containerIp: value('-container-ip'), containerPort: value('-container-port') };
}

/**
 * The container that has that address, as `containerName` says it. Looks into one process of each network namespace.
 * Source: /proc/PID/net/fib_trie lists the addresses of a namespace as `|-- ADDRESS`, then `/32 host LOCAL`.
 */
export function containerAt(
  kernel: Kernel,
  ip: string,
  { procs }: Pick<Sample, 'procs'>,
): string | undefined {
  const asked = new Set<number>();
  for (const pid of procs.keys()) {
    const netns = kernel.stat(`${pid}/net/tcp`);
    if (isFailure(netns) || asked.has(netns.ino)) continue;
    asked.add(netns.ino);
    const trie = readText(kernel, `${pid}/net/fib_trie`) ?? '';
    if (!trie.includes(`|-- ${ip}\n`)) continue;
    const isLocal = trie.split(`|-- ${ip}\n`).some((after, i) => i > 0 && /^\s*\/32 host LOCAL/.test(after));
    const name = isLocal ? containerName(cgroupPath(readText(kernel, `${pid}/cgroup`) ?? '')) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What stops the container behind a docker-proxy. */
export function stopBehind(
  kernel: Kernel,
  proxy: Proxy,
  port: number,
  sample: Pick<Sample, 'procs'>,
): string {
  const name = containerAt(kernel, proxy.containerIp, sample);
  return name === undefined ? `docker stop $(docker ps -q --filter publish=${port})` : stopOf(name);
}
