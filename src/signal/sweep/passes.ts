// One pass over the whole table, and the watch of the newest pid between passes. A pass signals at once on a match: a
// list that is read first is old before it is used.
import type { Kernel } from '../../kernel.ts';
import { readText } from '../../proc/text.ts';
import type { Census, Known } from './census.ts';
import type { Membership } from './membership.ts';
import { createNewest } from './newest.ts';
import type { Spawners } from './spawners.ts';
import { isDead, isStopped, type Victim } from './victim.ts';
import type { Victims } from './victims.ts';

export interface Tally {
  /** Members hit for the first time. */
  fresh: number;
  /** Members that were stopped and run again: somebody sends CONT. */
  woken: number;
  /** Members whose signal has not had its effect yet, but for those that wait in the kernel as they die. */
  onTheWay: number;
  /** Members that were sent KILL before and are not dead. */
  dying: number;
}

export const newTally = (): Tally => ({ fresh: 0, woken: 0, onTheWay: 0, dying: 0 });

export interface Passes {
  /** Freezes every member that runs. undefined where /proc can't be listed. */
  stop(): Tally | undefined;
  /** Kills every member. undefined where /proc can't be listed. */
  kill(): Tally | undefined;
  /** Members alive now, without a signal to any of them. */
  look(): readonly Known[];
  /**
   * Follows the youngest pid (loadavg's last field, proc_loadavg(5)), which is where one that forks and leaves is found,
   * and hits it at once, until it was silent for so long or `mostMs` are over.
   * @returns how many were hit
   */
  follow(how: 'stop' | 'kill', silentMs: number, mostMs: number): number;
  /** The living members among the youngest; undefined where that can't be told without a pass. */
  newborn(): readonly Known[] | undefined;
  /** Protected ones that came in since the plan. */
  readonly refused: ReadonlyMap<Known, string>;
}

/** A signal that had no effect for so long (ms) is sent again. */
const AGAIN_MS = 50;

export function createPasses(
  kernel: Kernel,
  census: Census,
  membership: Membership,
  victims: Victims,
  spawners: Spawners,
): Passes {
  const refused = new Map<Known, string>();
  const newest = createNewest(kernel);
  let pass = 0;

  /** A living member that may be signalled; whoever else it is, it is none of this sweep's. */
  function member(pid: number): Known | undefined {
    if (pid === kernel.pid) return undefined;
    const known = census.look(pid);
    if (known === undefined || isDead(known.proc)) return undefined;
    const judged = membership.judge(known);
    if (judged.role === 'protected') refused.set(known, judged.reason);
    if (judged.role !== 'member' || victims.of(known)?.denied === true) return undefined;
    return known;
  }

  /** One that was sent STOP, or was stopped by somebody else, and does not show it. */
  function chase(known: Known, { stopAt, seenStopped }: Victim, tally: Tally): void {
    const { pid, state } = known.proc;
    // Asleep in the kernel it stops before it runs again; a first thread that has ended can't show that others are stopped.
    if (stopAt !== undefined && !seenStopped && (state === 'D' || state === 'Z')) return;
    const isDue = stopAt === undefined || kernel.now() - stopAt > AGAIN_MS;
    if (!seenStopped) {
      // Among a thousand that spin it may take long until one gets a CPU. It takes its STOP before it runs an instruction
      // or ends a fork(2) (kernel/fork.c, copy_process): as good as stopped, and a CONT would have taken the STOP away.
      if (isStopPending(kernel, pid)) return;
      if (!isDue) return void tally.onTheWay++;
    }
    if (victims.stop(known) === 'hit') tally.woken++;
  }

  function dying({ proc }: Known, killAt: number, victim: Victim, tally: Tally): void {
    tally.dying++;
    // One that waits in the kernel takes as long as that waits.
    if (proc.state !== 'D') tally.onTheWay++;
    if (kernel.now() - killAt > AGAIN_MS) victims.kill(victim);
  }

  function freeze(known: Known, tally: Tally): void {
    const { proc } = known;
    const victim = victims.of(known);
    if (victim?.killAt !== undefined) return dying(known, victim.killAt, victim, tally);
    if (isStopped(proc)) {
      if (victim === undefined) victims.enlist(known);
      else victim.seenStopped = true;
      return;
    }
    if (victim !== undefined) return chase(known, victim, tally);
    if (victims.stop(known) !== 'hit') return;
    spawners.note(known, pass);
    tally.fresh++;
  }

  function slay(known: Known, tally: Tally): void {
    const met = victims.of(known);
    if (met?.killAt !== undefined) return dying(known, met.killAt, met, tally);
    // Stopped and looked at first, so that a pid that was given out again costs nobody's life.
    if (met === undefined && isStopped(known.proc)) victims.enlist(known);
    else if (victims.stop(known) !== 'hit') return;
    const victim = victims.of(known);
    if (victim === undefined || victims.kill(victim) !== 'hit') return;
    spawners.note(known, pass);
    tally.fresh++;
  }

  function over(strike: (known: Known, tally: Tally) => void): Tally | undefined {
    const tally = newTally();
    const pids = census.pids();
    if (pids === undefined) return undefined;
    pass++;
    for (const pid of pids) {
      const known = member(pid);
      if (known !== undefined) strike(known, tally);
    }
    return tally;
  }

  return {
    stop: () => over(freeze),
    kill: () => over(slay),
    look() {
      const found: Known[] = [];
      over((known) => void found.push(known));
      return found;
    },
    follow(how, silentMs, mostMs) {
      const strike = how === 'stop' ? freeze : slay;
      const tally = newTally();
      const start = kernel.now();
      let hits = 0;
      for (
        let now = start, until = start + silentMs;
        now < until && now < start + mostMs;
        now = kernel.now()
      ) {
        for (const pid of newest.births() ?? newest.pid()) {
          const known = member(pid);
          if (known !== undefined) strike(known, tally);
        }
        if (tally.fresh + tally.woken === hits) continue;
        hits = tally.fresh + tally.woken;
        until = kernel.now() + silentMs;
      }
      return hits;
    },
    newborn: () => newest.young()?.flatMap((pid) => member(pid) ?? []),
    refused,
  };
}

/** Bit of SIGSTOP in the masks of proc_pid_status(5). */
const STOP_BIT = 1n << 18n;

/** True while a STOP waits to be taken (ShdPnd). */
function isStopPending(kernel: Kernel, pid: number): boolean {
  const mask = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readText(kernel, `${pid}/status`) ?? '')?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) & STOP_BIT) !== 0n;
}
