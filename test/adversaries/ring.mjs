// Builds the adversaries and the arena, and runs one bout in a pid namespace of its own with a small table.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Pids below this are not given out again after the first round of the numbers (RESERVED_PIDS, kernel/pid.c). */
const RESERVED = 300;
/** A bout that hangs ends with its first process. */
const SECONDS = 40;
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

export async function openRing() {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-ring-'));
  chmodSync(folder, 0o755);
  const adversary = join(folder, 'adversary');
  execFileSync('cc', ['-O1', '-o', adversary, join(import.meta.dirname, 'adversary.c')], {
    stdio: 'inherit',
  });
  const arena = join(folder, 'arena.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'arena.ts')],
    outfile: arena,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });

  /** @returns {Promise<import('./arena.ts').Result>} */
  function bout(scenario, strategy = 'sweep') {
    const seconds = strategy === 'sweep' ? SECONDS : PEER_SECONDS;
    const inside = [adversary, 'init', String(RESERVED + scenario.slots), String(seconds)];
    const child = spawn(
      'unshare',
      [
        ...['--pid', '--fork', '--kill-child', '--mount-proc', ...inside],
        ...[process.execPath, arena, adversary, JSON.stringify(scenario), strategy],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], timeout: (seconds + 10) * 1000, killSignal: 'SIGKILL' },
    );
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (out.endsWith('\n')) resolve(JSON.parse(out));
        else reject(new Error(`${scenario.name}, ${strategy}: ended with ${code ?? signal}\n${err}`));
      });
    });
  }
  return { bout, close: () => rmSync(folder, { recursive: true, force: true }) };
}
