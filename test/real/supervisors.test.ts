// Real supervisors bring back what `slotop kill` ended: each is named, and the command that slotop prints really stops
// it. Each runs in a pid namespace of its own, which takes everything with it when it ends.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildsCli, cliFile, runProgram } from '../commands/runCli.ts';
import { findProgram, isRoot, tempFolder } from '../support/liveProcess.ts';

buildsCli();

interface Supervised {
  readonly kind: string;
  /** Programs that must be there. */
  readonly programs: readonly string[];
  /** Puts files in place. @returns the shell line that starts the supervisor, in the folder */
  readonly set: (folder: string) => string;
  readonly advice: (folder: string) => RegExp;
  /** What makes it come back, where the death alone does not. */
  readonly nudge?: string;
}

const APP = 'slotop-app';

function script(file: string, ...lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
}

/** A folder with one service whose `run` becomes the program. */
function service(folder: string, name: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  script(join(folder, name, 'run'), '#!/bin/sh', `exec ${join(folder, '..', APP)} 1000`);
}

function waitsForEver(folder: string, name: string): void {
  writeFileSync(join(folder, name), `process.title = '${APP}'; setInterval(() => undefined, 1000);\n`);
}

const SUPERVISED: readonly Supervised[] = [
  {
    kind: 'runit',
    programs: ['runsvdir', 'runsv', 'sv'],
    set(folder) {
      service(join(folder, 'sv'), 'web');
      return 'runsvdir sv';
    },
    advice: (folder) => new RegExp(`sv down ${folder}/sv/web$`),
  },
  {
    kind: 's6',
    programs: ['s6-svscan', 's6-supervise', 's6-svc'],
    set(folder) {
      service(join(folder, 'scan'), 'web');
      return 's6-svscan scan';
    },
    advice: (folder) => new RegExp(`s6-svc -d ${folder}/scan/web$`),
  },
  {
    kind: 'supervisord',
    programs: ['supervisord', 'supervisorctl'],
    set(folder) {
      const sock = join(folder, 'sock');
      writeFileSync(
        join(folder, 'sup.conf'),
        `[supervisord]
nodaemon=true
pidfile=${folder}/pid
logfile=/dev/null
logfile_maxbytes=0
childlogdir=${folder}
[unix_http_server]
file=${sock}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${sock}
[group:shop]
programs=web
[program:web]
command=${folder}/${APP} 1000
startsecs=0
`,
      );
      return `supervisord -c ${folder}/sup.conf`;
    },
    advice: (folder) => new RegExp(`supervisorctl -c ${folder}/sup\\.conf stop shop:web$`),
  },
  {
    kind: 'pm2',
    programs: ['pm2'],
    set(folder) {
      waitsForEver(folder, 'shop.js');
      return 'pm2 start shop.js --name "my shop"';
    },
    advice: () => /pm2 stop 'my shop'$/,
  },
  {
    kind: 'nodemon',
    programs: ['nodemon'],
    set(folder) {
      waitsForEver(folder, 'app.js');
      return 'nodemon app.js';
    },
    nudge: 'touch app.js',
    advice: () => /slotop kill \d+$/,
  },
  {
    kind: 'Node cluster primary',
    programs: ['node'],
    set(folder) {
      writeFileSync(
        join(folder, 'cluster.cjs'),
        `const cluster = require('node:cluster');
if (cluster.isPrimary) { cluster.on('exit', () => cluster.fork()); cluster.fork(); }
else { process.title = '${APP}'; setInterval(() => undefined, 1000); }
`,
      );
      return 'node cluster.cjs';
    },
    advice: () => /slotop kill \d+ --tree$/,
  },
  {
    kind: 'shell loop',
    programs: ['sh'],
    set: () => `sh -c 'while :; do ./${APP} 1000; done'`,
    advice: () => /kill the shell \d+ first$/,
  },
];

/**
 * Starts the supervisor, kills what it keeps alive, follows the advice, and looks that nobody is left or comes back
 * within the time in which all of them come back otherwise. Says "stopped" at the end.
 */
function scene({ set, nudge }: Supervised, folder: string): string {
  return `
slotop() { ${process.execPath} ${cliFile()} "$@"; }
within() { n=0; until "$@"; do n=$((n+1)); [ $n -gt 100 ] && { echo "in vain: $*"; exit 1; }; sleep 0.1; done; }
is_there() { grep -qsx ${APP} /proc/[0-9]*/comm; }
is_gone() { ! is_there; }
cd ${folder}
setsid ${set(folder)} </dev/null >log 2>&1 &
tries=0
# What has only just been started is not started again at once: some wait for a second.
until [ "$rc" = 5 ]; do
  tries=$((tries+1)); [ $tries -gt 5 ] && { echo "never came back"; cat first log; exit 1; }
  within is_there
  ${nudge === undefined ? '' : `(n=0; while [ $n -lt 5 ]; do sleep 0.3; ${nudge}; n=$((n+1)); done) &`}
  slotop kill ${APP} --wait 2s >first; rc=$?
done
cat first
advice=$(sed -n 's/.* respawned, started by .*): //p' first | head -n 1)
case $advice in
  'kill the shell '*) set -- $advice; kill -9 $4; slotop kill ${APP} >/dev/null ;;
  *) eval "$advice" >stop 2>&1 </dev/null || { echo "failed: $advice"; cat stop; exit 1; } ;;
esac
within is_gone
n=0; while [ $n -lt 15 ]; do is_there && { echo "came back after: $advice"; exit 1; }; n=$((n+1)); sleep 0.1; done
echo stopped`;
}

describe.skipIf(!isRoot || findProgram('unshare') === undefined)('real supervisors', () => {
  for (const one of SUPERVISED) {
    const missing = one.programs.filter((program) => findProgram(program) === undefined);
    const name = missing.length === 0 ? one.kind : `${one.kind} (skipped: no ${missing.join(', ')} here)`;
    test.skipIf(missing.length > 0)(
      name,
      async () => {
        const folder = tempFolder();
        copyFileSync(findProgram('sleep') ?? '/bin/sleep', join(folder, APP));
        const file = join(folder, 'scene.sh');
        script(file, '#!/bin/sh', scene(one, folder));
        // The shell is the namespace's pid 1: it reaps orphans, and everything ends with it.
        const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', file];
        const { stdout, stderr } = await runProgram('timeout', ['-s', 'KILL', '60', ...unshare], {
          env: { HOME: folder, PM2_HOME: join(folder, '.pm2'), NO_COLOR: '1' },
        });
        const line = stdout.split('\n').find((text) => text.includes(' respawned'));
        expect(`${stdout}${stderr}`).toContain('stopped\n');
        expect(line).toContain(`, ${one.kind}): `);
        expect(line).toMatch(one.advice(folder));
      },
      90_000,
    );
  }
});
