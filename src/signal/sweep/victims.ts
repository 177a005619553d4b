// Stops, proves, kills and thaws one process at a time. What we stopped is remembered until it is dead or continued.
import { isFailure, type Kernel } from '../../kernel.ts';
import { nameOf } from '../../derive/name.ts';
import type { Plan, Proc, Sample, Target } from '../../types.ts';
import { signalNamed } from '../signals.ts';
import type { Census, Known } from './census.ts';
import type { Membership } from './membership.ts';

export interface Victim {
  readonly known: Known;
  readonly target: Target;
  /** A target of the plan, not one that came in since. */
  readonly isPlanned: boolean;
  /** Its /proc/PID folder, held open: it answers ESRCH once this very process is gone. undefined where none could be held. */
  folder: number | undefined;
  /** Stopped by somebody before us: not ours to continue. */
  readonly wasStopped: boolean;
  /** When it was sent STOP last (monotonic ms), and whether it was seen stopped since. */
  stopAt: number | undefined;
  seenStopped: boolean;
  killAt: number | undefined;
  denied: boolean;
  /** Looked for and not there any more. */
  gone: boolean;
  /** Its pid was somebody else when the STOP came, who was thawed at once. */
  recycled: boolean;
  thawed: boolean;
}

/** `left`: nobody was hit. `wrong`: somebody else was, and runs again. */
export type Strike = 'hit' | 'left' | 'denied' | 'wrong';

export interface Victims {
  readonly all: Iterable<Victim>;
  of(known: Known): Victim | undefined;
  /** It as a report shows it. */
  targetOf(known: Known): Target;
  /** Takes one in without a signal: it is stopped already. */
  enlist(known: Known): Victim;
  /** STOP, and the proof that it was the one who was meant: otherwise CONT. */
  stop(known: Known): Strike;
  /** KILL, after one more look. */
  kill(victim: Victim): Strike;
  /** Looks at one through its held folder. @returns false when it is gone or a zombie */
  lives(victim: Victim): boolean;
  /** Continues all that we stopped and did not kill. */
  thaw(): void;
  /** Lets go of all folders. */
  close(): void;
}

const STOP = signalNamed('STOP').number;
const CONT = signalNamed('CONT').number;
const KILL = signalNamed('KILL').number;
/** Descriptors that a pass needs at most at a time, with some to spare. */
const SPARE = 8;

export function isDead({ state, nlwp }: Proc): boolean {
  return state === 'X' || state === 'x' || (state === 'Z' && nlwp <= 1);
}

export function isStopped({ state }: Proc): boolean {
  return state === 'T' || state === 't';
}

export function createVictims(
  kernel: Kernel,
  census: Census,
  membership: Membership,
  { plan, sample }: { readonly plan: Plan; readonly sample: Pick<Sample, 'userName'> },
): Victims {
  const planned = new Map(plan.targets.map((target) => [target.pid, target]));
  const victims = new Map<Known, Victim>();
  let mayHold = true;

  function targetOf(known: Known): Target {
    const { proc, judged } = known;
    // Not the command line of one that may be forking: reading it could take seconds (proc/details.ts).
    census.readDetails(known, ['uid']);
    const { pid, starttime, ppid, comm, uid, state, nlwp } = proc;
    const matched = judged === undefined || judged.role === 'stranger' ? '' : judged.matched;
    const user = sample.userName(uid);
    return { pid, starttime, ppid, comm, name: nameOf(proc), uid, user, state, nlwp, ports: [], matched };
  }

  function enrol(known: Known, wasStopped: boolean): Victim {
    const meant = planned.get(known.proc.pid);
    const isPlanned = meant?.starttime === known.proc.starttime;
    const victim: Victim = {
      known,
      target: isPlanned ? meant : targetOf(known),
      isPlanned,
      folder: undefined,
      wasStopped,
      stopAt: undefined,
      seenStopped: wasStopped,
      killAt: undefined,
      denied: false,
      gone: false,
      recycled: false,
      thawed: false,
    };
    victims.set(known, victim);
    return victim;
  }

  function release(victim: Victim): void {
    if (victim.folder !== undefined) kernel.close(victim.folder);
    victim.folder = undefined;
  }

  function hold(victim: Victim): void {
    if (!mayHold) return;
    const folder = kernel.open(String(victim.target.pid));
    if (folder === 'limit') {
      // No descriptor is left, and looking needs one: let some go. Those are told by pid and starttime from here on.
      mayHold = false;
      [...victims.values()]
        .filter((one) => one.folder !== undefined)
        .slice(-SPARE)
        .forEach(release);
    }
    victim.folder = isFailure(folder) ? undefined : folder;
  }

  /** Whether it is still the process that was meant: through the held folder where there is one. */
  function isStillThere({ known, folder }: Victim): boolean {
    const through = folder === undefined ? undefined : `${kernel.root}/self/fd/${folder}`;
    return census.look(known.proc.pid, through) === known && !isDead(known.proc);
  }

  function leaves(victim: Victim): 'left' {
    victim.gone = true;
    release(victim);
    // Newcomers by the thousand come and go: only those that were hit are worth a line.
    if (!victim.isPlanned && victim.killAt === undefined) victims.delete(victim.known);
    return 'left';
  }

  /** Our STOP may have met whoever has the pid now: that is undone, whoever it is. */
  function undo(victim: Victim): Strike {
    if (kernel.kill(victim.target.pid, CONT) === 'gone') return leaves(victim);
    victim.recycled = true;
    release(victim);
    return 'wrong';
  }

  function stop(known: Known): Strike {
    const met = victims.get(known);
    if (met?.denied === true) return 'denied';
    if (met?.folder !== undefined && !isStillThere(met)) return leaves(met);
    const { pid, comm, startstack } = known.proc;
    const answer = kernel.kill(pid, STOP);
    const victim = met ?? enrol(known, false);
    if (answer === 'gone') return leaves(victim);
    if (answer !== 'sent') {
      victim.denied = true;
      return 'denied';
    }
    victim.stopAt = kernel.now();
    victim.seenStopped = false;
    if (known.proven) return 'hit';

    hold(victim);
    if (!isStillThere(victim)) return isDead(known.proc) ? leaves(victim) : undo(victim);
    const isOther = known.proc.comm !== comm || known.proc.startstack !== startstack;
    if (isOther) known.judged = undefined;
    if (isOther && membership.judge(known).role !== 'member') {
      kernel.kill(pid, CONT);
      release(victim);
      victims.delete(known);
      return 'wrong';
    }
    known.proven = true;
    return 'hit';
  }

  return {
    get all() {
      return victims.values();
    },
    of: (known) => victims.get(known),
    targetOf,
    enlist(known) {
      const victim = enrol(known, true);
      hold(victim);
      known.proven = true;
      return victim;
    },
    stop,
    kill(victim) {
      if (!isStillThere(victim)) return leaves(victim);
      const answer = kernel.kill(victim.target.pid, KILL);
      if (answer === 'gone') return leaves(victim);
      if (answer !== 'sent') {
        victim.denied = true;
        return 'denied';
      }
      victim.killAt = kernel.now();
      return 'hit';
    },
    lives: isStillThere,
    thaw() {
      for (const victim of victims.values()) {
        if (victim.stopAt === undefined || victim.gone || victim.recycled || victim.killAt !== undefined)
          continue;
        if (!isStillThere(victim)) continue;
        kernel.kill(victim.target.pid, CONT);
        victim.thawed = true;
      }
    },
    close() {
      for (const victim of victims.values()) release(victim);
    },
  };
}
