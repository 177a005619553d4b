// What programs that stay open cost per refresh, as a user runs them.
import { cpuOf, openProgram, readsOf, rssOf } from './openProgram.mjs';

/** A refresh ends in a burst of output; between two of them a program writes nothing for at least this long. */
const QUIET_MS = 300;
/** Of slotop so many that its whole picture (build/inkLogUpdate.ts: every 30 s) is in them once. */
const REFRESHES = { slotop: 20, others: 5 };
/** Before the first measured one: a just-in-time compiler needs more than C does, and holders are searched at the beginning. */
const WARM_UP = { slotop: 20, others: 2 };
/** After the last of the others: what it used and took with it at its end is looked for, and that is not a quiet machine. */
const CALM = 8;

/**
 * Counts the refreshes of a program from now on.
 * @returns `next(count)` waits for so many, and answers what one cost: `cpuMs`, `bytes`, `reads`; and `seconds` between two,
 * `rss` in bytes
 */
export function countRefreshes(program, delay) {
  const seen = [];
  let lastOutput = 0;
  program.onData((chunk, at) => {
    if (at - lastOutput > QUIET_MS) {
      // Before this chunk was counted: a refresh is what comes between two beginnings of a burst.
      const { pid, bytes } = program;
      seen.push({ at, bytes: bytes - chunk.length, cpu: cpuOf(pid), reads: readsOf(pid) });
    }
    lastOutput = at;
  });
  return {
    /** Those that came and were not asked for. */
    count: () => seen.length,
    async next(refreshes) {
      const from = Math.max(0, seen.length - 1);
      if (seen.length <= from + refreshes) await program.until(() => seen.length > from + refreshes);
      const [first, last] = [seen[from], seen[from + refreshes]];
      const seconds = (last.at - first.at) / 1000 / refreshes;
      // One that also writes in between (btop's clock) has refreshed less often than it wrote.
      const bursts = refreshes / Math.max(1, delay / seconds);
      return {
        cpuMs: (last.cpu - first.cpu) / bursts,
        bytes: (last.bytes - first.bytes) / bursts,
        reads: (last.reads - first.reads) / bursts,
        seconds,
        rss: rssOf(program.pid),
      };
    },
  };
}

/** Opens it, lets it warm up, measures some refreshes, ends it. `who` is slotop or others. */
export async function refreshesOf(command, { env, delay, who = 'others' }) {
  const program = openProgram(command, env);
  const refreshes = countRefreshes(program, delay);
  await refreshes.next(WARM_UP[who]);
  const cost = await refreshes.next(REFRESHES[who]);
  await program.close();
  return cost;
}

/**
 * slotop warms up while the others are measured, in turn: it takes a hundredth of the two cores then, and the whole
 * takes half as long.
 * @returns for each program a list of costs, one a round
 */
export async function refresh({ programs, delay, env, rounds }) {
  const costs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  const { slotop, ...others } = programs;
  for (let round = 0; round < rounds; round++) {
    const ours = openProgram(slotop, env);
    const refreshes = countRefreshes(ours, delay);
    await refreshes.next(1);
    for (const [name, command] of Object.entries(others))
      costs[name].push(await refreshesOf(command, { env, delay }));
    if (refreshes.count() < WARM_UP.slotop) await refreshes.next(WARM_UP.slotop - refreshes.count());
    await refreshes.next(CALM);
    costs.slotop.push(await refreshes.next(REFRESHES.slotop));
    await ours.close();
  }
  return costs;
}
