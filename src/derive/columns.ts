// COLUMNS: one record a column feeds the table, the sort menu, `--columns`, `--sort`, the filter of needs and the help.
import type { Proc, Sample } from '../types.ts';
import type { Cell } from './cell.ts';
import type { Column } from './column.ts';
import { birthRate } from './births.ts';
import { containerName } from './container.ts';
import { bytes, count, cpuTime, duration, percent, rate, startClock } from './format.ts';
import { commandLine } from './name.ts';
import { portsText } from './portText.ts';
import type { Style } from './style.ts';

const PORT_WIDTH = 7;

const STATE_STYLES: Readonly<Record<string, Style>> = {
  R: 'running',
  D: 'waiting',
  T: 'stopped',
  t: 'stopped',
  Z: 'zombie',
};

const summed = { descending: true, sums: true } as const;
const largest = { descending: true } as const;

/** Seconds since the epoch. */
function startedAt(proc: Proc, { machine, ticksPerSecond }: Sample): number {
  return machine.bootTime + proc.starttime / ticksPerSecond;
}

/** Seconds since the process started; a process started during this very look is 0, not negative. */
export function ageSeconds(proc: Proc, sample: Sample): number {
  return Math.max(0, sample.wallMs / 1000 - startedAt(proc, sample));
}

export function cpuSeconds(proc: Proc, sample: Sample): number {
  return (proc.utime + proc.stime) / sample.ticksPerSecond;
}

function lowestPort({ sockets }: Cell): number | undefined {
  let lowest: number | undefined;
  for (const { port } of sockets) if (lowest === undefined || port < lowest) lowest = port;
  return lowest;
}

