// What is known of one process, and why it runs.
import type { Need, Proc, Sample } from '../../types.ts';
import { ageSeconds, cpuSeconds } from '../columns.ts';
import { containerName } from '../container.ts';
import { bytes, cpuTime, duration, percent } from '../format.ts';
import { commandLine, nameOf } from '../name.ts';
import { safe } from '../safe.ts';
import { startedText } from '../why.ts';
import { wrapped } from './wrap.ts';

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

function orDash(value: string | number | undefined): string {
  return value === undefined ? '-' : String(value);
}

export function detailLine(label: string, text: string): string {
  return ` ${label.padEnd(12)} ${text}`;
}

/** Lines as the machine gave them: whoever draws them makes them safe. */
export function detailLines(proc: Proc, sample: Sample): readonly string[] {
  const sockets = sample.socketsOf.get(proc.pid) ?? [];
  const entries: readonly (readonly [string, string])[] = [
    ['process', `${proc.pid} ${nameOf(proc)}   comm ${proc.comm}   starttime ${proc.starttime}`],
    ['why it runs', startedText(proc, sample)],
    ['unit', orDash(sample.unitOf(proc.cgroup))],
    ['container', orDash(containerName(proc.cgroup))],
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
  return entries.map(([label, text]) => detailLine(label, text));
}

/** Where the values of the details stand. */
const VALUE_AT = 14;

/** The lines as a pane of that width shows them: safe to print, long ones over several lines. */
export function detailPaneLines(lines: readonly string[], cols: number, ascii: boolean): readonly string[] {
  return lines.flatMap((line) => wrapped(safe(line, ascii), cols, VALUE_AT));
}
