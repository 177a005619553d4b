// A terminal that reads nothing for a while, or little: a bad line, a closed lid, a reader that hangs. slotop waits for it
// with nothing: keys, signals and a sweep go on, it gathers no frames, and is at once where its user is when it reads again.
// And a screen on which nothing changes is left alone.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { identityOf, isAlive, sameProcess, signalExactly, waitUntil } from '../support/identity.ts';
import { isRoot, NOBODY, tempFolder } from '../support/liveProcess.ts';
import { procDir, type ProcDir } from '../support/procDir.ts';
import { python, spawnGroup, spawnNamed } from '../support/procs.ts';
import { createScreen } from '../support/screen.ts';
import { cursorOn, openSlotop, PROGRAM, rowOf } from '../support/slotop.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const FIRST = 100;
const COUNT = 60;
/** Whole screens that are asked for while nobody reads: about 8 KB each. */
const REDRAWS = 60;
const RESIZES = 20;
const STEPS = 20;
/** Two screens, one of them begun before, and what fills the pty; sixty would not fit. */
const MOST_BYTES = 60_000;
/** A line of 4 KB/s, until the pty would be full twice. */
const LINE = { bytes: 30_000, atOnce: 120, everyMs: 30 };
/** The one on the way and the newest; what changes with a key is about 700 bytes. Without pacing some 17,000 are behind. */
const TWO_PICTURES = 4_000;
/** What a loaded machine may take for anything, in milliseconds. */
const PATIENT_MS = 60_000;
vi.setConfig({ testTimeout: 2 * PATIENT_MS });

let names = 0;
const newName = (): string => `slow${process.pid}x${++names}`;

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

/** Reads no more, and fills what still has room in between, with what no terminal shows: not a byte more can be written. */
async function stall(terminal: TestTerminal): Promise<void> {
  terminal.reads(false);
  const side = openSync(
    `/proc/${terminal.pid}/fd/1`,
    constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
  );
  const filler = Buffer.alloc(4096);
  // The kernel passes it on a little later, and the reader takes one chunk more.
  for (let refused = 0; refused < 5; await rest(10)) {
    try {
      while (writeSync(side, filler) > 0) refused = 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      refused++;
    }
  }
  closeSync(side);
}

const stateOf = (member: { readonly pid: number; readonly starttime: number }): string | undefined =>
  sameProcess(member)?.state;

