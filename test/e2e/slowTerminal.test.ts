// A terminal that reads nothing for a while: a bad line, a closed lid. slotop gathers no frames for it, and is at once
// where its user is when it reads again. And a screen on which nothing changes is left alone.
import { readFileSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { procDir, type ProcDir } from '../support/procDir.ts';
import { cursorOn, openSlotop } from '../support/slotop.ts';
import type { TestTerminal } from '../support/terminal.ts';

const FIRST = 100;
const COUNT = 60;
/** Whole screens that are asked for while nobody reads: about 8 KB each, and a pty holds 20 KB or less. */
const REDRAWS = 60;
const STEPS = 20;
/** More than the looks and the compiler need; sixty frames would not fit. */
const MOST_BYTES = 100_000;

function stillMachine(): ProcDir {
  const processes = Array.from({ length: COUNT }, (_, at) => ({
    pid: FIRST + at,
    ppid: at === 0 ? 0 : FIRST,
  }));
  return procDir({ processes });
}

function rssOf(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

async function openStill(delay: number): Promise<TestTerminal & { readonly machine: ProcDir }> {
  const machine = stillMachine();
  const args = ['--proc', machine.root, '--delay', String(delay)];
  const terminal = await openSlotop({ args, cols: 120, rows: 50 });
  return Object.assign(terminal, { machine });
}

test('a terminal that reads nothing for a while gets the newest frame when it reads again, and not those between', async () => {
  const terminal = await openStill(1);
  const rss = rssOf(terminal.pid);
  terminal.reads(false);
  const bytes = terminal.bytes.count;
  for (let redraw = 0; redraw < REDRAWS; redraw++) {
    terminal.press('Ctrl-L');
    if (redraw < STEPS) terminal.press('Down');
    await rest(20); // a frame of its own for each, as long as it can be written
  }
  terminal.machine.write('loadavg', `7.77 0.20 0.30 1/${COUNT} ${FIRST + COUNT}\n`);
  expect(rssOf(terminal.pid) - rss).toBeLessThan(40e6);
  expect(terminal.bytes.count).toBe(bytes);
  terminal.reads(true);
  await terminal.waitFor(cursorOn(FIRST + STEPS), 'the cursor where the keys put it');
  await terminal.waitFor(/load +7.77/, 'what is now');
  expect(terminal.bytes.count - bytes).toBeLessThan(MOST_BYTES);
  terminal.press('Down');
  await terminal.waitFor(cursorOn(FIRST + STEPS + 1), 'keys work on');
  terminal.press('q');
  expect((await terminal.exit).exitCode).toBe(0);
});

test('nothing is written while nothing changes', async () => {
  const terminal = await openStill(0.1);
  // The second look has CPU shares where the first had none; and once in 20 s the screen is drawn whole.
  await terminal.waitFor(/ 0\.0 /, 'shares');
  let silent = 0;
  for (let tries = 0; tries < 3 && silent === 0; tries++) {
    const bytes = terminal.bytes.count;
    await rest(1_000); // ten looks
    if (terminal.bytes.count === bytes) silent++;
  }
  expect(silent).toBe(1);
  terminal.machine.write('loadavg', `7.77 0.20 0.30 1/${COUNT} ${FIRST + COUNT}\n`);
  await terminal.waitFor(/load +7.77/, 'it was looking all the while');
});
