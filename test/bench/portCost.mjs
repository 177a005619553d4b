// `npm run bench -- --port-cost`: what the PORT column costs of a refresh, and how soon a new listener has its name, on
// farms of its own (portFarm.c). Prints a table for BENCHMARKS.md. Needs root (namespaces) and gcc.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { refreshesOf } from './refresh.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const NAMESPACES = '--pid --fork --kill-child --mount-proc --net'.split(' ');
const FARMS = [
  { processes: 1_000, listeners: 1_000 },
  { processes: 10_000, listeners: 20 },
  { processes: 10_000, listeners: 1_000 },
];
const FDS = 11;
const [WARM_UP, ROUNDS] = [3, 9];
const DELAY = 1.5;
/** The farm's own end comes at last, and nobody holds this machine's process numbers for longer. */
const LIMIT_SECONDS = 180;

/** One farm in its own namespaces, which end with their first process: this file again, with `--inside`. */
function measure({ processes, listeners }, folder) {
  const { status, stdout } = spawnSync(
    'unshare',
    [...NAMESPACES, process.execPath, here('portCost.mjs'), '--inside', folder, processes, listeners].map(
      String,
    ),
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_SECONDS * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: 1e8,
    },
  );
  if (status !== 0) throw new Error(`${processes} processes: ended with ${status}`);
  return JSON.parse(stdout);
}

async function inside(folder, processes, listeners) {
  const farm = spawn(join(folder, 'portFarm'), [processes, listeners, FDS, LIMIT_SECONDS].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    farm.stdout.once('data', resolve);
    farm.once('exit', (code) => reject(new Error(`the farm ended with ${code}`)));
  });
  const looks = execFileSync(process.execPath, [join(folder, 'looks.mjs'), WARM_UP, ROUNDS].map(String));
  const env = {
    ...process.env,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    HOME: folder,
    XDG_STATE_HOME: folder,
  };
  const slotop = [here('../../bin/slotop'), '--delay', String(DELAY)];
  const refresh = await refreshesOf(slotop, { env, delay: DELAY, who: 'slotop' });
  process.stdout.write(JSON.stringify({ ...JSON.parse(looks), refresh: refresh.cpuMs }));
}

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];
function spread(values, digits) {
  const order = sorted(values).map((value) => value.toFixed(digits));
  return `${order[order.length >> 1]} (${order[0]} to ${order.at(-1)})`;
}

function row({ processes, listeners }, { measured, opened, refresh }) {
  const of = (key) => measured.map((round) => round[key]);
  const ports = median(of('ports'));
  const most = (key) => Math.max(...opened.map((one) => one[key]));
  return [
    `${processes}, ${listeners}`,
    spread(of('look'), 1),
    spread(of('ports'), 2),
    `${((100 * ports) / (ports + median(of('look')))).toFixed(1)} %`,
    refresh.toFixed(0),
    `${((100 * ports) / refresh).toFixed(1)} %`,
    `${most('listed')}`,
    `${most('slices')}, ${most('cpu').toFixed(0)} ms`,
  ];
}

const HEAD = [
  'processes, listeners',
  'look without ports, ms',
  'ports, ms',
  'share of the look',
  'whole refresh, ms',
  'share of it',
  'new listener listed after looks',
  'named after slices of 20 ms, CPU',
];

/** @returns the exit code */
export async function portCost() {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-port-cost-'));
  try {
    execFileSync('gcc', ['-O1', '-o', join(folder, 'portFarm'), here('portFarm.c')], { stdio: 'inherit' });
    await build({
      entryPoints: [here('portLooks.ts')],
      outfile: join(folder, 'looks.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
    const line = (cells) => `| ${cells.join(' | ')} |\n`;
    process.stdout.write(line(HEAD) + line(HEAD.map((_, at) => (at === 0 ? '---' : '---:'))));
    for (const farm of FARMS) process.stdout.write(line(row(farm, measure(farm, folder))));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, self, flag, folder, processes, listeners] = process.argv;
if (self === here('portCost.mjs') && flag === '--inside') {
  await inside(folder, processes, listeners);
  process.exit(0);
}
