// The action log: what slotop did to whom, as JSON lines that outlive it. A log that can't be written is a line of
// warning, never a reason not to act.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure, Plan, ProcId, Report } from '../types.ts';
import { effectOf } from './signals.ts';

/** Bytes at which the file becomes FILE.1, in place of the one before. A report is never torn: the last may pass it. */
const ROTATE_AT = 1_000_000;

export interface ActionLog {
  /** Before signals that stop: whoever finds slotop killed can tell from it what may still be stopped. */
  intend(plan: Pick<Plan, 'action' | 'signal' | 'label'> & { readonly targets: readonly ProcId[] }): void;
  /**
   * The same for one that a sweep meets on its way, right before its STOP. Short, and without a look at the folder: it
   * is said in the middle of a chase.
   */
  alsoIntend(newcomer: ProcId): void;
  /** One line for each target. */
  settle(report: Report): void;
}

/** $XDG_STATE_HOME/slotop/actions.jsonl (XDG Base Directory Specification); undefined without a home. */
export function actionLogPath({ XDG_STATE_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  // "If an implementation encounters a relative path it should consider the path invalid and ignore it."
  if (XDG_STATE_HOME?.startsWith('/') === true) return `${XDG_STATE_HOME}/slotop/actions.jsonl`;
  return HOME?.startsWith('/') === true ? `${HOME}/.local/state/slotop/actions.jsonl` : undefined;
}

const REASONS: Readonly<Record<Failure, string>> = {
  gone: 'no such place',
  denied: 'not permitted',
  limit: 'no room',
};

/**
 * @param path from `actionLogPath`
 * @param warn told once, in words, when nothing can be written
 */
export function openActionLog(
  kernel: Kernel,
  path: string | undefined,
  warn: (why: string) => void,
): ActionLog {
  let hasFailed = false;
  let isProven = false;
  function fail(why: string): void {
    if (!hasFailed) warn(`action log${path === undefined ? '' : ` ${path}`}: ${why}`);
    hasFailed = true;
  }

  function write(lines: readonly object[]): void {
    if (hasFailed || lines.length === 0) return;
    if (path === undefined) return fail('neither XDG_STATE_HOME nor HOME is set');
    const why = add(kernel, path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (why === undefined) isProven = true;
    else fail(why);
  }

  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    intend({ action, signal, label, targets }) {
      if (targets.length === 0 || (effectOf(signal) !== 'stops' && action !== 'sweep')) return;
      const intent = targets.map(({ pid, starttime }) => [pid, starttime]);
      write([{ time: time(kernel.wall()), action, signal: signal.name, label, intent }]);
    },
    alsoIntend({ pid, starttime }) {
      const line = { intent: [[pid, starttime]] };
      if (path === undefined || hasFailed || !isProven) return write([line]);
      const written = kernel.append(path, `${JSON.stringify(line)}\n`);
      if (isFailure(written)) fail(REASONS[written]);
    },
    settle({ at, action, signal, targets }) {
      const said = { time: time(at), action, signal: signal.name };
      write(
        targets.map(({ pid, starttime, name, user, outcome, detail }) => {
          return { ...said, pid, starttime, name, user, outcome, detail };
        }),
      );
    },
  };
}

/** @returns why it could not be written */
function add(kernel: Kernel, path: string, text: string): string | undefined {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const made = kernel.makeFolder(folder);
  if (isFailure(made)) return REASONS[made];
  // As root with somebody else's HOME (sudo -E): a file of ours in there would shut its owner out of his own log.
  const [owner, us] = [kernel.stat(folder), kernel.stat('/proc/self')];
  if (!isFailure(owner) && !isFailure(us) && owner.uid !== us.uid) return "the folder is another user's";

  const size = kernel.stat(path);
  if (!isFailure(size) && size.size > 0 && size.size + text.length > ROTATE_AT)
    kernel.rename(path, `${path}.1`);
  const written = kernel.append(path, text);
  return isFailure(written) ? REASONS[written] : undefined;
}

/** A plan that is carried out in steps, with the log around it: first what is intended, then what became of it. */
export function* recorded<Progress>(
  log: ActionLog,
  plan: Plan,
  steps: Generator<Progress, Report>,
): Generator<Progress, Report> {
  log.intend(plan);
  const report = yield* steps;
  log.settle(report);
  return report;
}
