// The rescue script in each shell, on a machine (a pid namespace) that a rogue filled to its last slot.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyNot as whyNoRing } from '../adversaries/ring.mjs';
import { findProgram, tempFolder } from '../support/liveProcess.ts';
import { stateHome } from '../support/stateHome.ts';

export const SCRIPT = join(import.meta.dirname, '../../src/rescue.sh');
export const INSTALLED = join(import.meta.dirname, '../../dist/rescue.sh');

/** Those of the three shells that this machine has. */
export const SHELLS: readonly string[][] = [['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '']) => findProgram(program) !== undefined,
);
export const strace = findProgram('strace');

export const whyNoStage: string | undefined =
  whyNoRing() ?? (findProgram('python3') === undefined ? 'needs python3' : undefined);

export interface Result {
  /** Members before the commands, and the states of those left after them. */
  readonly before: number;
  readonly left: readonly string[];
  readonly innocent: readonly string[];
  readonly output: string;
  readonly code: number;
  /** The calls by which the shell, and all that it became, began processes, threads and programs. */
  readonly calls: readonly string[];
  /** Is the table still full? */
  readonly full: boolean;
}

const PID_MAX = 400;
const SECONDS = 100;

/**
 * @param shell waits at its stdin, in a session of its own, from before the table is full
 * @param commands what it then reads
 * @param rogue words of adversary.c: `worker bomb pause`
 */
export function onStage(
  shell: readonly string[],
  commands: string,
  rogue = 'worker bomb pause',
): Promise<Result> {
  const folder = tempFolder();
  const adversary = join(folder, 'adversary');
  const stage = join(folder, 'stage.py');
  execFileSync('cc', ['-O1', '-o', adversary, join(import.meta.dirname, '../adversaries/adversary.c')]);
  copyFileSync(join(import.meta.dirname, 'stage.py'), stage);
  chmodSync(stage, 0o755);
  const inside = [adversary, 'init', String(PID_MAX), String(SECONDS), 'python3', '-S', '-E', stage];
  const child = spawn(
    'unshare',
    ['--pid', '--fork', '--kill-child', '--mount-proc', ...inside, adversary, commands, rogue, ...shell],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: (SECONDS + 10) * 1000,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        XDG_STATE_HOME: stateHome(),
        ...(strace === undefined ? {} : { TRACE: '1' }),
      },
    },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (out.endsWith('\n')) resolve(JSON.parse(out) as Result);
      else reject(new Error(`the stage ended with ${code ?? signal}\n${err}`));
    });
  });
}
