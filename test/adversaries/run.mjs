// `npm run adversaries`: each adversary ten times against a sweep, and against what people use without one. Prints a
// table: successes of tries (the seconds of the middle one; innocent processes killed or left stopped, if any).
// Options: --tries 10, --only WORD, --peers (pkill, killall and a KILL loop too, a few tries each).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { openRing, whyNot } from './ring.mjs';

const { values: options } = parseArgs({
  options: {
    tries: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    peers: { type: 'boolean' },
  },
});
const PEERS = ['pkill', 'killall', 'killloop'];
const PEER_TRIES = 4;

async function scenarios() {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-scenarios-'));
  const outfile = join(folder, 'scenarios.mjs');
  await build({ entryPoints: [join(import.meta.dirname, 'scenarios.ts')], outfile, logLevel: 'silent' });
  const { SCENARIOS } = await import(outfile);
  rmSync(folder, { recursive: true });
  return SCENARIOS.filter(({ name }) => name.includes(options.only));
}

const middle = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function cell(results) {
  const won = results.filter((one) => one?.isClean);
  const hurt = results.reduce((sum, one) => sum + (one?.innocentDead ?? 0) + (one?.innocentStopped ?? 0), 0);
  const seconds = won.length > 0 ? ` ${middle(won.map((one) => one.seconds)).toFixed(2)} s` : '';
  return `${won.length}/${results.length}${seconds}${hurt > 0 ? `, ${hurt} innocent hit` : ''}`;
}

/** Bombs one by one; the others leave a core to a second one. */
async function fight(ring, scenario, strategy, tries) {
  const atOnce = scenario.rogue[0] === 'bomb' ? 1 : 2;
  const results = [];
  while (results.length < tries) {
    const bouts = Array.from({ length: Math.min(atOnce, tries - results.length) }, () =>
      ring.bout(scenario, strategy).catch((error) => {
        if (strategy === 'sweep') process.stderr.write(`${error.message}\n`);
        return undefined;
      }),
    );
    results.push(...(await Promise.all(bouts)));
  }
  return results;
}

const why = whyNot();
if (why !== undefined) {
  process.stderr.write(`adversaries: ${why}\n`);
  process.exit(2);
}
const ring = await openRing();
try {
  const peers = options.peers ? PEERS : [];
  const heads = [
    'adversary',
    'sweep',
    'passes',
    ...peers.map((peer) => (peer === 'killloop' ? 'KILL loop' : `${peer} -9`)),
  ];
  process.stdout.write(`| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|\n`);
  for (const scenario of await scenarios()) {
    const results = await fight(ring, scenario, 'sweep', Number(options.tries));
    const passes = middle(results.flatMap((one) => one?.passes ?? []));
    const cells = [scenario.name, cell(results), String(passes)];
    for (const peer of peers) {
      cells.push(scenario.peers ? cell(await fight(ring, scenario, peer, PEER_TRIES)) : '-');
    }
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
} finally {
  ring.close();
}
