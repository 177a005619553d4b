// Real supervisors bring back what `slotop kill` ended: each is named, and the command that slotop prints really stops
// it. Each runs in a pid namespace of its own, which takes everything with it when it ends.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildsCli, cliFile } from '../commands/runCli.ts';
import { findProgram, tempFolder } from '../support/liveProcess.ts';
import { playScene, whyNotHere } from '../support/pidScene.ts';
import { SUPERVISED } from '../support/supervised.ts';

buildsCli();

const APP = 'slotop-app';
const SOURCE = `process.title = '${APP}'; setInterval(() => undefined, 1000);\n`;

const FUNCTIONS = `
slotop() { ${process.execPath} "$CLI" "$@"; }
within() { n=0; until "$@"; do n=$((n+1)); [ $n -gt 100 ] && { echo "in vain: $*"; exit 1; }; sleep 0.1; done; }
is_there() { grep -qsx ${APP} /proc/[0-9]*/comm; }
is_gone() { ! is_there; }
stays_away() { n=0; while [ $n -lt 15 ]; do is_there && { echo "came back after: $1"; exit 1; }; n=$((n+1)); sleep 0.1; done; }
`;

/**
 * Starts the supervisor, kills what it keeps alive, follows the advice, and looks that nobody is left or comes back
 * within the time in which all of them come back otherwise. Says "stopped" at the end.
 */
function scene(folder: string, start: string, nudge: string | undefined): string {
  return `CLI=${cliFile()}
${FUNCTIONS}
cd ${folder}
setsid ${start} </dev/null >log 2>&1 &
tries=0
# What has only just been started is not started again at once: some wait for a second.
until [ "$rc" = 5 ]; do
  tries=$((tries+1)); [ $tries -gt 8 ] && { echo "never came back"; cat first log; exit 1; }
  within is_there
  [ $tries -gt 1 ] && sleep 1.5
  ${nudge === undefined ? '' : `(n=0; while [ $n -lt 5 ]; do sleep 0.3; ${nudge}; n=$((n+1)); done) &`}
  slotop kill ${APP} --wait 2s >first; rc=$?
done
cat first
advice=$(sed -n 's/.* respawned, started by .*): //p' first | head -n 1)
eval "$advice" >stop 2>&1 </dev/null || { echo "failed: $advice"; cat stop; exit 1; }
within is_gone
stays_away "$advice"
echo stopped`;
}

for (const { title, kind, programs, set, advice, nudge } of SUPERVISED) {
  const whyNot = whyNotHere(programs);
  test.skipIf(whyNot !== undefined)(
    whyNot === undefined ? title : `${title} (skipped: ${whyNot})`,
    async () => {
      const folder = tempFolder();
      copyFileSync(findProgram('sleep') ?? '/bin/sleep', join(folder, APP));
      const start = set(folder, { run: `${folder}/${APP} 1000`, source: SOURCE });
      const { stdout, said } = await playScene(folder, scene(folder, start, nudge));
      const line = stdout.split('\n').find((text) => text.includes(' respawned'));
      expect(said).toContain('stopped\n');
      expect(line).toContain(`, ${kind}): `);
      expect(line).toMatch(advice(folder));
    },
    90_000,
  );
}

const noNodemon = whyNotHere(['nodemon']);
test.skipIf(noNodemon !== undefined)('nodemon that waits for a file to change is named, too', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'app.js'), SOURCE);
  const { said } = await playScene(
    folder,
    `CLI=${cliFile()}
${FUNCTIONS}
cd ${folder}
setsid nodemon app.js </dev/null >log 2>&1 &
within is_there
slotop kill ${APP} --wait 2s; echo "exit $?"
touch app.js
within is_there; echo "it was true"
slotop signal KILL ${APP}; echo "exit $?"`,
  );
  const named = said.match(/killed: nodemon \(\d+\) starts it again when a file changes: slotop kill \d+\n/g);
  expect(named).toHaveLength(2);
  expect(said).toMatch(/exit 0\nit was true\n[^]*exit 0\n$/);
});
