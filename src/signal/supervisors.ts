// SUPERVISORS: what starts a killed process again, how it is told, and the command that stops it for good. A new kind is
// one record here. The real programs are tried in test/real/supervisors.test.ts.
import { exactName, nameOf } from '../derive/name.ts';
import type { Proc } from '../types.ts';
import { containerStop, isContainerRuntime } from './containers.ts';
import { isPm2, pm2Stop } from './pm2.ts';
import { quoted } from './quoted.ts';
import { supervisorctlStop } from './supervisorctl.ts';

/** What is known when one of a supervisor's processes has come back. */
export interface Case {
  /** Who started it again. */
  readonly by: Proc;
  readonly newcomer: Proc;
  /** The environment that the newcomer was started with; empty where it can't be read. */
  readonly environ: ReadonlyMap<string, string>;
}

export interface Supervisor {
  readonly kind: string;
  readonly recognises: (found: Case) => boolean;
  /** The command to type, or in words what to do. */
  readonly advice: (found: Case) => string;
  /** No command of its own stops one process: where a systemd service runs it, that is what is to be stopped. */
  readonly hasNoCommand?: true;
  /** It may be started anew with what it watches, so it need not be older than the kill. */
  readonly mayBeNew?: true;
  /** It starts a program once a second at most, so one that has just been started comes back late. */
  readonly isUnhurried?: true;
  /** Mostly a death is not what makes it start a program again, but this is, and it waits for it. */
  readonly waitsFor?: string;
}

function isCalled(proc: Proc, ...names: readonly string[]): boolean {
  return names.some((name) => exactName(proc, name) !== undefined);
}

/** A program that is known by its name alone. */
const called =
  (...names: readonly string[]) =>
  ({ by }: Case): boolean =>
    isCalled(by, ...names);

/** runsv, s6-supervise and supervise go into the folder of their service and stay there. */
function serviceFolder({ by }: Case): string {
  return quoted(by.cwd ?? by.cmdline?.[1] ?? 'DIR');
}

/** Node's own watch mode: its options stand before the script. */
const WATCHES = /^([^ ]*\/)?node(js)? (-[^ ]* )*--watch(-path)?([ =]|$)/;

const SHELL = /^-?(ba|da|z|k|mk|a|fi|c|tc)?sh$/;

/** Into a shell without arguments somebody types, and what else runs below it is not of the loop. */
function runsScript({ cmdline = [] }: Proc): boolean {
  return cmdline.slice(1).some((word) => word === '-c' || !word.startsWith('-'));
}

/** Looked at in order; the last fits everyone. What can be told for sure stands before what is merely likely. */
export const SUPERVISORS: readonly Supervisor[] = [
  {
    kind: 'container',
    recognises: ({ by }) => isContainerRuntime(by),
    advice: ({ by, newcomer }) => containerStop(by, newcomer) ?? 'stop its container',
    mayBeNew: true,
  },
  { kind: 'supervisord', recognises: called('supervisord'), advice: supervisorctlStop, isUnhurried: true },
  {
    kind: 'runit',
    recognises: called('runsv'),
    advice: (found) => `sv down ${serviceFolder(found)}`,
    isUnhurried: true,
  },
  {
    kind: 's6',
    recognises: called('s6-supervise'),
    advice: (found) => `s6-svc -d ${serviceFolder(found)}`,
    isUnhurried: true,
  },
  {
    kind: 'daemontools',
    recognises: called('supervise'),
    advice: (found) => `svc -d ${serviceFolder(found)}`,
    isUnhurried: true,
  },
  {
    kind: 'OpenRC',
    recognises: called('supervise-daemon'),
    advice: ({ by }) => `rc-service ${quoted(by.cmdline?.[1] ?? 'NAME')} stop`,
  },
  {
    kind: 'pm2',
    recognises: ({ by }) => isPm2(by),
    advice: ({ environ }) => pm2Stop(environ),
  },
  {
    kind: 'monit',
    recognises: called('monit'),
    advice: ({ newcomer }) => `monit stop ${quoted(nameOf(newcomer))}`,
  },
  {
    kind: 'cron',
    recognises: called('cron', 'crond', 'CROND', 'fcron', 'anacron'),
    advice: () => 'crontab -e, and look into /etc/cron*',
  },
  { kind: 'at', recognises: called('atd'), advice: () => 'atq, then atrm JOB' },
  {
    kind: 'nodemon',
    // It starts at once again what died of its own restart signal (SIGUSR2, or what --signal says).
    recognises: called('nodemon', 'nodemon.js'),
    advice: ({ by }) => `slotop kill ${by.pid}`,
    hasNoCommand: true,
    waitsFor: 'a file changes',
  },
  {
    kind: 'node --watch',
    recognises: ({ by }) => WATCHES.test(by.cmdline?.join(' ') ?? ''),
    advice: ({ by }) => `slotop kill ${by.pid}`,
    hasNoCommand: true,
    waitsFor: 'a file changes',
  },
  {
    // cluster.fork() tells its workers who they are (lib/internal/cluster/primary.js).
    kind: 'Node cluster primary',
    recognises: ({ environ }) => environ.has('NODE_UNIQUE_ID'),
    advice: ({ by }) => `slotop kill ${by.pid} --tree`,
    hasNoCommand: true,
  },
  {
    kind: 'shell loop',
    recognises: ({ by }) => SHELL.test(by.comm) || isCalled(by, 'busybox', 'sh', 'bash', 'dash'),
    // Not kill: between two signals it would start one more.
    advice: ({ by }) => (runsScript(by) ? `slotop sweep ${by.pid} --tree` : `slotop kill ${by.pid}`),
    hasNoCommand: true,
  },
  {
    kind: 'master of its workers',
    recognises: ({ by, newcomer }) => by.exe !== undefined && by.exe === newcomer.exe,
    advice: ({ by }) => `slotop kill ${by.pid} --tree`,
    hasNoCommand: true,
  },
  {
    kind: 'parent',
    recognises: () => true,
    advice: ({ by }) => `slotop kill ${by.pid}`,
    hasNoCommand: true,
  },
];
