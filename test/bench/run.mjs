// `npm run bench`: slotop beside htop, top and btop on farms of processes, into BENCHMARKS.md. Needs root (namespaces),
// gcc, and the peers that are to be compared. Options: --full (large machines too), --only PART[,PART] (those of
// parts.mjs; the others stay as they were measured last), --print (leaves the page as it is), --program PATH (bin/slotop of
// another build).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keep, keptResults } from './kept.mjs';
import { sleep } from './openProgram.mjs';
import { pageOf, writePage } from './page.mjs';
import { PARTS } from './parts.mjs';
import { portCost } from './portCost.mjs';
import { portsBeside } from './portsBeside.mjs';

if (process.argv.includes('--port-cost')) process.exit(await portCost());
if (process.argv.includes('--ports')) process.exit(await portsBeside(process.argv));
const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean' },
    only: { type: 'string' },
    print: { type: 'boolean' },
    program: { type: 'string' },
  },
});
const peers = ['htop', 'top', 'btop'].filter((name) => spawnSync('which', [name]).status === 0);
const NAMESPACES = '--pid --fork --kill-child --mount-proc --net --ipc'.split(' ');
/** A part that hangs must not stay on the machine. */
const LIMIT_MS = 12 * 60_000;
/** Slots that the farm leaves to everybody else. */
const SPARE = 1_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = resolvePath(options.program ?? here('../../bin/slotop'));
const number = (path) => Number(readFileSync(path, 'latin1'));

/** What others began may end soon: so long a part waits for room. */
const ROOM_MS = 30_000;

/** @returns why that many more processes do not fit on this machine; its numbers are shared by all namespaces */
async function whyNot({ size, isTree }, until = performance.now() + ROOM_MS) {
  const used = Number(/\/(\d+)/.exec(readFileSync('/proc/loadavg', 'latin1'))[1]);
  const limit = Math.min(number('/proc/sys/kernel/pid_max'), number('/proc/sys/kernel/threads-max'));
  if (isTree || used + size + SPARE <= limit) return undefined;
  if (performance.now() > until) return `${size} processes do not fit beside ${used} tasks of ${limit}`;
  await sleep(1_000);
  return whyNot({ size, isTree }, until);
}

/** One part in its own namespaces: they end with their first process, and that one with us. */
function measure(name, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'unshare',
      [
        ...NAMESPACES,
        process.execPath,
        '--expose-gc',
        here('inside.mjs'),
        name,
        folder,
        program,
        peers.join(','),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], timeout: LIMIT_MS, killSignal: 'SIGKILL' },
    );
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.on('close', (code, signal) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`ended with ${code ?? signal}`)),
    );
  });
}

const asked = options.only?.split(',');
const unknown = asked?.filter((name) => !PARTS.some((part) => part.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(
    `no such part: ${unknown.join(', ')}; there are ${PARTS.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const parts = PARTS.filter(({ name, isLarge }) => asked?.includes(name) ?? (options.full || !isLarge));

const folder = mkdtempSync(join(tmpdir(), 'slotop-bench-'));
try {
  for (const tool of ['farm', 'churn'])
    execFileSync('gcc', ['-O1', '-pthread', '-o', join(folder, tool), here(`${tool}.c`)], {
      stdio: 'inherit',
    });
  for (const part of parts) {
    const { name } = part;
    const reason = await whyNot(part);
    if (reason !== undefined) {
      process.stderr.write(`${name}: skipped, ${reason}\n`);
      continue;
    }
    const [began, load] = [performance.now(), loadavg()[0]];
    try {
      const result = await measure(name, folder);
      const seconds = (performance.now() - began) / 1000;
      keep(name, { result, at: new Date().toISOString(), load, seconds });
      process.stderr.write(`${name}: ${seconds.toFixed(0)} s\n`);
    } catch (error) {
      keep(name, undefined);
      process.exitCode = 1;
      process.stderr.write(`${name}: not measured, ${error.message}\n`);
    }
    // After each part: whoever ends us keeps what was measured until then.
    if (!options.print) await writePage(pageOf(keptResults(), peers));
  }
  if (options.print) process.stdout.write(pageOf(keptResults(), peers));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
