// What births and deaths add: the same farm quiet, and with 1,000 of each a second.
import { spawn } from 'node:child_process';
import { openProgram } from './openProgram.mjs';
import { countRefreshes } from './refresh.mjs';

const BIRTHS_A_SECOND = 1_000;
const WARM_UP = { slotop: 15, htop: 2 };
const REFRESHES = { slotop: 8, htop: 4 };
/** New habits need new machine code too. */
const WARM_UP_AGAIN = 4;
const WATCHDOG_SECONDS = 300;

/** @returns for each program a list of what a refresh cost `quiet` and `churning` (refresh.mjs), one a round */
export async function churning({ programs, delay, env, rounds, tools }) {
  const costs = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of ['htop', 'slotop'].filter((one) => one in programs)) {
      const program = openProgram(programs[name], env);
      const refreshes = countRefreshes(program, delay);
      await refreshes.next(WARM_UP[name]);
      const quiet = await refreshes.next(REFRESHES[name]);
      const churn = spawn(tools.churn, [String(BIRTHS_A_SECOND), String(WATCHDOG_SECONDS)], {
        stdio: 'ignore',
      });
      await refreshes.next(name === 'slotop' ? WARM_UP_AGAIN : 1);
      const busy = await refreshes.next(REFRESHES[name]);
      churn.kill('SIGKILL');
      await program.close();
      (costs[name] ??= []).push({ quiet, churning: busy });
    }
  }
  return costs;
}
