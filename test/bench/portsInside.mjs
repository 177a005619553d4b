// `portsInside.mjs N`: the Nth of PORT_CASES, in namespaces of its own (portsBeside.mjs), before each tool anew. Prints
// what became of it as JSON. Nothing else runs here, so all other processes are holders, or what became of them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PORT_CASES } from '../support/portCases.mjs';
import { env, FINDERS, FREERS, present } from './portTools.mjs';

const { words: holder, via = [], proto = 'tcp', asNobody } = PORT_CASES[Number(process.argv[2])];
const NOBODY = 65534;
const LONGEST_MS = 30_000;

spawnSync('ip', ['link', 'set', 'lo', 'up'], { stdio: 'inherit' });

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has left
  }
}

const pids = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
const isAlive = (pid) => /\) [^ZX] /.test(read(`/proc/${pid}/stat`));

/** By the kernel's tables, in all namespaces that somebody is in: LISTEN is 0A, a bound UDP socket 07. */
function isListed(port) {
  const row = new RegExp(
    `:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ ${proto === 'tcp' ? '0A' : '07'} `,
  );
  return pids().some((pid) =>
    ['', '6'].some((family) => row.test(read(`/proc/${pid}/net/${proto}${family}`))),
  );
}

/** In a session of its own: slotop would spare what shares ours. */
async function start() {
  const [script, ...args] = holder;
  const file = fileURLToPath(new URL(`../support/${script}`, import.meta.url));
  const [command, ...words] = [...via, '/usr/bin/python3', '-S', '-E', file, ...args];
  const child = spawn(command, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  const [line] = await once(child.stdout, 'data');
  const { port, pids: others, clients } = JSON.parse(String(line));
  return { port, proto, pids: [...new Set([child.pid, ...others])], clients };
}

const before = new Set(pids());

/** Whoever is left of it, and of those that it left its socket to. */
async function clear({ port }) {
  for (const pid of pids().filter((one) => !before.has(one) && isAlive(one))) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      continue; // it has left
    }
  }
  for (let tries = 0; isListed(port) && tries < 100; tries++)
    await new Promise((done) => setTimeout(done, 20));
}

function run(words) {
  const as = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
  const began = performance.now();
  const { status, stdout } = spawnSync(words[0], words.slice(1), {
    ...as,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: LONGEST_MS,
  });
  return { code: status ?? 'no end', stdout, seconds: (performance.now() - began) / 1000 };
}

const results = { finders: {}, freers: {} };
const stood = await start();
for (const { title, words, pids: said, hiddenOf } of present(FINDERS)) {
  const { stdout } = run(words(stood));
  const found = said(stdout, stood);
  results.finders[title] = {
    held: stood.pids.length,
    found: stood.pids.filter((pid) => found.includes(pid)).length,
    clients: found.includes(stood.clients),
    hiddenOf: hiddenOf?.(stdout),
  };
}
await clear(stood);
for (const { title, words } of present(FREERS)) {
  const one = await start();
  const { code, seconds } = run(words(one));
  await new Promise((done) => setTimeout(done, 1000));
  const clientKilled = one.clients !== undefined && !isAlive(one.clients);
  results.freers[title] = { isFree: !isListed(one.port), code, seconds, clientKilled };
  await clear(one);
}
process.stdout.write(JSON.stringify(results));
process.exit();
