// Starts one real process for a test, known by pid and starttime, and surely ended with the test.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { owned, watchOver, type Resource } from './cleanup.ts';
import { identityOf, isAlive, signalExactly, waitUntil, type Identity } from './identity.ts';

export interface TestProcess extends Identity, Resource {}

export interface StartOptions {
  /** Another user, with a group of the same number. Only root may. */
  readonly uid?: number;
  readonly argv0?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started extends TestProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** The next line of its stdout. @throws Error when it ends without one */
  line(): Promise<string>;
}

export const isRoot = process.getuid?.() === 0;
/** A uid that owns nothing on an ordinary machine: nobody. */
export const NOBODY = 65534;

/** Programs of npm that slotop is tried against, in the versions of test/peers; `.ci/run` installs them. */
export const PEERS = join(import.meta.dirname, '../peers/node_modules/.bin');

/**
 * The file of a program: of test/peers, or on PATH; undefined where there is none. System folders come before the others
 * of PATH: other users can run those too.
 */
export function findProgram(name: string): string | undefined {
  const folders = [
    PEERS,
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A folder that other users may enter, removed with the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-test-'));
  chmodSync(folder, 0o755);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  owned({ stop: async () => remove(), stopNow: remove });
  return folder;
}

/** Takes a living process (a descendant of one that we started, say) into the cleanup. */
export function adopt(pid: number): TestProcess {
  const id = identityOf(pid);
  watchOver(id);
  const stopNow = (): void => void signalExactly(id, 'SIGKILL');
  const stop = async (): Promise<void> => {
    stopNow();
    // A zombie has let go of all but its slot; whether its parent reaps it is not ours to wait for.
    await waitUntil(() => !isAlive(id), `process ${pid} ends`);
  };
  return owned({ ...id, stop, stopNow });
}

/**
 * Starts a program with a pipe as stdin, so that one that reads it ends with us. The exec has happened on return.
 * @throws Error when it can't be started
 */
export async function startProcess(
  command: string,
  args: readonly string[] = [],
  { uid, ...options }: StartOptions = {},
): Promise<Started> {
  const child = spawn(command, [...args], {
    ...options,
    env: { ...process.env, ...options.env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
    stdio: 'pipe',
  });
  if (child.pid === undefined) {
    throw await new Promise<Error>((resolve) => child.once('error', resolve));
  }
  child.stdin.on('error', () => undefined); // EPIPE once it has ended
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints = (complaints + data.toString()).slice(-2000)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ...adopt(child.pid),
    child,
    async line() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${command} ended without a line of output\n${complaints}`);
      return next.value;
    },
  };
}
