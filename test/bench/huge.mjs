// slotop on a machine that is larger than any at hand: what a look takes, what it keeps in memory.
import { LARGE, openProgram, rssOf, sleep } from './openProgram.mjs';

const WARM_UP_MS = 30_000;
const STRETCH_MS = 15_000;
/** As line 1 says it. */
const LIVE = /LIVE (\d+\.\d)s/;

/** @returns CPU milliseconds for each interval that was asked for, memory in bytes */
export async function huge({ programs, env, delay }) {
  const program = openProgram(programs.slotop, env, LARGE);
  let text = '';
  program.onData((chunk) => (text = (text + chunk.toString('latin1')).slice(-200_000)));
  await program.until((chunk) => chunk.includes('F1'));
  await sleep(WARM_UP_MS);
  const { cpuMs, bytes, seconds } = await program.during(STRETCH_MS);
  const rss = rssOf(program.pid);
  await program.close();
  const intervals = [...text.matchAll(new RegExp(LIVE, 'g'))].map((match) => Number(match[1]));
  const looks = seconds / delay;
  return { cpuMs: cpuMs / looks, bytes: bytes / looks, rss, interval: intervals.at(-1) };
}
