// SUPERVISORS: what starts a killed process again, how it is told, and the command that stops it for good. A new kind is
// one record here. The real programs are tried in test/real/supervisors.test.ts.
import { exactName, nameOf, namesOf } from '../derive/name.ts';
import type { Proc } from '../types.ts';
import { containerStop, isContainerRuntime } from './containers.ts';

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
  /** It may be started anew together with what it watches, so it need not be older than the kill. */
  readonly mayBeNew?: true;
}

/** A word for a shell, in quotes where it needs them. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function isCalled(proc: Proc, ...names: readonly string[]): boolean {
  return names.some((name) => exactName(proc, name) !== undefined);
}

/** A program that is known by its name alone. */
const called =
  (...names: readonly string[]) =>
  ({ by }: Case): boolean =>
    isCalled(by, ...names);

/** The word of its command line after an option. */
function valueOf({ cmdline = [] }: Proc, ...options: readonly string[]): string | undefined {
  const at = cmdline.findIndex((word) => options.includes(word));
  return at < 0 ? undefined : cmdline[at + 1];
}

/** runsv, s6-supervise and supervise go into the folder of their service and stay there. */
function serviceFolder({ by }: Case): string {
  return quoted(by.cwd ?? by.cmdline?.[1] ?? 'DIR');
}

function supervisorctl({ by, environ }: Case): string {
  const file = valueOf(by, '-c', '--configuration');
  const name = environ.get('SUPERVISOR_PROCESS_NAME') ?? 'NAME';
  const group = environ.get('SUPERVISOR_GROUP_NAME') ?? name;
  const program = group === name ? name : `${group}:${name}`;
  return `supervisorctl ${file === undefined ? '' : `-c ${quoted(file)} `}stop ${quoted(program)}`;
}

const SHELL = /^-?(ba|da|z|k|mk|a|fi|c|tc)?sh$/;

/** Looked at in order; the last fits everyone. What can be told for sure stands before what is merely likely. */
export const SUPERVISORS: readonly Supervisor[] = [
  {
    kind: 'container',
    recognises: ({ by }) => isContainerRuntime(by),
    advice: ({ by, newcomer }) => containerStop(by, newcomer) ?? 'stop its container',
    mayBeNew: true,
  },
  { kind: 'supervisord', recognises: called('supervisord'), advice: supervisorctl },
  { kind: 'runit', recognises: called('runsv'), advice: (found) => `sv down ${serviceFolder(found)}` },
  { kind: 's6', recognises: called('s6-supervise'), advice: (found) => `s6-svc -d ${serviceFolder(found)}` },
  {
    kind: 'daemontools',
    recognises: called('supervise'),
    advice: (found) => `svc -d ${serviceFolder(found)}`,
  },
  {
    kind: 'OpenRC',
    recognises: called('supervise-daemon'),
    advice: ({ by }) => `rc-service ${quoted(by.cmdline?.[1] ?? 'NAME')} stop`,
  },
  {
    kind: 'pm2',
    recognises: ({ by }) => namesOf(by).some(({ value }) => /^PM2 v\S*: God/.test(value)),
    advice: ({ environ }) => `pm2 stop ${quoted(environ.get('name') ?? environ.get('pm_id') ?? 'NAME')}`,
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
    recognises: called('nodemon', 'nodemon.js'),
    advice: ({ by }) => `slotop kill ${by.pid}`,
    hasNoCommand: true,
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
    advice: ({ by }) => `kill the shell ${by.pid} first`,
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
    advice: ({ by }) => `slotop kill ${by.pid} first`,
    hasNoCommand: true,
  },
];
