// `slotop kill`: SIGTERM, wait, look again, SIGKILL to what is left, look again, and look who is back.
import { DURATION, quantity } from '../derive/quantity.ts';
import { escalateSteps, WAIT_MS, type EscalateProgress } from '../signal/escalate.ts';
import { signalNamed } from '../signal/signals.ts';
import { Complaint, textOf, type Command, type Given } from './command.ts';
import { inSteps } from './inSteps.ts';
import { orderOf, regrowthOf } from './order.ts';
import { agreedJob, reported, SENDING_OPTIONS } from './sending.ts';

const USAGE = 'kill TARGET... [--wait 5s]';
/** An hour: longer is a slip of the pen, and would only look as if slotop hung. */
const LONGEST_WAIT_S = 3600;

/** Milliseconds. @throws Complaint */
export function waitOf(given: Given): number {
  const text = textOf(given, 'wait');
  if (text === undefined) return WAIT_MS;
  const milliseconds = /^(\d+)ms$/.exec(text)?.[1];
  const seconds = milliseconds === undefined ? quantity(text, DURATION) : Number(milliseconds) / 1000;
  if (seconds === undefined || seconds < 0 || seconds > LONGEST_WAIT_S) {
    throw new Complaint(`--wait ${text === '' ? "''" : text}`, 'not a time from 0 to 1h (5s, 500ms, 1m)');
  }
  return seconds * 1000;
}

function statusOf({ phase, alive, remainingMs }: EscalateProgress): string {
  if (phase === 'look')
    return alive === 0 ? 'all gone; looking who comes back' : `SIGKILL sent; ${alive} left`;
  if (phase === 'kill') return `sending SIGKILL; ${alive} left`;
  return `SIGTERM sent; ${alive} left; SIGKILL in ${(remainingMs / 1000).toFixed(1)} s`;
}

export const kill: Command = {
  name: 'kill',
  usage: USAGE,
  summary: 'SIGTERM, a wait, SIGKILL to what is left, and a look whether it is gone',
  options: {
    ...SENDING_OPTIONS,
    wait: { type: 'string', value: 'TIME', help: 'how long SIGTERM is given (5s)' },
  },
  async run(context, words, given) {
    const waitMs = waitOf(given);
    const order = orderOf({ action: 'kill', signal: signalNamed('TERM'), usage: USAGE }, words, given);
    const what = `send TERM, and KILL to what is left after ${waitMs / 1000} s, to`;
    const job = agreedJob(context, order, given, what);
    if (typeof job === 'number') return job;
    const { kernel, plan, readOnly, status } = job;
    const regrowth = regrowthOf(job);
    const report = await inSteps(
      (abort) => escalateSteps(kernel, plan, { waitMs, readOnly, regrowth, abort }),
      (step) => status(statusOf(step)),
    );
    return reported(context, given, job, report);
  },
};
