// `lookForSpinner.mjs SAMPLER COUNT [MILLISECONDS]`, in a pid namespace with so many sleepers: wakes one after the other, at
// the beginning, in the middle and at the end of the table, and prints for each how many looks in turns, so far apart, it
// took to stand on top.
import { readFileSync } from 'node:fs';

const [sampler, count, between = '300'] = process.argv.slice(2);
const { createSampler, openKernel } = await import(sampler);
const kernel = openKernel();
const { look, readOn } = createSampler(kernel);
const LOOK_MS = Number(between);
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const ticksOf = (pid) => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[13]);

function lookInTurns() {
  while (readOn(8)) wait(1); // behind the look before, as the screen does
  wait(LOOK_MS);
  return look({ all: [], shown: [], visible: [], portBudgetMs: 0, inTurnsMs: LOOK_MS });
}

function sleepers() {
  return [...lookInTurns().procs.values()].filter(({ comm }) => comm === 'sleepers');
}

while (readOn(1000) || sleepers().length <= Number(count));
for (let calm = 0; calm < 12; calm++) lookInTurns(); // the newborn have cooled down, and so has what read them
const looks = [0.1, 0.5, 0.999].map((place) => {
  const { pid } = sleepers()[Math.ceil(count * place)];
  process.kill(pid, 'SIGUSR1');
  const until = kernel.now() + 60_000;
  while (ticksOf(pid) === 0 && kernel.now() < until) wait(1); // on a busy machine it waits for a CPU
  let taken = 0;
  let top;
  do {
    const others = [...lookInTurns().procs.values()].filter((proc) => proc.pid !== kernel.pid);
    top = others.reduce((most, proc) => ((proc.cpu ?? 0) > (most.cpu ?? 0) ? proc : most));
    taken++;
  } while (top.pid !== pid && taken < 100);
  process.kill(pid, 'SIGKILL');
  for (let calm = 0; calm < 12; calm++) lookInTurns();
  return taken;
});
console.log(JSON.stringify(looks));
