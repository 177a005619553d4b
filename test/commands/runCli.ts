// The command line as users meet it: the built bundle in a process, and a session, of its own.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { stateHome } from '../support/stateHome.ts';
import { bundleCli } from './bundleCli.mjs';

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** In our session: then slotop protects what we started. */
  readonly sameSession?: boolean;
}

let folder = '';

/** The built cli.js of this test file, without the UI, where other users can read it. */
export function cliFile(): string {
  return join(folder, 'cli.js');
}

/** Builds the command line once for a test file. */
export function buildsCli(): void {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotop-cli-'));
    chmodSync(folder, 0o755);
    await bundleCli(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

/** Runs a program to its end, with all that it writes. */
export function runProgram(
  command: string,
  args: readonly string[],
  { uid, env, sameSession = false }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(command, [...args], {
    // A session of its own, as in a terminal of its own.
    detached: !sameSession,
    env: { ...process.env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: stateHome(uid), ...env },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

export function slotop(args: readonly string[], options?: RunOptions): Promise<Ran> {
  return runProgram(process.execPath, [cliFile(), ...args], options);
}

/** What it printed with --json. */
export async function slotopJson<T>(args: readonly string[], options?: RunOptions): Promise<T> {
  const { code, stdout, stderr } = await slotop([...args, '--json'], options);
  if (stdout === '') throw new Error(`slotop ${args.join(' ')}: exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
