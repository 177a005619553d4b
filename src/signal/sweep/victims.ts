// Stops, proves, kills and thaws one process at a time. What we stopped is remembered until it is dead or continued.
import type { Kernel } from '../../kernel.ts';
import { nameOf } from '../../derive/name.ts';
import type { Plan, ProcId, Sample, Target } from '../../types.ts';
import { signalNamed } from '../signals.ts';
import type { Census, Known } from './census.ts';
import type { Membership } from './membership.ts';
import { isDead, type Victim } from './victim.ts';

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
  /** Looks at one through its held file. @returns false when it is gone or a zombie */
  lives(victim: Victim): boolean;
  /** Continues all that we stopped and did not kill. */
  thaw(): void;
}

interface Parties {
  readonly plan: Plan;
  readonly sample: Pick<Sample, 'userName'>;
  /** Told of each that is no target of the plan, right before its first STOP. */
  readonly intend: (newcomer: ProcId) => void;
}

const STOP = signalNamed('STOP').number;
const CONT = signalNamed('CONT').number;
const KILL = signalNamed('KILL').number;

export function createVictims(
  kernel: Kernel,
  census: Census,
  membership: Membership,
  { plan, sample, intend }: Parties,
): Victims {
  const planned = new Map(plan.targets.map((target) => [target.pid, target]));
  const victims = new Map<Known, Victim>();

  function targetOf(known: Known): Target {
    const { proc, judged } = known;
    // Not the command line of one that may be forking: reading it could take seconds (proc/details.ts).
    census.readDetails(known, ['uid']);
    const { pid, starttime, ppid, comm, uid, state, nlwp } = proc;
    const matched = judged === undefined || judged.role === 'stranger' ? '' : judged.matched;
    const user = sample.userName(uid);
    return { pid, starttime, ppid, comm, name: nameOf(proc), uid, user, state, nlwp, ports: [], matched };
  }

  function isMeant({ proc: { pid, starttime } }: Known): boolean {
    return planned.get(pid)?.starttime === starttime;
  }

  function enrol(known: Known, wasStopped: boolean): Victim {
    const meant = isMeant(known) ? planned.get(known.proc.pid) : undefined;
    const victim: Victim = {
      known,
      target: meant ?? targetOf(known),
      isPlanned: meant !== undefined,
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

  /** Whether it is still the process that was meant: through its held file where there is one. */
  function isStillThere({ known }: Victim): boolean {
    return census.look(known.proc.pid) === known && !isDead(known.proc);
  }

  function leaves(victim: Victim): 'left' {
    victim.gone = true;
    census.release(victim.known);
    // Newcomers by the thousand come and go: only those that were hit are worth a line.
    if (!victim.isPlanned && victim.killAt === undefined) victims.delete(victim.known);
    return 'left';
  }

  /** Our STOP may have met whoever has the pid now: that is undone, whoever it is. */
  function undo(victim: Victim): Strike {
    if (kernel.kill(victim.target.pid, CONT) === 'gone') return leaves(victim);
    victim.recycled = true;
    census.release(victim.known);
    return 'wrong';
  }

  function stop(known: Known): Strike {
    const met = victims.get(known);
    if (met?.denied === true) return 'denied';
    if (met !== undefined && !isStillThere(met)) return leaves(met);
    // Held before the signal: what it says after it is said of the very process that was judged.
    if (!census.hold(known)) return 'left';
    const { pid, comm, startstack } = known.proc;
    if (met === undefined && !isMeant(known)) intend(known.proc);
    const answer = kernel.kill(pid, STOP);
    const victim = met ?? enrol(known, false);
    if (answer === 'gone') return leaves(victim);
    if (answer !== 'sent') {
      victim.denied = true;
      return 'denied';
    }
    victim.stopAt = kernel.now();
    victim.seenStopped = false;
    // Also one that was proven before: it may have left, and its number be somebody else's, since it was looked at.
    if (!isStillThere(victim)) return isDead(known.proc) ? leaves(victim) : undo(victim);
    if (known.proven) return 'hit';
    const isOther = known.proc.comm !== comm || known.proc.startstack !== startstack;
    if (isOther) known.judged = undefined;
    if (isOther && membership.judge(known).role !== 'member') {
      kernel.kill(pid, CONT);
      census.release(known);
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
      census.hold(known);
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
  };
}