export const COLUMNS: readonly Column<Cell>[] = [
  { id: 'PID', help: 'process id', width: 7, align: 'right', still: true, value: ({ proc }) => proc.pid },
  {
    id: 'PPID',
    help: 'parent process id',
    width: 7,
    align: 'right',
    still: true,
    value: ({ proc }) => proc.ppid,
  },
  { id: 'PGRP', help: 'process group', width: 7, align: 'right', value: ({ proc }) => proc.pgrp },
  { id: 'SESSION', help: 'session', width: 7, align: 'right', value: ({ proc }) => proc.session },
  {
    id: 'TTY',
    help: 'controlling terminal',
    width: 8,
    align: 'left',
    value: ({ proc }, sample) => sample.ttyName(proc.ttyNr),
  },
  {
    id: 'USER',
    help: 'owner (effective user)',
    width: 8,
    align: 'left',
    drop: 5,
    needs: ['uid'],
    value: ({ proc }, sample) => (proc.uid === undefined ? undefined : sample.userName(proc.uid)),
  },
  {
    id: 'S',
    help: 'state: R running, S sleeping, D waiting for a device, T stopped, t traced, Z zombie, I idle',
    width: 1,
    align: 'left',
    value: ({ proc }) => proc.state,
    style: ({ proc }) => STATE_STYLES[proc.state],
  },
  { id: 'NI', help: 'nice value', width: 3, align: 'right', value: ({ proc }) => proc.nice },
  {
    id: 'SLOT',
    help: 'slots held: tasks (threads) of the process; zombies hold theirs; a collapsed branch shows its sum',
    width: 5,
    align: 'right',
    ...summed,
    value: ({ proc }) => proc.nlwp,
    text: count,
  },
  {
    id: 'NLWP',
    help: 'threads of the process',
    width: 5,
    align: 'right',
    ...summed,
    value: ({ proc }) => proc.nlwp,
    text: count,
  },
  {
    id: 'NEW/s',
    help: 'processes that it bore a second since the look before; a collapsed branch shows its sum',
    width: 5,
    align: 'right',
    ...summed,
    value: ({ proc, branch }, sample) => birthRate(branch ?? [proc], sample),
    text: rate,
  },
  {
    id: 'CPU%',
    help: 'CPU in percent of one core, since the reading before',
    width: 5,
    align: 'right',
    drop: 4,
    ...summed,
    value: ({ proc }) => proc.cpu,
    text: percent,
  },
  {
    id: 'MEM%',
    help: 'resident memory in percent of all memory',
    width: 5,
    align: 'right',
    drop: 2,
    ...summed,
    value: ({ proc }, { machine }) =>
      machine.memTotal > 0 ? (proc.rss / machine.memTotal) * 100 : undefined,
    text: percent,
  },
  {
    id: 'RES',
    help: 'resident memory (rss)',
    width: 5,
    align: 'right',
    drop: 3,
    ...summed,
    value: ({ proc }) => proc.rss,
    text: bytes,
  },
  {
    id: 'VIRT',
    help: 'virtual memory (vsize)',
    width: 5,
    align: 'right',
    ...summed,
    value: ({ proc }) => proc.vsize,
    text: bytes,
  },
  {
    id: 'SHR',
    help: 'shared resident memory',
    width: 5,
    align: 'right',
    needs: ['shr'],
    ...summed,
    value: ({ proc }) => proc.shr,
    text: bytes,
  },
  {
    id: 'PORT',
    help: 'listening ports, shortest first; * is open to every address, +2 means two more',
    width: PORT_WIDTH,
    align: 'right',
    drop: 6,
    unknown: '',
    style: () => 'port',
    value: lowestPort,
    text: (_, { sockets }) => portsText(sockets, PORT_WIDTH),
  },
  {
    id: 'TIME+',
    help: 'CPU time used, user and system',
    width: 8,
    align: 'right',
    drop: 1,
    ...summed,
    value: ({ proc }, sample) => cpuSeconds(proc, sample),
    text: cpuTime,
  },
  {
    id: 'AGE',
    help: 'time since the process started',
    width: 6,
    align: 'right',
    ...largest,
    value: ({ proc }, sample) => ageSeconds(proc, sample),
    text: duration,
  },
  {
    id: 'START',
    help: 'when the process started: time of day, or the date where that was not today',
    width: 8,
    align: 'right',
    ...largest,
    value: ({ proc }) => proc.starttime,
    text: (_, { proc }, sample) => startClock(startedAt(proc, sample) * 1000, sample.wallMs),
  },
  {
    id: 'UNIT',
    help: 'systemd unit',
    width: 16,
    align: 'left',
    needs: ['cgroup'],
    value: ({ proc }, sample) => sample.unitOf(proc.cgroup),
  },
  {
    id: 'CGROUP',
    help: 'control group',
    width: 24,
    align: 'left',
    needs: ['cgroup'],
    value: ({ proc }) => proc.cgroup,
  },
  {
    id: 'CONTAINER',
    help: 'container by runtime and id or name (docker, podman, k8s, lxc, nspawn), told from the control group',
    width: 19,
    align: 'left',
    needs: ['cgroup'],
    value: ({ proc }) => containerName(proc.cgroup),
  },
  {
    id: 'EXE',
    help: 'program file',
    width: 24,
    align: 'left',
    needs: ['exe'],
    value: ({ proc }) => proc.exe,
  },
  {
    id: 'CWD',
    help: 'working directory',
    width: 24,
    align: 'left',
    needs: ['cwd'],
    value: ({ proc }) => proc.cwd,
  },
  {
    id: 'FDS',
    help: 'open descriptors',
    width: 5,
    align: 'right',
    needs: ['fds'],
    ...summed,
    value: ({ proc }) => proc.fds,
    text: count,
  },
  {
    id: 'IO_R',
    help: 'bytes read from storage since it started',
    width: 5,
    align: 'right',
    needs: ['io'],
    ...summed,
    value: ({ proc }) => proc.ioRead,
    text: bytes,
  },
  {
    id: 'IO_W',
    help: 'bytes written to storage since it started',
    width: 5,
    align: 'right',
    needs: ['io'],
    ...summed,
    value: ({ proc }) => proc.ioWrite,
    text: bytes,
  },
  {
    id: 'WCHAN',
    help: 'kernel function it waits in',
    width: 16,
    align: 'left',
    needs: ['wchan'],
    value: ({ proc }) => proc.wchan,
  },
  {
    id: 'OOM',
    help: 'score by which the kernel chooses whom to kill when memory is out',
    width: 4,
    align: 'right',
    needs: ['oom'],
    ...largest,
    value: ({ proc }) => proc.oom,
  },
  {
    id: 'COMMAND',
    help: 'command line; the tree is drawn here',
    width: 0,
    least: 34,
    align: 'left',
    needs: ['cmdline'],
    value: ({ proc }) => commandLine(proc),
  },
];

/** The columns shown when nothing else is asked for, in their order. */
export const DEFAULT_COLUMNS = [
  'PID',
  'USER',
  'S',
  'SLOT',
  'CPU%',
  'MEM%',
  'RES',
  'PORT',
  'TIME+',
  'COMMAND',
];
