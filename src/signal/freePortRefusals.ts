// REFUSALS: holders that are not signalled to free a port, because that would free nothing or break what is not meant, and
// what does free it. One record each; what nobody may hit at all is guard.ts.
import { containerName } from '../derive/container.ts';
import type { Kernel } from '../kernel.ts';
import type { Proc, Sample } from '../types.ts';
import { containerStop, isContainerRuntime } from './containers.ts';
import { proxyOf, stopAround, stopBehind } from './freePortContainers.ts';
import { socketUnitsOf } from './freePortUnits.ts';
import { isPm2, pm2StopBelow } from './pm2.ts';
import { quoted } from './quoted.ts';

export interface Refusal {
  /** In words for the plan: what the holder is. */
  readonly reason: string;
  /** The command that frees the port. */
  readonly advice: string;
}

export interface HolderCase {
  readonly kernel: Kernel;
  readonly port: number;
  readonly proc: Proc;
  /** With cmdline, exe and cgroup of the holder and its ancestors. */
  readonly sample: Sample;
}

interface Rule {
  readonly recognises: (found: HolderCase) => boolean;
  readonly answer: (found: HolderCase) => Refusal;
}

function isManager({ pid, comm, cmdline }: Proc): boolean {
  return comm === 'systemd' && (pid === 1 || cmdline?.includes('--user') === true);
}

/** Containers are told by cgroup; one that slotop runs in itself is its own machine. */
function foreignContainer({ proc, sample }: HolderCase): string | undefined {
  const name = containerName(proc.cgroup);
  return name === containerName(sample.procs.get(sample.self)?.cgroup) ? undefined : name;
}

/** Looked at in order. */
const REFUSALS: readonly Rule[] = [
  {
    // Socket activation: systemd keeps listening, and starts the service for the next client.
    recognises: ({ proc }) => isManager(proc),
    answer: ({ kernel, port, proc }) => {
      const units = socketUnitsOf(kernel, port);
      const user = proc.pid === 1 ? '' : '--user ';
      const stop =
        units.length === 0
          ? `systemctl ${user}list-sockets shows which socket unit listens there; systemctl ${user}stop it`
          : `systemctl ${user}stop ${units.map(quoted).join(' ')}`;
      return { reason: 'systemd itself: a socket unit listens here', advice: stop };
    },
  },
  {
    recognises: ({ proc }) => proc.pid === 1,
    answer: () => ({
      reason: 'init itself (pid 1)',
      advice: 'pid 1 is never signalled: it is the machine or the container that has to be stopped',
    }),
  },
  {
    recognises: ({ proc }) => proxyOf(proc) !== undefined,
    answer: ({ kernel, port, proc, sample }) => {
      const proxy = proxyOf(proc) ?? { containerIp: '?', containerPort: '?' };
      return {
        reason: `docker-proxy: stands for port ${proxy.containerPort} of the container at ${proxy.containerIp}`,
        advice: stopBehind(kernel, proxy, port, sample),
      };
    },
  },
  {
    recognises: ({ proc }) => proc.comm === 'rootlessport' || proc.comm === 'rootlesskit',
    answer: ({ proc }) => ({
      reason: `${proc.comm}: stands for a port of a rootless container`,
      advice: 'podman ps (docker ps) shows the container with that port; stop that one',
    }),
  },
  {
    recognises: ({ proc }) => isContainerRuntime(proc),
    answer: ({ proc }) => ({
      reason: `${proc.comm}: keeps the port for its container`,
      advice: containerStop(proc, proc) ?? 'stop its container',
    }),
  },
  {
    // Its end is the end of all of that user's apps.
    recognises: ({ proc }) => isPm2(proc),
    answer: ({ kernel, proc, sample }) => ({
      reason: "pm2's daemon: listens for its apps in cluster mode, and all its other apps would end with it",
      advice: pm2StopBelow(kernel, proc, sample),
    }),
  },
  {
    recognises: (found) => foreignContainer(found) !== undefined,
    answer: (found) => {
      const name = foreignContainer(found) ?? '';
      return {
        reason: `inside of the container ${name}`,
        advice: stopAround(found.proc, name, found.sample),
      };
    },
  },
];

/** Why a holder is left alone, and what to do instead; undefined where it may be signalled. */
export function whyNotFreed(found: HolderCase): Refusal | undefined {
  return REFUSALS.find(({ recognises }) => recognises(found))?.answer(found);
}
