// SUPERVISED: the real supervisors that Debian and npm offer, each as it is set up to keep one program alive, and what
// slotop is to say of it. Read by the tests of `slotop kill` (supervisors) and of `slotop free`
// (supervisedPorts), both in test/real.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is to be kept alive: as words for a shell, and as a CommonJS script for those that run Node programs only. */
export interface Program {
  readonly run: string;
  readonly source: string;
}

export interface Supervised {
  readonly title: string;
  readonly kind: string;
  /** Programs that must be there. */
  readonly programs: readonly string[];
  /** Puts files in place. @returns the shell line that starts the supervisor, in the folder */
  readonly set: (folder: string, program: Program) => string;
  /** The command that slotop prints. */
  readonly advice: (folder: string) => RegExp;
  /** A death by our signal is not enough: this makes it come back. */
  readonly nudge?: string;
  /** It starts programs that listen; a primary holds the port of its workers itself. */
  readonly listens?: false;
}

/** A program of the shell. */
function script(file: string, ...lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
}

function service(folder: string, name: string, run: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  script(join(folder, name, 'run'), '#!/bin/sh', `exec ${run}`);
}

function app(folder: string, source: string, line: string): string {
  writeFileSync(join(folder, 'app.js'), source);
  return line;
}

const supervisordConf = (folder: string, run: string): string => `[supervisord]
nodaemon=true
pidfile=${folder}/pid
logfile=/dev/null
logfile_maxbytes=0
childlogdir=${folder}
[unix_http_server]
file=${folder}/sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/sock
[group:shop]
programs=web
[program:web]
command=${run}
startsecs=0
`;

const CLUSTER = `const cluster = require('node:cluster');
if (cluster.isPrimary) { cluster.on('exit', () => cluster.fork()); cluster.fork(); }
else require('./app.js');
`;

export const SUPERVISED: readonly Supervised[] = [
  {
    title: 'runit',
    kind: 'runit',
    programs: ['runsvdir', 'runsv', 'sv'],
    set: (folder, { run }) => (service(join(folder, 'sv'), 'web', run), 'runsvdir sv'),
    advice: (folder) => new RegExp(`sv down ${folder}/sv/web$`),
  },
  {
    title: 's6',
    kind: 's6',
    programs: ['s6-svscan', 's6-supervise', 's6-svc'],
    set: (folder, { run }) => (service(join(folder, 'scan'), 'web', run), 's6-svscan scan'),
    advice: (folder) => new RegExp(`s6-svc -d ${folder}/scan/web$`),
  },
  {
    title: 'supervisord',
    kind: 'supervisord',
    programs: ['supervisord', 'supervisorctl'],
    set(folder, { run }) {
      writeFileSync(join(folder, 'sup.conf'), supervisordConf(folder, run));
      return `supervisord -c ${folder}/sup.conf`;
    },
    advice: (folder) => new RegExp(`supervisorctl -c ${folder}/sup\\.conf stop shop:web$`),
  },
  {
    title: 'pm2',
    kind: 'pm2',
    programs: ['pm2'],
    set: (folder, { source }) => app(folder, source, 'pm2 start app.js --name "my shop"'),
    advice: (folder) => new RegExp(`PM2_HOME=${folder}/\\.pm2 pm2 stop 'my shop'$`),
  },
  {
    title: 'pm2 in cluster mode',
    kind: 'pm2',
    programs: ['pm2'],
    set: (folder, { source }) => app(folder, source, 'pm2 start app.js --name "my shop" -i 2'),
    advice: (folder) => new RegExp(`PM2_HOME=${folder}/\\.pm2 pm2 stop 'my shop'$`),
    listens: false,
  },
  {
    title: 'pm2-runtime',
    kind: 'pm2',
    programs: ['pm2-runtime', 'pm2'],
    set: (folder, { source }) => app(folder, source, 'pm2-runtime start app.js --name shop'),
    advice: (folder) => new RegExp(`PM2_HOME=${folder}/\\.pm2 pm2 stop shop$`),
  },
  {
    title: 'nodemon that is told to restart by SIGTERM',
    kind: 'nodemon',
    programs: ['nodemon'],
    set: (folder, { source }) => app(folder, source, 'nodemon --signal SIGTERM app.js'),
    advice: () => /slotop kill \d+$/,
  },
  {
    title: 'nodemon, and a file that changes',
    kind: 'nodemon',
    programs: ['nodemon'],
    set: (folder, { source }) => app(folder, source, 'nodemon app.js'),
    nudge: 'touch app.js',
    advice: () => /slotop kill \d+$/,
  },
  {
    title: 'node --watch, and a file that changes',
    kind: 'node --watch',
    programs: ['node'],
    set: (folder, { source }) => app(folder, source, 'node --watch app.js'),
    nudge: 'touch app.js',
    advice: () => /slotop kill \d+$/,
  },
  {
    title: 'Node cluster primary',
    kind: 'Node cluster primary',
    programs: ['node'],
    set: (folder, { source }) => (
      writeFileSync(join(folder, 'cluster.cjs'), CLUSTER),
      app(folder, source, 'node cluster.cjs')
    ),
    advice: () => /slotop kill \d+ --tree$/,
    listens: false,
  },
  {
    title: 'shell loop',
    kind: 'shell loop',
    programs: ['sh'],
    set: (_folder, { run }) => `sh -c 'while :; do ${run}; done'`,
    advice: () => /slotop sweep \d+ --tree$/,
  },
];
