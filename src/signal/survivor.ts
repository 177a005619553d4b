// Why a process is still there after its signal, by kind, and what would end it. Read from its status: nothing is guessed.
import type { Kernel } from '../kernel.ts';
import { readText } from '../proc/text.ts';
import type { Signal, Target } from '../types.ts';
import { frozenGroups } from './frozen.ts';
import { isStopped, isZombie, nameOfPid, stateOfPid, wchanOf, type Sight } from './look.ts';

/** What /proc/PID/status says of one signal and one process (proc_pid_status(5)). */
interface Standing {
  /** In the mask of that name (SigPnd, ShdPnd, SigIgn, SigBlk, SigCgt). */
  readonly has: (mask: string) => boolean;
  readonly tracer: number;
  /** The init of a pid namespace below ours. */
  readonly isInnerInit: boolean;
}

function standingOf(kernel: Kernel, pid: number, signal: Signal): Standing {
  const status = readText(kernel, `${pid}/status`) ?? '';
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const levels = field('NSpid').split(/\s+/);
  return {
    // Masks have 64 bits, the lowest for signal 1.
    has: (mask) => ((BigInt(`0x${field(mask) || '0'}`) >> BigInt(signal.number - 1)) & 1n) === 1n,
    tracer: Number(field('TracerPid')) || 0,
    isInnerInit: levels.length > 1 && levels.at(-1) === '1',
  };
}

/** Kernel functions that a process is known to wait in for ever, and on whom that hangs. */
const WAITS: readonly (readonly [wchan: RegExp, onWhom: string])[] = [
  [/^(rpc_|nfs)/, 'its NFS server does not answer'],
  [/fuse|request_wait_answer/, 'a FUSE file system does not answer: end its daemon'],
  [/^zap_pid_ns/, 'it was init of a pid namespace, and waits for the last of that'],
  [/vfork/, 'it waits for the child that it made by vfork'],
];

function waitsIn(kernel: Kernel, pid: number): string {
  const wchan = wchanOf(kernel, pid);
  const onWhom = WAITS.find(([form]) => wchan !== undefined && form.test(wchan))?.[1];
  return `${wchan === undefined ? '' : `, in ${wchan}`}${onWhom === undefined ? '' : `: ${onWhom}`}`;
}

/** Whose child it is, and what would reap it: nothing else frees its slot (wait(2)). */
function whyZombie(kernel: Kernel, { ppid }: Sight, tracer: number): string {
  if (tracer > 0 && tracer !== ppid) {
    return `zombie: ${nameOfPid(kernel, tracer)} traces it and has not let it go; slotop kill ${tracer} does`;
  }
  if (ppid === 0) return 'zombie: its parent is outside of this pid namespace, and has not reaped it';
  const parent = nameOfPid(kernel, ppid);
  if (ppid === 1) return `zombie: ${parent} has not reaped it yet, and nobody else can`;
  if (isStopped({ state: stateOfPid(kernel, ppid) ?? '' }))
    return `zombie: ${parent} has not reaped it, being stopped: kill -CONT ${ppid}`;
  return `zombie: ${parent} has not reaped it; its end does: slotop kill ${ppid}`;
}

/**
 * @param sight its last look, after `signal` was sent
 * @returns null where nothing is known that holds it back
 */
export function whyAlive(kernel: Kernel, signal: Signal, target: Target, sight: Sight): string | null {
  const { pid } = target;
  const { has, tracer, isInnerInit } = standingOf(kernel, pid, signal);
  const name = `SIG${signal.name}`;
  const isPending = has('SigPnd') || has('ShdPnd');
  if (isZombie(sight)) return whyZombie(kernel, sight, tracer);

  const frozen = frozenGroups(kernel, pid);
  // A v2 group lets a deadly signal through, and a v1 group nothing (both seen on Linux 6.18).
  if (frozen.length > 0) {
    const which = frozen.map(({ path, version }) => `${path} (v${version})`).join(' and ');
    const thaw = frozen.map((group) => group.thaw).join(' && ');
    return `its cgroup ${which} is frozen${isPending ? ` and ${name} waits` : ''}; thaw it: ${thaw}`;
  }
  if (sight.state === 'D') {
    const what = isPending ? `${name} is pending` : 'nothing reaches it';
    return `${what}: it waits in the kernel${waitsIn(kernel, pid)}`;
  }
  if (signal.name === 'KILL') return `SIGKILL was sent and it is still ending${waitsIn(kernel, pid)}`;
  if (signal.name === 'STOP') return 'not stopped: somebody continued it';
  if (isStopped(sight)) {
    return tracer > 0
      ? `held by its tracer ${nameOfPid(kernel, tracer)}`
      : `stopped: ${name} waits until it is continued`;
  }
  if (has('SigIgn')) return `it ignores ${name}`;
  if (has('SigBlk')) return `it blocks ${name}`;
  if (has('SigCgt')) return `it handles ${name} itself`;
  return isInnerInit ? `it is init of its own pid namespace: ${name} does not end it, SIGKILL does` : null;
}
