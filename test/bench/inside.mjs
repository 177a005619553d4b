// Runs as pid 1 of its own namespaces: starts the farm of one part, measures it, prints JSON. `inside.mjs PART FOLDER
// PROGRAM PEERS`; run.mjs starts it and ends it, and has put the compiled tools into FOLDER.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hugeRoot } from './hugeRoot.mjs';
import { PARTS } from './parts.mjs';

const [name, folder, slotop, peers] = process.argv.slice(2);
const part = PARTS.find((one) => one.name === name);
const DELAY = 1.5;
const tools = { farm: join(folder, 'farm'), churn: join(folder, 'churn') };

/** Everybody at the same delay, and with the settings that a fresh user has. */
const PROGRAMS = {
  slotop: [slotop, '--delay', String(DELAY)],
  htop: ['htop', '-d', String(DELAY * 10)],
  top: ['top', '-d', String(DELAY)],
  btop: ['btop', '--utf-force'],
};
const home = mkdtempSync(join(folder, 'home-'));
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
/** Room for a command line, which each process writes in place. */
const PADDING = 'x'.repeat(120);

async function openFarm() {
  const field = spawn(tools.farm, [String(part.size), String(WATCHDOG_SECONDS), PADDING], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    field.stdout.once('data', resolve);
    field.once('exit', (code) => reject(new Error(`the farm ended with ${code}`)));
  });
}

if (part.isTree) PROGRAMS.slotop.push('--proc', hugeRoot(folder, part.size));
else if (part.size > 0) await openFarm();
const shown = ['slotop', ...peers.split(',').filter((peer) => peer !== '')];
const programs = Object.fromEntries(shown.map((program) => [program, PROGRAMS[program]]));
const result = await part.measure({ ...part, programs, env, delay: DELAY, tools });
process.stdout.write(JSON.stringify(result));
process.exit(0);
