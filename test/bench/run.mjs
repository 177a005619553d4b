// `npm run bench`: slotop beside htop, top and btop on farms of processes, into BENCHMARKS.md. Needs root (namespaces),
// gcc, and the peers that are to be compared. Options: --full (10,000 too), --sizes 200,1000, --print (leaves the page).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inkFrame } from './inkFrame.mjs';
import { pageOf, writePage } from './page.mjs';

const { values: options } = parseArgs({
  options: { full: { type: 'boolean' }, sizes: { type: 'string' }, print: { type: 'boolean' } },
});
const sizes = (options.sizes ?? (options.full ? '200,1000,10000' : '200,1000')).split(',').map(Number);
const peers = ['htop', 'top', 'btop'].filter((name) => spawnSync('which', [name]).status === 0);
const NAMESPACES = '--pid --fork --kill-child --mount-proc --net --ipc'.split(' ');
/** A farm that hangs must not stay on the machine. */
const LIMIT_MS = 25 * 60_000;

/** One size in its own namespaces: they end with their first process, and that one with us. */
function measure(farm, size) {
  const inside = fileURLToPath(new URL('inside.mjs', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(
      'unshare',
      [...NAMESPACES, process.execPath, inside, farm, String(size), peers.join(',')],
      { stdio: ['pipe', 'pipe', 'inherit'], timeout: LIMIT_MS, killSignal: 'SIGKILL' },
    );
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.on('close', (code, signal) =>
      code === 0
        ? resolve(JSON.parse(output))
        : reject(new Error(`size ${size}: ended with ${code ?? signal}`)),
    );
  });
}

const folder = mkdtempSync(join(tmpdir(), 'slotop-bench-'));
try {
  const farm = join(folder, 'farm');
  const source = fileURLToPath(new URL('farm.c', import.meta.url));
  execFileSync('gcc', ['-O1', '-pthread', '-o', farm, source], { stdio: 'inherit' });
  const results = [];
  for (const size of sizes) {
    process.stderr.write(`${size} processes ...\n`);
    results.push(await measure(farm, size));
  }
  process.stderr.write('frames of Ink ...\n');
  const page = pageOf(results, await inkFrame());
  if (options.print) process.stdout.write(page);
  else await writePage(page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
