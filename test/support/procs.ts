// Real processes for scenes: idle, named, grouped, in a tree, stopped, zombie, with threads, busy.
// Each has the state it promises when the promise settles, and ends with the test (cleanup.ts).
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { owned } from './cleanup.ts';
import { identityOf, sameProcess, waitUntil } from './identity.ts';
import {
  adopt,
  findProgram,
  startProcess,
  tempFolder,
  type Started,
  type StartOptions,
  type TestProcess,
} from './liveProcess.ts';

/** Python makes what a shell can't: tests that need it say `test.skipIf(python === undefined)`. */
export const python = findProgram('python3');

/** A shell that reads its commands from a pipe of ours: it waits without a child, and ends when we do. */
function startShell(file: string, options: StartOptions = {}): Promise<Started> {
  return startProcess(file, [], options);
}

/** A copy of sh under another name. exec sets comm to the (first 15 bytes of the) file's name. */
function copyOfShell(name: string): string {
  const file = join(tempFolder(), name);
  copyFileSync('/bin/sh', file);
  return file;
}

/** A process that waits. */
export function spawnIdle(options: StartOptions = {}): Promise<TestProcess> {
  return startShell('/bin/sh', options);
}

/**
 * A process of that name, with any bytes in it but NUL: ESC, newlines, wide characters, `a) R 1`.
 * comm is its first 15 bytes; argv[0] and exe end in the whole name, unless it holds a slash (then only comm has it).
 */
export async function spawnNamed(name: string, options: StartOptions = {}): Promise<TestProcess> {
  if (!name.includes('/')) return startShell(copyOfShell(name), options);
  const shell = await startShell('/bin/sh', options);
  // Writing /proc/self/comm is prctl(PR_SET_NAME) without a C library; printf and echo are builtins.
  shell.child.stdin.write(`printf %s '${name.replaceAll("'", `'\\''`)}' >/proc/self/comm; echo named\n`);
  await shell.line();
  return shell;
}

/** Several idle processes of one name: a name group. */
export async function spawnGroup(
  name: string,
  count: number,
  options: StartOptions = {},
): Promise<TestProcess[]> {
  const file = copyOfShell(name);
  return Promise.all(Array.from({ length: count }, () => startShell(file, options)));
}

export interface TestTree extends TestProcess {
  /** Level 0 is the root; the members of one level in the order of their parents. */
  readonly levels: readonly (readonly TestProcess[])[];
  readonly all: readonly TestProcess[];
}

/**
 * A tree of waiting processes, all of one name.
 * @param widths how many children each process of a level has: [7, 6] makes 1 + 7 + 42 = 50, three deep
 */
export async function spawnTree(
  widths: readonly number[],
  options: StartOptions & { readonly name?: string } = {},
): Promise<TestTree> {
  const { name, ...start } = options;
  const root = await startShell(name === undefined ? '/bin/sh' : copyOfShell(name), start);
  // Subshells in the background get /dev/null as stdin, so they wait at the pipe's copy. `read` and `echo` are builtins:
  // the pid that /proc/self says is the subshell's own.
  const say = (level: number): string => `read -r me rest </proc/self/stat; echo "${level} $me"\n`;
  const children = (level: number): string =>
    `(${say(level + 1)}${level + 1 < widths.length ? children(level + 1) : ''}read -r x <&3) &\n`.repeat(
      widths[level] ?? 0,
    );
  root.child.stdin.write(`exec 3<&0\n${say(0)}${children(0)}`);

  const levels: TestProcess[][] = [[root], ...widths.map(() => [])];
  await root.line();
  const size = widths.reduceRight((below, width) => 1 + width * below, 1);
  for (let seen = 1; seen < size; seen++) {
    const [level = 0, pid = 0] = (await root.line()).split(' ').map(Number);
    levels[level]?.push(adopt(pid));
  }
  return { ...root, levels, all: levels.flat() };
}

/** A process in state T. */
export async function spawnStopped(options: StartOptions = {}): Promise<TestProcess> {
  const idle = await spawnIdle(options);
  process.kill(idle.pid, 'SIGSTOP');
  await waitUntil(() => sameProcess(idle)?.state === 'T', 'a stopped process');
  return idle;
}

/** Runs a part of actors.py, and answers with what it says it made. */
export async function startActor(
  args: readonly string[],
  options: StartOptions = {},
): Promise<{ readonly actor: Started; readonly port: number; readonly pids: readonly number[] }> {
  if (python === undefined) throw new Error('this needs python3');
  // A copy where other users can read it, and -S -E for a quick start.
  const script = join(tempFolder(), 'actors.py');
  copyFileSync(join(import.meta.dirname, 'actors.py'), script);
  const actor = await startProcess(python, ['-S', '-E', script, ...args], options);
  const said = JSON.parse(await actor.line()) as { port?: number; pids: number[] };
  return { actor, port: said.port ?? 0, pids: said.pids };
}

/** A zombie, and the parent that does not reap it until it is stopped itself. */
export async function spawnZombie(
  options: StartOptions = {},
): Promise<TestProcess & { readonly parent: TestProcess }> {
  const { actor, pids } = await startActor(['zombie'], options);
  const zombie = identityOf(pids[0] ?? 0);
  // SIGKILL means nothing to a zombie: its parent reaps it when its stdin ends.
  const stop = async (): Promise<void> => {
    actor.child.stdin.end();
    await waitUntil(() => sameProcess(zombie) === undefined, 'the zombie is reaped');
  };
  return owned({ ...zombie, parent: actor, stop, stopNow: actor.stopNow });
}

/** A process of that many tasks. */
export async function spawnThreads(tasks: number, options: StartOptions = {}): Promise<TestProcess> {
  return (await startActor(['threads', String(tasks)], options)).actor;
}

/** A process that keeps one core busy. */
export function spawnBusy(options: StartOptions = {}): Promise<TestProcess> {
  return startProcess('/bin/sh', ['-c', 'while :; do :; done'], options);
}
