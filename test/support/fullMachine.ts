// slotop in a pty on a machine that is full to the last slot.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { owned } from './cleanup.ts';
import type { Scene } from './fullScenes.ts';
import { processesWhere, statOf, waitUntil, type StatLine } from './identity.ts';
import { findProgram, tempFolder } from './liveProcess.ts';
import { isWholeScreen, PROGRAM } from './slotop.ts';
import type { TestTerminal } from './terminal.ts';

export interface FullMachine {
  readonly terminal: TestTerminal;
  /** The process of Node, as this namespace numbers it. */
  readonly pid: number;
  /** Begins to fill the table. @returns once a fork was refused */
  fill(): Promise<void>;
  /** Forks refused so far. */
  refused(): number;
  /** Every process that was made and lives. */
  workers(): number;
  /**
   * Waits until the program has ended.
   * @returns the processes and threads that it began after its first screen, a line of strace(1) each
   */
  begun(): Promise<readonly string[]>;
}

/** The calls by which a process or a thread begins. */
const BEGINNINGS = ['clone', 'clone3', 'fork', 'vfork', 'execve', 'execveat'];

/** Opens slotop while there is room, and a filler that waits for `fill`. */
export async function openFullMachine(
  scene: Scene,
  size = { cols: 80, rows: 24 },
  options: readonly string[] = ['--delay', '0.5'],
): Promise<FullMachine> {
  const folder = tempFolder();
  const [fifo, state, filler] = ['fifo', 'state', 'worker'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync('mkfifo', [fifo]);
  copyFileSync(join(import.meta.dirname, 'filler.py'), filler);
  writeFileSync(state, `${'0 0'.padEnd(19)}\n`);
  chmodSync(state, 0o666);
  chmodSync(fifo, 0o666);
  const trace = join(folder, 'trace');
  chmodSync(folder, 0o777); // strace runs as the scene's user
  const line = openSync(fifo, 'r+'); // to open it for writing only would wait for a reader
  let isOpen = true;
  const hangUp = (): void => {
    if (isOpen) closeSync(line);
    isOpen = false;
  };
  const count = (): readonly number[] => readFileSync(state, 'latin1').trim().split(/\s+/).map(Number);

  const terminal = scene.open({
    // In a session of its own, as from another terminal: slotop spares its own session.
    script: `setsid ${findProgram('python3')} -S -E "$0" "$1" <"$2" & shift 2; "$@"; exit`,
    // Only these calls stop for strace (--seccomp-bpf): all others are as fast as ever.
    args: [
      ...[filler, state, fifo, 'strace', '-f', '--seccomp-bpf', '-ttt', '-o', trace],
      ...['-e', `trace=${BEGINNINGS.join(',')}`, PROGRAM, ...options],
    ],
    size,
  });
  // All who were forked have it as their stdin, and end with it.
  owned({ stop: async () => hangUp(), stopNow: hangUp });
  await terminal.waitFor(isWholeScreen, 'the first screen', 30_000);
  const firstScreen = Date.now() / 1000;
  const node = await waitUntil(
    () => processesWhere(({ comm, pid }) => comm === 'node' && descendsFrom(pid, terminal.pid))[0],
    'Node is found',
  );
  return {
    terminal,
    pid: node.pid,
    fill: async () => {
      writeSync(line, 'x');
      await waitUntil(() => (count()[1] ?? 0) > 0, 'the last slot is taken', 20_000);
    },
    refused: () => count()[1] ?? 0,
    begun: async () => {
      await terminal.exit;
      const lines = readFileSync(trace, 'latin1').trim().split('\n');
      const begins = new RegExp(`^\\d+ +([\\d.]+) .*\\b(${BEGINNINGS.join('|')})\\(`);
      const times = lines.flatMap((text) => begins.exec(text)?.[1] ?? []);
      // It saw the start, so it would have seen what came after, and it saw the end.
      if (times.length === 0 || !lines.some((text) => text.includes('+++ exited with')))
        throw new Error(`strace saw nothing:\n${lines.join('\n')}`);
      return lines.filter((text) => Number(begins.exec(text)?.[1] ?? 0) > firstScreen);
    },
    workers: () => processesWhere((stat) => isWorker(stat, fifo)).length,
  };
}

function isWorker({ pid, comm, state }: StatLine, fifo: string): boolean {
  try {
    return comm === 'worker' && state !== 'Z' && readlinkSync(`/proc/${pid}/fd/0`) === fifo;
  } catch {
    return false; // it left
  }
}

function descendsFrom(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = statOf(at)?.ppid ?? 0) if (at === ancestor) return true;
  return false;
}
