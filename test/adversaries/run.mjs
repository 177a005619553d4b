// `npm run adversaries`: each adversary ten times against a sweep, and against what people use without one. Prints a
// table: successes of tries, and the seconds from the order until the last member was gone: the middle one and the worst.
// Options: --tries 10, --only WORD, --peers (pkill, killall and a KILL loop too, --peer-tries 4 each), --at-once 2.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { openRing, whyNot } from './ring.mjs';

const { values: options } = parseArgs({
  options: {
    tries: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    peers: { type: 'boolean' },
    'peer-tries': { type: 'string', default: '4' },
    'at-once': { type: 'string', default: '2' },
  },
});
const PEERS = ['pkill', 'killall', 'killloop'];

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
  const took = won.map((one) => one.seconds);
  const seconds = won.length > 0 ? ` ${middle(took).toFixed(2)} (${Math.max(...took).toFixed(2)})` : '';
  return `${won.length}/${results.length}${seconds}${hurt > 0 ? `, ${hurt} innocent hit` : ''}`;
}

/** Bombs one by one; the others leave a core to a second one. */
async function fight(ring, scenario, strategy, tries) {
  const atOnce = scenario.members === undefined || scenario.members > 400 ? 1 : Number(options['at-once']);
  const results = [];
  while (results.length < tries) {
    const bouts = Array.from({ length: Math.min(atOnce, tries - results.length) }, () =>
      ring.bout(scenario, strategy).catch((error) => {
        if (strategy === 'sweep') process.stderr.write(`${error.message}\n`);
        return null;
      }),
    );
    results.push(...(await Promise.all(bouts)));
  }
  return results.filter((one) => one !== undefined);
}

const why = whyNot();
if (why !== undefined) {
  process.stderr.write(`adversaries: ${why}\n`);
  process.exit(2);
}
const ring = await openRing();
const startedAt = Date.now();
// Bouts end by themselves; what was built for them does not.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (ring.close(), process.exit(1)));
try {
  const peers = options.peers ? PEERS : [];
  const heads = [
    'adversary',
    'sweep',
    'sure after',
    'passes',
    'innocent hit',
    ...peers.map((peer) => (peer === 'killloop' ? 'KILL loop' : `${peer} -9`)),
  ];
  process.stdout.write(`| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|\n`);
  for (const scenario of await scenarios()) {
    const results = await fight(ring, scenario, 'sweep', Number(options.tries));
    const of = (value) => middle(results.flatMap((one) => (one === null ? [] : [value(one)])));
    const hit = results.reduce((sum, one) => sum + (one?.innocentDead ?? 0) + (one?.innocentStopped ?? 0), 0);
    const sure = of((one) => one.sureSeconds)?.toFixed(2);
    const cells = [scenario.name, cell(results), sure, of((one) => one.passes), hit];
    for (const peer of peers) {
      cells.push(
        scenario.names.length > 0
          ? cell(await fight(ring, scenario, peer, Number(options['peer-tries'])))
          : '-',
      );
    }
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
  const minutes = Math.round((Date.now() - startedAt) / 60_000);
  process.stdout.write(
    `\n${minutes} minutes; load at the end ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}.\n`,
  );
} finally {
  ring.close();
}
