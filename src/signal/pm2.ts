// pm2: the daemon that keeps a user's Node programs alive, and the command that stops one of them.
import { exactName, namesOf } from '../derive/name.ts';
import type { Kernel } from '../kernel.ts';
import { readEnviron } from '../proc/environ.ts';
import type { Proc, Sample } from '../types.ts';
import { quoted } from './quoted.ts';

/** The daemon writes a title over its argv; pm2-runtime, which containers start, is the daemon and says nothing. */
export function isPm2(proc: Proc): boolean {
  const hasTitle = namesOf(proc).some(({ value }) => /^PM2 v\S*: God/.test(value));
  return hasTitle || ['pm2-runtime', 'pm2-docker'].some((name) => exactName(proc, name) !== undefined);
}

/** In cluster mode the settings of the app are one variable, as JSON (pm2: lib/God/ClusterMode.js). */
function clusterName(environ: ReadonlyMap<string, string>): string | undefined {
  try {
    const settings: unknown = JSON.parse(environ.get('pm2_env') ?? '{}');
    const { name } = settings as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined; // the process wrote over it
  }
}

/**
 * What pm2 calls an app; undefined where its environment does not say, or can't be read.
 * @param environ that the app was started with
 */
export function pm2Name(environ: ReadonlyMap<string, string>): string | undefined {
  return environ.get('name') ?? clusterName(environ) ?? environ.get('pm_id');
}

/** `PM2_HOME=/home/bob/.pm2 pm2 stop web`: each user has a daemon, and who reads this may be root. */
export function pm2Stop(environ: ReadonlyMap<string, string>): string {
  const home = environ.get('PM2_HOME');
  return `${home === undefined ? '' : `PM2_HOME=${quoted(home)} `}pm2 stop ${quoted(pm2Name(environ) ?? 'NAME')}`;
}

/**
 * What stops the apps for which the daemon itself listens, as the primary of a Node cluster: which of several has the
 * port is known inside of it only.
 */
export function pm2StopBelow(kernel: Kernel, daemon: Proc, { procs }: Pick<Sample, 'procs'>): string {
  const below = [...procs.values()].filter(({ ppid }) => ppid === daemon.pid);
  const workers = below.map(({ pid }) => readEnviron(kernel, pid)).filter((one) => one.has('NODE_UNIQUE_ID'));
  const stops = [...new Set(workers.map(pm2Stop))];
  if (stops.length < 2) return stops[0] ?? pm2Stop(new Map());
  return `whichever of these has the port: ${stops.join('; ')}`;
}
