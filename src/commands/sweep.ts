// `slotop sweep`: the rogue-group procedure.
import { goFirst } from '../signal/sweep/boost.ts';
import { recruitsOf } from '../signal/sweep/recruits.ts';
import { sweepSteps, type SweepProgress } from '../signal/sweep/sweep.ts';
import { signalNamed } from '../signal/signals.ts';
import type { ExitCode } from '../signal/report.ts';
import { isGiven, type Command, type Context, type Given } from './command.ts';
import { inSteps } from './inSteps.ts';
import { orderOf, type Order } from './order.ts';
import { agreedJob, reported, SENDING_OPTIONS } from './sending.ts';

const USAGE = 'sweep TARGET...';

function statusOf({ phase, pass, stopped, new: fresh, denied, alive }: SweepProgress): string {
  const rest = `${fresh} new, ${denied} denied`;
  if (phase === 'stop') return `freezing, pass ${pass}: ${stopped} stopped, ${rest}`;
  if (phase === 'kill') return `killing, pass ${pass}: ${alive} left, ${rest}`;
  return 'all gone; watching who comes back';
}

export const sweep: Command = {
  name: 'sweep',
  usage: USAGE,
  summary: 'freeze a group until nobody of it runs, kill it leaf first, and see that it stays gone',
  options: {
    ...SENDING_OPTIONS,
    'with-respawner': { type: 'boolean', help: 'take in the process that starts members again' },
  },
  async run(context, words, given) {
    const order = orderOf({ action: 'sweep', signal: signalNamed('KILL'), usage: USAGE }, words, given);
    // Before the first look: among a thousand that spin, a look at ordinary priority takes minutes.
    const isHarmless = context.readOnly || isGiven(given, 'dry-run');
    const goBack = isHarmless ? () => undefined : goFirst(context.kernel());
    try {
      return await looked(context, order, given);
    } finally {
      goBack();
    }
  },
};

async function looked(context: Context, order: Order, given: Given): Promise<ExitCode> {
  const job = agreedJob(context, order, given, 'sweep (stop, then kill)');
  if (typeof job === 'number') return job;
  const { kernel, plan, sample, readOnly } = job;
  const request = {
    plan,
    sample,
    recruits: order.targets.flatMap((target) => recruitsOf(target) ?? []),
    exclude: order.exclude,
    tree: order.tree,
  };
  const withRespawner = isGiven(given, 'with-respawner');
  const report = await inSteps(
    (abort) => sweepSteps(kernel, request, { readOnly, withRespawner, abort, intend: job.log.alsoIntend }),
    (step) => job.status(statusOf(step)),
  );
  return reported(context, given, job, report);
}
