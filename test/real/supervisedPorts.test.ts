// A port freed from under real supervisors (SUPERVISED): who brings it back is named, the printed command frees it for good,
// and who merely waits is named as well.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildsCli, cliFile } from '../commands/runCli.ts';
import { canListen, freePort, holdersScript, python } from '../support/holders.ts';
import { tempFolder } from '../support/liveProcess.ts';
import { playScene, whyNotHere } from '../support/pidScene.ts';
import { SUPERVISED, type Program } from '../support/supervised.ts';

buildsCli();

/** What the supervised program is: it listens, as a Python program or one of Node. */
function serverOn(folder: string, port: number): Program {
  copyFileSync(holdersScript(), join(folder, 'web.py'));
  return {
    run: `${python} -S -E ${folder}/web.py plain ${port}`,
    source: `process.title = 'slotop-app'; require('node:http').createServer().listen(${port}, '127.0.0.1');\n`,
  };
}

const FUNCTIONS = `
slotop() { ${process.execPath} "$CLI" "$@"; }
listens() { slotop ports "$PORT" >/dev/null; }
within() { n=0; until "$@"; do n=$((n+1)); [ $n -gt 60 ] && { echo "in vain: $*"; exit 1; }; sleep 0.2; done; }
follow() { eval "$1" >stop 2>&1 </dev/null || { echo "failed: $1"; cat stop log; exit 1; }; }
advice_in() { sed -n 's/^ *what to do: //p' "$1"; }
`;

const begins = (folder: string, start: string, port: number): string => `
CLI=${cliFile()} PORT=${port}
${FUNCTIONS}
cd ${folder}
setsid ${start} </dev/null >log 2>&1 &
within listens
# What has only just been started is not started again at once: some wait for a second.
sleep 1.5`;

/** Frees the port twice: the first time somebody brings it back; the second after the advice was followed. */
const FREED_TWICE = (nudge: string | undefined): string => `
${nudge === undefined ? '' : `(n=0; while [ $n -lt 20 ]; do sleep 0.3; ${nudge}; n=$((n+1)); done) &`}
slotop free $PORT >first; echo "first $?"
cat first
follow "$(advice_in first)"
slotop free $PORT; echo "second $?"`;

describe.skipIf(python === undefined)('under a supervisor', () => {
  for (const { title, kind, programs, set, advice, nudge, listens } of SUPERVISED) {
    if (listens === false) continue;
    const whyNot = whyNotHere(programs);
    test.skipIf(whyNot !== undefined)(
      whyNot === undefined ? title : `${title} (skipped: ${whyNot})`,
      async () => {
        const [folder, port] = [tempFolder(), await freePort()];
        const start = set(folder, serverOn(folder, port));
        const { stdout, said } = await playScene(folder, begins(folder, start, port) + FREED_TWICE(nudge));
        expect(said).toContain('first 5');
        expect(said).toMatch(new RegExp(`:${port} was freed, and is held again by .*, ${kind}\\)`));
        expect(/what to do: .*/.exec(stdout)?.[0]).toMatch(advice(folder));
        expect(said).toContain('second 0');
        expect(await canListen(port)).toBe(true);
      },
      90_000,
    );
  }

  const noNodemon = whyNotHere(['nodemon']);
  test.skipIf(noNodemon !== undefined).each(['nodemon app.js', 'node --watch app.js'])(
    '%s: the port is free, and who waits for a file to change is named',
    async (line) => {
      const [folder, port] = [tempFolder(), await freePort()];
      writeFileSync(join(folder, 'app.js'), serverOn(folder, port).source);
      const { stdout, said } = await playScene(
        folder,
        `${begins(folder, line, port)}
slotop free $PORT >first; echo "first $?"
cat first
touch app.js
within listens; echo "it was true"
slotop free $PORT >first
follow "$(advice_in first)"
touch app.js; sleep 2
listens || echo "for good"`,
      );
      const who = line.startsWith('nodemon') ? 'nodemon' : 'node --watch';
      expect(said).toContain('first 0');
      expect(stdout).toMatch(
        new RegExp(`killed: ${who} \\(\\d+\\) starts it again when a file changes: slotop kill \\d+\n`),
      );
      expect(stdout).toMatch(
        new RegExp(`:${port} is free after [^]*what to do: slotop kill \\d+  # or ${who}`),
      );
      expect(stdout).toContain('it was true\nfor good\n');
    },
    90_000,
  );

  const noPm2 = whyNotHere(['pm2']);
  test.skipIf(noPm2 !== undefined)(
    'pm2 in cluster mode: the daemon listens, and is not ended, for all other apps would end with it',
    async () => {
      const [folder, port] = [tempFolder(), await freePort()];
      writeFileSync(join(folder, 'app.js'), serverOn(folder, port).source);
      writeFileSync(
        join(folder, 'other.js'),
        'process.title = "innocent"; setInterval(() => undefined, 1000);',
      );
      const { stdout, said } = await playScene(
        folder,
        `${begins(folder, 'pm2 start app.js --name web -i 2', port)}
pm2 start other.js >/dev/null
slotop free $PORT >first; echo "first $?"
cat first
follow "$(advice_in first)"
slotop free $PORT; echo "second $?"
grep -qsx innocent /proc/[0-9]*/comm && echo "the other lives"`,
      );
      expect(said).toContain('first 4');
      expect(stdout).toContain("refused (protected): pm2's daemon");
      expect(stdout).toContain(`what to do: PM2_HOME=${folder}/.pm2 pm2 stop web\n`);
      expect(said).toContain('second 0');
      expect(said).toContain('the other lives');
      expect(await canListen(port)).toBe(true);
    },
    90_000,
  );
});
