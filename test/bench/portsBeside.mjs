// `npm run bench -- --ports`: every holder of PORT_CASES given to what people find and free ports with, each anew for each
// tool, into BENCHMARKS.md. Needs root (namespaces) and python3; peers that are not installed are left out (`.ci/prepare`
// installs them). Takes five minutes. With --print the page stays as it is.
import { execFileSync } from 'node:child_process';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PORT_CASES } from '../support/portCases.mjs';
import { table } from './figures.mjs';
import { writePage } from './page.mjs';
import { FINDERS, FREERS, present, versions } from './portTools.mjs';

const NAMESPACES = '--pid --fork --kill-child --mount-proc --net'.split(' ');
const MARKERS = ['<!-- ports: written by npm run bench -- --ports -->', '<!-- /ports -->'];
/** A case that hangs must not stay on the machine. */
const LIMIT_MS = 3 * 60_000;

/** One case in namespaces of its own, which take everything with them when they end. */
function measured(at) {
  const inside = fileURLToPath(new URL('portsInside.mjs', import.meta.url));
  // A shell as the first process: it reaps orphans.
  const words = ['sh', '-c', '"$@"; exit', 'sh', process.execPath, inside, String(at)];
  const output = execFileSync('unshare', [...NAMESPACES, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(output);
}

function foundText({ found, clients, hiddenOf, held }) {
  if (hiddenOf !== undefined) return `hidden, of ${hiddenOf}`;
  return `${found} of ${held}${clients ? ', and the client' : ''}`;
}

function freedText({ isFree, code, seconds, clientKilled }) {
  const state = isFree ? 'free' : '**held**';
  return `${state}, ${code}, ${seconds.toFixed(1)} s${clientKilled ? ', client killed' : ''}`;
}

function pageOf(results) {
  const [finders, freers] = [present(FINDERS), present(FREERS)];
  const rows = (tools, part, text) =>
    PORT_CASES.map(({ what }, at) => [what, ...tools.map(({ title }) => text(results[at][part][title]))]);
  const head = (tools) => ['holder', ...tools.map(({ title }) => `\`${title}\``)];
  return [
    `Linux ${release()}, Node ${process.versions.node}, ${versions().join(', ')}; ${new Date().toISOString().slice(0, 10)}.\n`,
    'Who is found: holders found of those that there are.\n',
    table(head(finders), rows(finders, 'finders', foundText)),
    "\nWhether the port is free one second after the tool has ended, the tool's exit code, and how long it took:\n",
    table(head(freers), rows(freers, 'freers', freedText)),
  ].join('\n');
}

/** @param {string[]} words of the command line */
export async function portsBeside(words) {
  const results = PORT_CASES.map(({ what }, at) => {
    process.stderr.write(`${what} ...\n`);
    return measured(at);
  });
  const page = pageOf(results);
  if (words.includes('--print')) process.stdout.write(`${page}\n`);
  else await writePage(page, ...MARKERS);
}