test('a terminal that reads nothing for a while gets the newest frame when it reads again, and not those between', async () => {
  const terminal = await openStill(1);
  const rss = rssOf(terminal.pid);
  await stall(terminal);
  const bytes = terminal.bytes.count;
  for (let redraw = 0; redraw < REDRAWS; redraw++) {
    terminal.press('Ctrl-L');
    if (redraw < STEPS) terminal.press('Down');
    await rest(20); // a frame of its own for each, were one drawn
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

test('on a slow line the cursor is where its user is two pictures behind the last key, though keys were held for long', async () => {
  const terminal = await openStill(60);
  terminal.reads(false);
  let key = 0;
  let row = FIRST;
  for (let taken = 0; taken < LINE.bytes; taken += await terminal.take(LINE.atOnce)) {
    const isDown = key++ % (2 * STEPS) < STEPS;
    terminal.press(isDown ? 'Down' : 'Up');
    row += isDown ? 1 : -1;
    await rest(LINE.everyMs);
  }
  let behind = 0;
  for (let idle = 0; idle < 20; idle++) {
    const count = await terminal.take(LINE.atOnce);
    behind += count;
    if (count > 0) idle = 0;
    await rest(LINE.everyMs);
  }
  expect(terminal.lines().join('\n')).toMatch(cursorOn(row));
  expect(behind).toBeLessThan(TWO_PICTURES);
  terminal.reads(true);
  terminal.press('q');
  expect((await terminal.exit).exitCode).toBe(0);
});

test('the answer that is on its way when slotop leaves is not typed at the shell', async () => {
  const shell = openTerminal({ command: 'bash', args: ['--norc', '-i'], env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  shell.type(`${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop');
  await rest(500); // the first pictures are answered for
  shell.reads(false);
  // A whole screen with a question behind it, which the terminal comes to when q was pressed.
  shell.press('Ctrl-L');
  await rest(200);
  shell.press('q');
  await rest(300);
  shell.reads(true);
  // The shell has the terminal: until then slotop would read on.
  await shell.waitFor(/^ready>\s*n?$/m, 'the prompt', PATIENT_MS);
  shell.type('echo is $((40 + 2))\r');
  await shell.waitFor(/^is 42$/m, 'the shell obeys');
  expect(shell.lines().join('\n')).not.toMatch(/0n|\^\[/);
});

test('keys act while nothing is read, and one picture of it all comes when something is', async () => {
  const name = newName();
  const idle = await spawnNamed(name);
  const terminal = await openSlotop({ filter: `=${name}`, cols: 120, rows: 50 });
  await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
  await stall(terminal);
  const bytes = terminal.bytes.count;
  for (let count = 0; count < REDRAWS; count++) {
    terminal.press('Ctrl-L');
    if (count < RESIZES) terminal.resize(120 - count, 50 - count);
  }
  terminal.press('k', 'S');
  await waitUntil(() => stateOf(idle) === 'T', 'the signal arrives', PATIENT_MS);
  terminal.reads(true);
  await terminal.waitFor(/Report: [^]*stopped 1/, 'the report', PATIENT_MS);
  await terminal.waitFor((lines) => lines.at(-1)?.startsWith('Down') === true, 'at the new size', PATIENT_MS);
  expect(terminal.bytes.count - bytes).toBeLessThan(MOST_BYTES);
});

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s ends slotop while nothing is read, and what it stopped goes on',
  async (signal) => {
    const name = newName();
    const idle = await spawnNamed(name);
    const terminal = await openSlotop({ filter: `=${name}`, args: ['--delay', '0.1'] });
    await terminal.waitFor((lines) => rowOf(lines, idle.pid) !== undefined);
    terminal.press('k', 'S');
    await terminal.waitFor(/stopped 1/, 'the report', PATIENT_MS);
    await stall(terminal);
    terminal.press('Down', 'Up'); // something to draw
    const program = identityOf(terminal.pid);
    signalExactly(program, signal);
    await waitUntil(() => !isAlive(program), 'slotop has ended', PATIENT_MS);
    expect(stateOf(idle)).toBe('S');
    terminal.reads(true);
    expect((await terminal.exit).exitCode).toBeGreaterThan(128);
  },
);

test('a sweep from the box comes to its end while nothing is read', async () => {
  const name = newName();
  const group = await spawnGroup(name, 5);
  const terminal = await openSlotop({ filter: `=${name}`, cols: 100 });
  await terminal.waitFor((lines) => group.every(({ pid }) => rowOf(lines, pid) !== undefined));
  terminal.press('R');
  await terminal.waitFor(new RegExp(`group "${name}"`), 'the box', PATIENT_MS);
  await stall(terminal);
  terminal.press('Enter');
  await waitUntil(() => !group.some(isAlive), 'all are gone', PATIENT_MS);
  terminal.reads(true);
  await terminal.waitFor(/Report: [^]*killed 5/, 'the report', PATIENT_MS);
});

test('slotop sweep comes to its end while its terminal reads nothing', async () => {
  const name = newName();
  const group = await spawnGroup(name, 5);
  // The question is the moment at which to stop reading: it says yes behind it.
  const terminal = openTerminal({ command: PROGRAM, args: ['sweep', name], cols: 100 });
  await terminal.waitFor(/\[y\/N\]/, 'the question', PATIENT_MS);
  await stall(terminal);
  terminal.type('y\r');
  await waitUntil(() => !group.some(isAlive), 'all are gone', PATIENT_MS);
  terminal.reads(true);
  expect((await terminal.exit).exitCode).toBe(0);
  expect(terminal.bytes.text).toMatch(/5 gone/);
});

test('Ctrl-Z gives the shell its turn though nothing is read, and fg brings the newest picture', async () => {
  const shell = openTerminal({ command: 'bash', args: ['--norc', '-i'], env: { PS1: 'ready> ' } });
  await shell.waitFor('ready>');
  shell.type(`${PROGRAM}\r`);
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop');
  const program = await waitUntil(() => childOf(shell.pid), 'its process');
  await stall(shell);
  shell.press('Down', 'Ctrl-Z');
  await waitUntil(() => stateOf(program) === 'T', 'it has stopped', PATIENT_MS);
  shell.reads(true);
  await shell.waitFor(() => /Stopped/.test(shell.lines().join('\n')), 'the shell says so', PATIENT_MS);
  shell.type('fg\r');
  await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop again', PATIENT_MS);
  expect(shell.buffer).toBe('alternate');
  shell.press('q');
  await shell.waitFor(() => shell.buffer === 'normal', 'the normal screen', PATIENT_MS);
});

function childOf(pid: number): { readonly pid: number; readonly starttime: number } | undefined {
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0]);
  return child > 0 ? identityOf(child) : undefined;
}

test.skipIf(python === undefined)(
  'q leaves the screen whole, with nothing cut, to a terminal that reads little at a time',
  async () => {
    const env = {
      ...process.env,
      CI: 'false',
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm-256color',
      XDG_STATE_HOME: tempFolder(),
    };
    const redraws = '\x0c'.repeat(20);
    const { status, stdout } = spawnSync(
      String(python),
      [
        join(import.meta.dirname, '../support/slowReader.py'),
        ...['512', '0.03', 'F10'],
        `${redraws}q`,
        PROGRAM,
      ],
      { env, maxBuffer: 16e6, timeout: PATIENT_MS, killSignal: 'SIGKILL' },
    );
    expect(status).toBe(0);
    const screen = createScreen(100, 40);
    await new Promise<void>((done) => screen.write(stdout, done));
    expect([screen.buffer, screen.cursorVisible, screen.midFrame]).toEqual(['normal', true, false]);
    expect(screen.lines().join('').trim()).toBe(''); // no sequence was cut: its rest would stand there as text
  },
);

/** O_NONBLOCK, as /proc/PID/fdinfo shows it (proc_pid_fdinfo(5)). */
function waitsForRoom(pid: number, fd: number): boolean {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1];
  return (parseInt(String(flags), 8) & constants.O_NONBLOCK) === 0;
}

test.skipIf(!isRoot).each([
  ['ours', undefined],
  ["another user's, as after su", NOBODY],
] as const)(
  'on a terminal that is %s the shell keeps its descriptors as they were, and SIGTERM ends slotop while nothing is read',
  async (_, uid) => {
    const shell = openTerminal({ command: '/bin/sh', env: { PS1: 'ready> ' }, ...(uid && { uid }) });
    await shell.waitFor(/[>$] ?$/m);
    shell.type(`${PROGRAM}\r`);
    await shell.waitFor(/^SLOTS[^]*^F1Help/m, 'slotop', PATIENT_MS);
    const program = await waitUntil(() => childOf(shell.pid), 'its process');
    const shells = (): boolean[] => [0, 1, 2].map((fd) => waitsForRoom(shell.pid, fd));
    expect(shells()).toEqual([true, true, true]);
    await stall(shell);
    shell.press('Down', 'Ctrl-L');
    signalExactly(program, 'SIGTERM');
    await waitUntil(() => !isAlive(program), 'slotop has ended', PATIENT_MS);
    expect(shells()).toEqual([true, true, true]);
  },
);

test('nothing is written while nothing changes', async () => {
  const terminal = await openStill(0.1);
  // The second look has CPU shares where the first had none; and once in 30 s the screen is drawn whole.
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
