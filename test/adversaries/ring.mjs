// Builds the adversaries, and has them fought in pid namespaces of their own, each with a small table and an end.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';

/** Pids below this are not given out again after the first round of the numbers (RESERVED_PIDS, kernel/pid.c). */
const RESERVED = 300;
/** A bout that hangs ends with its first process. */
const SECONDS = 40;
/** How an arena ends where the machine outside has no room for the rogue. */
const NOT_FOUGHT = 75;
/** A peer that has not won by then has lost. */
const PEER_SECONDS = 15;

/** Why bouts can't be fought here; undefined when they can. */
export function whyNot() {
  if (process.getuid?.() !== 0) return 'needs root';
  const [major = 0, minor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'latin1')
    .split('.')
    .map(Number.parseFloat);
  // Before that, writing pid_max in a namespace would change the whole machine's.
  if (major < 6 || (major === 6 && minor < 14)) return 'needs Linux 6.14';
  for (const program of [
    ['cc', '--version'],
    ['unshare', '--version'],
  ]) {
    try {
      execFileSync(program[0], program.slice(1), { stdio: 'ignore' });
    } catch {
      return `needs ${program[0]}`;
    }
  }
  return undefined;
}

/** A control group (v2) for a bout; undefined where none can be made. */
function openGroup(name) {
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1');
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(mounts)?.[1];
  if (mount === undefined) return undefined;
  try {
    mkdirSync(`${mount}/${name}`);
    readFileSync(`${mount}/${name}/cgroup.freeze`);
    return `${mount}/${name}`;
  } catch {
    return undefined;
  }
}

async function closeGroup(folder) {
  for (let left = 200; left > 0; left--) {
    try {
      return rmdirSync(folder);
    } catch {
      await pause(10); // its processes are on their way out
    }
  }
}

/** Runs a program as the first but one of a namespace. @returns what it says on its only line, as JSON */
function answerOf(what, seconds, program, env) {
  const child = spawn('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: (seconds + 10) * 1000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (process.env.TRACE !== undefined) process.stderr.write(err);
      if (out.endsWith('\n')) resolve(JSON.parse(out));
      else if (code === NOT_FOUGHT) resolve(undefined);
      else reject(new Error(`${what}: ended with ${code ?? signal}\n${err}`));
    });
  });
}

export async function openRing() {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-ring-'));
  chmodSync(folder, 0o755);
  const adversary = join(folder, 'adversary');
  execFileSync('cc', ['-O1', '-o', adversary, join(import.meta.dirname, 'adversary.c')], {
    stdio: 'inherit',
  });
  symlinkSync('/bin/bash', join(folder, 'rogue')); // its comm is the name it was started by
  const [arena, witness] = ['arena', 'witness'].map((name) => join(folder, `${name}.js`));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  await build({
    entryPoints: ['arena', 'witness'].map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });

  let bouts = 0;
  const nextName = () => `${basename(folder)}-${++bouts}`;
  /** A state folder of its own, which an ordinary user can write too. */
  function stateOf(name) {
    const state = join(folder, name);
    mkdirSync(state);
    chmodSync(state, 0o777);
    return { XDG_STATE_HOME: state };
  }
  const init = (slots, seconds) => [adversary, 'init', String(RESERVED + slots), String(seconds)];

  /** @returns {Promise<import('./arena.ts').Result | undefined>} undefined where it can't be fought here */
  async function bout(scenario, strategy = 'sweep') {
    const name = nextName();
    const group = scenario.cgroup === undefined ? '' : openGroup(name);
    if (group === undefined) return undefined;
    const seconds = strategy === 'sweep' ? SECONDS : PEER_SECONDS;
    const fight = [process.execPath, arena, adversary, JSON.stringify(scenario), strategy, group];
    const job = [adversary, 'rogue', 'job', ...fight, '--', ...scenario.rogue];
    const program = [...init(scenario.slots, seconds), ...(scenario.isJob ? job : fight)];
    try {
      return await answerOf(`${scenario.name}, ${strategy}`, seconds, program, stateOf(name));
    } finally {
      if (group !== '') await closeGroup(group);
    }
  }

  /** @returns {Promise<import('./witness.ts').Testimony>} */
  function testify(cli, newcomers) {
    const program = [...init(3000, SECONDS), process.execPath, witness, adversary, cli, String(newcomers)];
    return answerOf('witness', SECONDS, program, stateOf(nextName()));
  }

  return { bout, testify, close: () => rmSync(folder, { recursive: true, force: true }) };
}
