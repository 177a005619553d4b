// Who brought a process back. It is the first of its ancestors that was there before the kill: a wrapper in between (a
// `run` script, npm) was started anew with it. Measured with runit, s6, supervisord, pm2 and a shell loop.
import { nameOf } from '../derive/name.ts';
import { unitOf } from '../proc/cgroup.ts';
import type { Proc, Respawner } from '../types.ts';
import { quoted } from './quoted.ts';
import { SUPERVISORS, type Case } from './supervisors.ts';

/** What a later look knows. */
export interface Comeback {
  readonly newcomer: Proc;
  /** The newcomer and its ancestors at least, with cmdline, exe, cgroup and cwd. */
  readonly procs: ReadonlyMap<number, Proc>;
  /** Born after the kill. */
  readonly isNew: (proc: Proc) => boolean;
  /** The newcomer's, where it can be read: some supervisors tell their processes what they are called. */
  readonly environ?: ReadonlyMap<string, string>;
}

const NO_ENVIRON: ReadonlyMap<string, string> = new Map();

/** They start people's sessions: a service that holds one of them is no answer to what runs in the session. */
const LOGINS = /^(sshd.*|cron|crond|atd|login|agetty|getty|gdm.*|lightdm|sddm.*|tmux.*|screen|SCREEN)$/;

/** The ancestors of a process, nearest first. A torn look can make a ring of them: each once. */
export function ancestorsOf(proc: Proc, procs: ReadonlyMap<number, Proc>): Proc[] {
  const above: Proc[] = [];
  for (let next = procs.get(proc.ppid); next !== undefined && !above.includes(next);) {
    above.push(next);
    next = procs.get(next.ppid);
  }
  return above;
}

function isManager({ pid, comm, cmdline }: Proc): boolean {
  return comm === 'systemd' && (pid === 1 || cmdline?.includes('--user') === true);
}

/** `systemctl stop web.service`; undefined where no service of systemd holds the process. */
function systemctlStop({ cgroup }: Proc): string | undefined {
  const unit = unitOf(cgroup);
  // user@1000.service is the user's whole session, and a scope is not started again by anyone.
  if (unit === undefined || !unit.endsWith('.service') || /^user@\d+\.service$/.test(unit)) return undefined;
  const isUsers = /\/user@\d+\.service\//.test(cgroup ?? '');
  return `systemctl ${isUsers ? '--user ' : ''}stop ${quoted(unit)}`;
}

/** The same for someone who keeps a process alive inside of a service. Not where the service only lets people in. */
function stopOfServiceAround(by: Proc, procs: ReadonlyMap<number, Proc>): string | undefined {
  const inside = [by, ...ancestorsOf(by, procs).filter(({ pid, cgroup }) => pid > 1 && cgroup === by.cgroup)];
  return inside.some((proc) => LOGINS.test(proc.comm)) ? undefined : systemctlStop(by);
}

/**
 * Names who started a process again, with the command that stops it for good.
 * @returns undefined where no ancestor is known
 */
export function respawnerOf({
  newcomer,
  procs,
  isNew,
  environ = NO_ENVIRON,
}: Comeback): Respawner | undefined {
  const above = ancestorsOf(newcomer, procs);
  const caseOf = (by: Proc): Case => ({ by, newcomer, environ });
  const by = above.find(
    (proc) =>
      !isNew(proc) || SUPERVISORS.some((one) => one.mayBeNew === true && one.recognises(caseOf(proc))),
  );
  if (by === undefined) return undefined;
  const { pid, starttime, comm } = by;
  const answer = (kind: string, advice: string): Respawner => ({ pid, starttime, comm, kind, advice });

  if (pid === 1 || isManager(by)) {
    const stop = systemctlStop(newcomer);
    if (stop !== undefined) return answer('systemd service', stop);
    // Whoever is left without a parent hangs on pid 1: that says nothing about who started it.
    return answer('orphan', `who started it has ended; slotop sweep ${quoted(nameOf(newcomer))}`);
  }
  const found = SUPERVISORS.find((one) => one.recognises(caseOf(by)));
  if (found === undefined) return undefined;
  const service = found.hasNoCommand === true ? stopOfServiceAround(by, procs) : undefined;
  return answer(found.kind, service ?? found.advice(caseOf(by)));
}
