// What became of a port: decided by what the kernel's tables list at the end, never by what was sent.
import { nameOf } from '../derive/name.ts';
import type { Listing } from '../proc/listings.ts';
import type { Holder, Proc, ProcId, Report, Respawned, Respawner, Sample } from '../types.ts';
import type { FreePlan } from './freePortPlan.ts';
import { asRoot, hiddenAdvice, sameAgain } from './freePortHidden.ts';
import { holdersOf, socketsOn, type Connections } from './freePortSight.ts';
import { EXIT, type ExitCode } from './report.ts';
import type { WaitingAbove } from './waiting.ts';

export type FreeStatus = 'free' | 'already-free' | 'held' | 'respawned' | 'denied' | 'hidden';

/** A holder with what is said of it, copied: the look that it was found in moves on. */
export interface PortHolder extends Holder {
  readonly comm: string;
  readonly name: string;
  readonly user: string;
  readonly cmdline: readonly string[] | undefined;
}

/** Connections of one kind on the port, and who has them open: no holders of the port. */
export interface Leftovers extends Omit<Connections, 'inodes' | 'holders'> {
  readonly holders: readonly PortHolder[];
}

export interface FreeResult {
  readonly port: number;
  readonly status: FreeStatus;
  readonly holdersBefore: readonly PortHolder[];
  readonly report: Report;
  readonly holdersAfter: readonly PortHolder[];
  readonly leftoverConnections: readonly Leftovers[];
  readonly respawnedBy: Respawner | undefined;
  /** The command to type, or in words what to do. */
  readonly advice: string | undefined;
  readonly elapsedMs: number;
  /** When the last of them let go, in milliseconds; undefined where they did not. */
  readonly freedMs: number | undefined;
  /** Whose sockets are listed still, without anybody who can be seen to hold them. */
  readonly hiddenOwners: readonly string[];
  /** Without rights a hidden holder is a matter of permission; with them it is a fact. */
  readonly mayLookEverywhere: boolean;
}

/** What the end of a run knows. */
export interface Ending {
  readonly port: number;
  readonly plans: FreePlan;
  /** Listed now. */
  readonly rows: readonly Listing[];
  readonly sample: Sample;
  readonly respawned: readonly Respawned[];
  /** All that were sent a signal, and those of them that may not be. */
  readonly hunted: readonly ProcId[];
  readonly denied: readonly ProcId[];
  readonly interrupted: boolean;
  /** Why nothing could be sent at all. */
  readonly barred: string | undefined;
  /** A socket was there when it began. */
  readonly wasListed: boolean;
  /** Who would start its holders again in time; nobody without this. */
  readonly waiting?: WaitingAbove;
  /** As in FreeOptions. */
  readonly typed?: string | undefined;
}

export interface Judgement {
  readonly status: FreeStatus;
  readonly advice: string | undefined;
}

/** The holders of a port in a look, each once, with its lowest descriptor. */
export function portHolders(sample: Sample, port: number): PortHolder[] {
  const fds = new Map<number, number>();
  for (const { pid, fd } of socketsOn(sample, port).flatMap(({ holders }) => holders)) {
    fds.set(pid, Math.min(fd, fds.get(pid) ?? fd));
  }
  return holdersOf(sample, port).map((proc) => holderFrom(sample, proc, fds.get(proc.pid) ?? -1));
}

function holderFrom(sample: Pick<Sample, 'userName'>, proc: Proc, fd: number): PortHolder {
  const { pid, starttime, comm, cmdline, uid } = proc;
  return { pid, starttime, comm, name: nameOf(proc), user: sample.userName(uid), cmdline, fd };
}

export function leftoversFrom(sample: Sample, connections: readonly Connections[]): Leftovers[] {
  return connections.map(({ proto, state, count, meaning, holders }) => {
    const known = holders.flatMap(({ pid, starttime, fd }) => {
      const proc = sample.procs.get(pid);
      return proc?.starttime === starttime ? holderFrom(sample, proc, fd) : [];
    });
    return { proto, state, count, meaning, holders: known };
  });
}

export function judged(ending: Ending): Judgement {
  const { rows, sample, respawned, hunted, denied, plans, port, interrupted, barred, wasListed, typed } =
    ending;
  if (rows.length === 0) {
    const [waiting] = ending.waiting?.values() ?? [];
    // For good; the remark behind it is one for a shell, too.
    const advice = waiting === undefined ? undefined : `${waiting.advice}  # or ${waiting.says}`;
    return { status: wasListed ? 'free' : 'already-free', advice };
  }
  const listed = new Set(rows.map(({ inode }) => inode));
  const left = socketsOn(sample, port).filter(({ inode }) => listed.has(inode));
  const holders = new Set(left.flatMap(({ holders: all }) => all.map(({ pid }) => pid)));
  const back = respawned.filter(({ pid }) => holders.has(pid)).at(-1);
  const refused = plans.plan.refused.filter(({ pid }) => holders.has(pid));
  const advice = refused.flatMap(({ pid }) => plans.advice.get(pid) ?? [])[0];
  const isDenied = denied.some(({ pid }) => holders.has(pid));
  const survives = hunted.some(({ pid }) => holders.has(pid) && !denied.some((one) => one.pid === pid));

  if (barred !== undefined) return { status: 'denied', advice: barred };
  if (back !== undefined) return { status: 'respawned', advice: back.by?.advice ?? againAndWhy(back, port) };
  if (interrupted) return { status: 'held', advice: `interrupted; ${sameAgain(port, typed)} goes on` };
  if (holders.size === 0) return { status: 'hidden', advice: hiddenAdvice(sample, port, typed) };
  if (survives) return { status: 'held', advice: undefined }; // why is in its outcome
  if (isDenied) return { status: 'denied', advice: asRoot(port, typed) };
  if (refused.length > 0) return { status: 'denied', advice };
  const [stranger] = [...holders].flatMap((pid) => sample.procs.get(pid) ?? []);
  if (stranger === undefined) return { status: 'held', advice: `${sameAgain(port, typed)} looks once more` };
  const { comm, pid } = stranger;
  // Not as it was typed: what was meant for the old holder says nothing of this one.
  const first = `now held by ${comm} (${pid}), which was not asked about`;
  return { status: 'held', advice: `${first}; ${sameAgain(port)} ends it` };
}

/** Told by the unit or container that it runs in, so that is where to look. */
function againAndWhy({ unit }: Respawned, port: number): string {
  const where = unit === null ? '' : ` in ${unit}`;
  return `who started it${where} is not known; ${sameAgain(port)} ends it once more`;
}

/** DESIGN 1: 0 the port is free; 3 it is held; 4 not permitted; 5 respawned. */
export function exitOf({ status, mayLookEverywhere: isRoot }: FreeResult): ExitCode {
  if (status === 'free' || status === 'already-free') return EXIT.holds;
  if (status === 'respawned') return EXIT.respawned;
  if (status === 'denied') return EXIT.denied;
  return status === 'hidden' && !isRoot ? EXIT.denied : EXIT.incomplete;
}

/** Of several ports the worst, in the order of the other commands. */
export function exitOfAll(results: readonly FreeResult[]): ExitCode {
  const codes = new Set(results.map(exitOf));
  const order = [EXIT.incomplete, EXIT.respawned, EXIT.denied];
  return order.find((code) => codes.has(code)) ?? EXIT.holds;
}
