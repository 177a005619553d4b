// What is known of one process, and why it runs.
import type { Need, Proc, Sample } from '../../types.ts';
import { ageSeconds, cpuSeconds } from '../columns.ts';
import { bytes, cpuTime, duration, percent } from '../format.ts';
import { commandLine, nameOf } from '../name.ts';

/** What is read of the process for this pane alone. */
export const DETAIL_NEEDS: readonly Need[] = [
  'uid',
  'cmdline',
  'exe',
  'cwd',
  'cgroup',
  'shr',
  'io',
  'wchan',
  'fds',
  'oom',
];

/** From the process up to pid 1: `4242 node <- 4200 sh <- 1 systemd`. */
function chainText(proc: Proc, sample: Sample): string {
  const words: string[] = [];
  const seen = new Set<number>();
  for (
    let one: Proc | undefined = proc;
    one !== undefined && !seen.has(one.pid);
    one = sample.procs.get(one.ppid)
  ) {
    seen.add(one.pid);
    words.push(`${one.pid} ${nameOf(one)}`);
  }
  return words.join(' <- ');
}

function orDash(value: string | number | undefined): string {
  return value === undefined ? '-' : String(value);
}

/** Lines as the machine gave them: whoever draws them makes them safe. */
export function detailLines(proc: Proc, sample: Sample): readonly string[] {
  const sockets = sample.socketsOf.get(proc.pid) ?? [];
  const entries: readonly (readonly [string, string])[] = [
    ['process', `${proc.pid} ${nameOf(proc)}   comm ${proc.comm}   starttime ${proc.starttime}`],
    ['why it runs', chainText(proc, sample)],
    ['unit', orDash(sample.unitOf(proc.cgroup))],
    ['cgroup', orDash(proc.cgroup)],
    ['owner', `${sample.userName(proc.uid)} (uid ${orDash(proc.uid)})`],
    ['state', `${proc.state}   waits in ${orDash(proc.wchan)}   nice ${proc.nice}`],
    [
      'group',
      `pgrp ${proc.pgrp}   session ${proc.session}   terminal ${sample.ttyName(proc.ttyNr) ?? 'none'}`,
    ],
    [
      'started',
      `${duration(ageSeconds(proc, sample))} ago   CPU ${cpuTime(cpuSeconds(proc, sample))}   now ${proc.cpu === undefined ? '-' : `${percent(proc.cpu)}%`}`,
    ],
    ['slots', `${proc.nlwp}   open descriptors ${orDash(proc.fds)}   OOM score ${orDash(proc.oom)}`],
    [
      'memory',
      `resident ${bytes(proc.rss)}   shared ${proc.shr === undefined ? '-' : bytes(proc.shr)}   virtual ${bytes(proc.vsize)}`,
    ],
    [
      'storage',
      `read ${proc.ioRead === undefined ? '-' : bytes(proc.ioRead)}   written ${proc.ioWrite === undefined ? '-' : bytes(proc.ioWrite)}`,
    ],
    ['program', orDash(proc.exe)],
    ['directory', orDash(proc.cwd)],
    ['command', commandLine(proc)],
    ...sockets.map(({ proto, address, port, state }): [string, string] => [
      'port',
      `${proto} ${address} ${port} ${state}`,
    ]),
    ...(proc.cmdline ?? []).map((word, i): [string, string] => [`argv[${i}]`, word]),
  ];
  return entries.map(([label, text]) => ` ${label.padEnd(12)} ${text}`);
}
