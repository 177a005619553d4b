// Runs as pid 1 of its own namespaces, one size of the farm: starts it, measures everybody in turn, prints JSON.
// `inside.mjs FARM COUNT PEERS`; run.mjs starts it and ends it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOfRun, wallUntil } from './once.mjs';
import { watch } from './watch.mjs';

const [farm, count, peers] = process.argv.slice(2);
const DELAY = 1.5;
const ROUNDS = 3;
const REFRESHES = 8;
/** Refreshes before the first measured one: a just-in-time compiler needs more of them than C, and holders are searched at the beginning. */
const WARM_UP = { slotop: 20 };
const slotop = fileURLToPath(new URL('../../bin/slotop', import.meta.url));

/** Everybody at the same delay, and with the settings that a fresh user has. */
const PROGRAMS = {
  slotop: [slotop, '--delay', String(DELAY)],
  htop: ['htop', '-d', String(DELAY * 10)],
  top: ['top', '-d', String(DELAY)],
  btop: ['btop', '--utf-force'],
};
const home = mkdtempSync(join(tmpdir(), 'slotop-bench-home-'));
mkdirSync(join(home, '.config/btop'), { recursive: true });
writeFileSync(join(home, '.config/btop/btop.conf'), `update_ms = ${DELAY * 1000}\n`);
const env = {
  PATH: process.env.PATH,
  HOME: home,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
};

// When run.mjs is gone, however it went, the farm and all else of the namespaces goes with us.
process.stdin.on('end', () => process.exit(1)).resume();

/** The farm's own end comes at last, should nobody end it before. */
const WATCHDOG_SECONDS = 1800;
const field = spawn(farm, [count, String(WATCHDOG_SECONDS), 'x'.repeat(120)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((resolve, reject) => {
  field.stdout.once('data', resolve);
  field.once('exit', (code) => reject(new Error(`the farm ended with ${code}`)));
});

const results = { count: Number(count), watched: {}, once: {} };
const keep = (kind, name, value) => (results[kind][name] ??= []).push(value);
for (let round = 0; round < ROUNDS; round++) {
  // In turns, so that a machine that slows down slows all.
  for (const name of ['slotop', ...peers.split(',')])
    keep(
      'watched',
      name,
      await watch(PROGRAMS[name], { refreshes: REFRESHES, warmUp: WARM_UP[name] ?? 3, delay: DELAY, env }),
    );
  keep('once', 'list --json', cpuOfRun([slotop, 'list', '--json'], env));
  keep('once', 'ps aux', cpuOfRun(['ps', 'aux'], env));
  keep('once', 'first frame', await wallUntil([slotop], env, 'F1'));
  keep('once', 'node -e 0', await wallUntil(['node', '-e', '0'], env));
}
rmSync(home, { recursive: true, force: true });
process.stdout.write(JSON.stringify(results));
process.exit(0);
