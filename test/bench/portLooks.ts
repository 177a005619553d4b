// What the search for holders of ports costs beside the rest of a look of the screen's loop, in one process and in
// turns, so that a machine that slows down slows both. Bundled by portCost.mjs, and run inside of the farm's namespaces:
// `portLooks.mjs WARM_UP ROUNDS` prints JSON.
import { openKernel } from '../../src/kernel.ts';
import { createPortTracker } from '../../src/proc/ports.ts';
import { createSampler } from '../../src/proc/sample.ts';
import type { Sample, Socket } from '../../src/types.ts';

/** As loop.ts has it. */
const INTERVAL_MS = 1_500;
const BUDGET_MS = 4;
const SLICE_MS = 20;
/** The tables are read now and then whatever the counts say: so many looks hold a fair share of those. */
const LOOKS_A_ROUND = 20;
/** The time between looks is only counted, but for a moment in which the caches grow cold. */
const PAUSE_MS = 50;

const real = openKernel();
let ahead = 0;
const kernel = { ...real, now: () => real.now() + ahead };
const sampler = createSampler(kernel);
const tracker = createPortTracker(kernel);

/** With what the loop reads between looks. */
function look(): Sample {
  const sample = sampler.look({
    all: ['uid', 'cmdline'],
    shown: [],
    visible: [],
    portBudgetMs: 0,
    inTurnsMs: INTERVAL_MS,
  });
  while (sampler.readOn(SLICE_MS) !== undefined);
  return sample;
}
const search = ({ procs, births }: Sample, budgetMs: number): readonly Socket[] =>
  tracker.update(procs, births, kernel.now(), budgetMs);
const isKnown = (sockets: readonly Socket[]): boolean =>
  sockets.every(({ holders, hidden }) => holders.length > 0 || hidden);

/** User and system, milliseconds of all threads: what is collected as garbage on another one counts too. */
function cpuOf<T>(work: () => T): { readonly cpu: number; readonly result: T } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, result };
}

/** Milliseconds of CPU, the mean of a round. */
function round(): { readonly look: number; readonly ports: number } {
  const sum = { look: 0, ports: 0 };
  for (let count = 0; count < LOOKS_A_ROUND; count++) {
    ahead += INTERVAL_MS - PAUSE_MS;
    real.sleep(PAUSE_MS);
    const { cpu, result } = cpuOf(look);
    sum.look += cpu / LOOKS_A_ROUND;
    sum.ports += cpuOf(() => search(result, BUDGET_MS)).cpu / LOOKS_A_ROUND;
  }
  return sum;
}

interface Named {
  readonly listed: number;
  readonly named: number;
  readonly slices: number;
  readonly cpu: number;
}

/**
 * An old process opens a listener (SIGUSR1 to one of the farm). In which look it is listed, in which it has its holder's
 * name, after how many slices between the looks, and how much CPU that takes.
 */
function openOne(pid: number): Named {
  const held = (sockets: readonly Socket[]): number =>
    sockets.filter(({ holders }) => holders.some((holder) => holder.pid === pid)).length;
  const before = search(look(), BUDGET_MS);
  process.kill(pid, 'SIGUSR1');
  real.sleep(PAUSE_MS);
  let [listed, slices, spent] = [0, 0, 0];
  for (let looks = 1; looks <= 20; looks++) {
    ahead += INTERVAL_MS;
    const sample = look();
    let answer = cpuOf(() => search(sample, BUDGET_MS));
    spent += answer.cpu;
    if (listed === 0 && answer.result.length > before.length) listed = looks;
    // As the loop does while somebody is not known yet, before the next look.
    for (let slice = 0; slice < 18 && !isKnown(answer.result); slice++) {
      slices++;
      answer = cpuOf(() => search({ ...sample, births: [] }, SLICE_MS));
      spent += answer.cpu;
    }
    if (held(answer.result) > held(before)) return { listed, named: looks, slices, cpu: spent };
  }
  throw new Error(`${pid}: its new listener was not found in 20 looks`);
}

const [, , warmUp, rounds] = process.argv.map(Number) as [number, number, number, number];
while (look().isPartial === true);
const first = cpuOf(() => {
  const sample = look();
  while (!isKnown(search(sample, SLICE_MS)));
});
for (let count = 0; count < warmUp; count++) round();
const measured = Array.from({ length: rounds }, round);
const sample = look();
const pids = [...sample.procs.values()].filter(({ comm, pid }) => comm === 'portFarm' && pid > 2);
const opened = [0.01, 0.33, 0.5, 0.77, 0.99].map((place) =>
  openOne((pids[Math.floor(pids.length * place)] as { pid: number }).pid),
);
process.stdout.write(
  JSON.stringify({
    processes: sample.procs.size,
    sockets: search(look(), BUDGET_MS).length,
    first: first.cpu,
    measured,
    opened,
  }),
);
