// `slotop free`: a port is free afterwards, or it is said who holds it and what to do.
import type { Kernel } from '../kernel.ts';
import { createSampler } from '../proc/sample.ts';
import { slotsUsedIn, whyNoSignals } from '../signal/deliver.ts';
import { freePortSteps, type FreeOptions, type FreeResult } from '../signal/freePort.ts';
import { foreseen } from '../signal/freePortForeseen.ts';
import { planFree, wholePlan, type FreePlan } from '../signal/freePortPlan.ts';
import { createPortSight, type PortSight } from '../signal/freePortSight.ts';
import { exitOfAll } from '../signal/freePortResult.ts';
import { freeJson, freeLines } from '../signal/freePortText.ts';
import { freeTogether, progressText } from '../signal/freePortTogether.ts';
import { dryRunJson, EXIT, type ExitCode } from '../signal/report.ts';
import { planLines } from '../signal/reportText.ts';
import type { Need } from '../types.ts';
import { Complaint, countOf, isGiven, textOf, type Command, type Context, type Given } from './command.ts';
import { filterOf } from './filters.ts';
import { inSteps } from './inSteps.ts';
import { json } from './json.ts';
import { waitOf } from './kill.ts';
import { portOf } from './ports.ts';
import { mayGoOn, openLog, SENDING_OPTIONS, statusLine } from './sending.ts';
import { typedAgain } from './typedAgain.ts';

const USAGE = 'free PORT... [--wait 5s]';

export const free: Command = {
  name: 'free',
  usage: USAGE,
  summary:
    'free a port: SIGTERM to its holders, SIGKILL to what is left, proof, and a watch who takes it again',
  options: {
    ...SENDING_OPTIONS,
    wait: { type: 'string', value: 'TIME', help: 'how long SIGTERM is given (5s)' },
    'with-respawner': { type: 'boolean', help: 'take in the process that starts a holder again' },
  },
  async run(context, words, given) {
    if (words.length === 0) throw new Complaint('free', `which port? slotop ${USAGE}`);
    const ports = [...new Set(words.map((word) => portOf(word, 'free')))];
    const kernel = context.kernel();
    const isDry = isGiven(given, 'dry-run');
    const barred = isDry ? undefined : whyNoSignals(kernel, context.readOnly);
    if (barred !== undefined) throw new Complaint('free', barred, EXIT.denied);
    const { sight, options } = preparedFor(kernel, ports, given, context.readOnly);
    const sample = sight.look();
    const plans = ports.map((port) => planFree(kernel, sample, port, options));
    return isDry
      ? told(context, given, plans, kernel, sight)
      : run(context, given, plans, kernel, sight, options);
  },
};

/** @throws Complaint */
function preparedFor(
  kernel: Kernel,
  ports: readonly number[],
  given: Given,
  readOnly: boolean,
): { readonly sight: PortSight; readonly options: FreeOptions } {
  const filter = filterOf(textOf(given, 'exclude') ?? '', '--exclude');
  const tree = isGiven(given, 'tree');
  const forced = countOf(given, 'force-protected');
  const waitMs = waitOf(given);
  const withRespawner = isGiven(given, 'with-respawner');
  // Descendants have names too, and only here are those of any interest.
  const all: Need[] = tree ? ['cmdline', 'exe', ...(filter?.needs ?? [])] : [...(filter?.needs ?? [])];
  const sight = createPortSight(kernel, new Set(ports), createSampler(kernel), all);
  // What an exclusion can't be sure of is spared too.
  const exclude =
    filter && ((proc: Parameters<typeof filter.misses>[0]) => !filter.misses(proc, sight.look(0)));
  return {
    sight,
    options: {
      waitMs,
      tree,
      exclude,
      forced,
      withRespawner,
      readOnly,
      typed: typedAgain(free.options, given),
    },
  };
}

async function run(
  context: Context,
  given: Given,
  plans: readonly FreePlan[],
  kernel: Kernel,
  sight: PortSight,
  options: FreeOptions,
): Promise<ExitCode> {
  const plan = wholePlan(plans);
  if (!mayGoOn(context, plan, given, 'end the holders,')) {
    throw new Complaint('free', 'nothing was sent', EXIT.incomplete);
  }
  const { log, tellWarnings } = openLog(context, kernel);
  log.intend(plan);
  tellWarnings();
  const { status, clearStatus } = statusLine(context, given);
  const results = await inSteps(
    (abort) =>
      freeTogether(
        kernel,
        plans.map((one) => freePortSteps(kernel, sight, one, { ...options, abort })),
      ),
    (step) => status(progressText(step)),
  );
  clearStatus();
  for (const { report } of results) log.settle(report);
  tellWarnings();
  show(context, given, results);
  return exitOfAll(results);
}

function show({ stdio, ascii }: Context, given: Given, results: readonly FreeResult[]): void {
  if (isGiven(given, 'json'))
    return stdio.out(json(results.length === 1 ? freeJson(results[0] as FreeResult) : results.map(freeJson)));
  if (isGiven(given, 'quiet')) return;
  stdio.out(
    results
      .flatMap((result) => freeLines(result, ascii))
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** --dry-run: who would be hit, and how the port stands now. */
function told(
  { stdio, ascii }: Context,
  given: Given,
  plans: readonly FreePlan[],
  kernel: Kernel,
  sight: PortSight,
): ExitCode {
  const slots = slotsUsedIn(kernel);
  const results = plans.map((plan) => foreseen(kernel, plan, sight));
  if (isGiven(given, 'json')) {
    const documents = results.map((result, i) => ({
      ...freeJson(result),
      report: dryRunJson((plans[i] as FreePlan).plan, slots),
    }));
    stdio.out(json(documents.length === 1 ? documents[0] : documents));
  } else if (!isGiven(given, 'quiet')) {
    const lines = results.flatMap((result, i) => [
      ...planLines((plans[i] as FreePlan).plan, ascii),
      ...freeLines(result, ascii),
    ]);
    stdio.out(lines.map((line) => `${line}\n`).join(''));
  }
  return EXIT.holds;
}
