// /proc as text: what the kernel would write for made-up processes and machines. Serves a folder (procDir.ts) and a
// kernel in memory (fakeKernel.ts). Formats: proc_pid_stat(5), proc_pid_status(5), proc_pid_limits(5) and so on.

/** A made-up process; everything but the pid has a sensible default. */
export interface ProcSpec {
  readonly pid: number;
  readonly comm?: string;
  readonly ppid?: number;
  readonly pgrp?: number;
  readonly session?: number;
  readonly ttyNr?: number;
  readonly state?: string;
  readonly flags?: number;
  /** Clock ticks, 100 a second. */
  readonly utime?: number;
  readonly stime?: number;
  readonly starttime?: number;
  readonly nice?: number;
  readonly nlwp?: number;
  /** Bytes. */
  readonly vsize?: number;
  readonly rss?: number;
  readonly startstack?: number;
  readonly uid?: number;
  readonly cmdline?: readonly string[];
  readonly exe?: string;
  readonly cwd?: string;
  /** The body of /proc/PID/cgroup, or a v2 path. */
  readonly cgroup?: string;
  /** Soft "Max processes". */
  readonly nproc?: number | 'unlimited';
  /** Effective capabilities as hexadecimal digits. */
  readonly capEff?: string;
  /** Descriptor number to link target: `{3: 'socket:[77]'}`. */
  readonly fds?: Readonly<Record<number, string>>;
  /** Further files, or others than the default: `{wchan: 'do_wait'}`; undefined leaves one out. */
  readonly files?: Readonly<Record<string, string | Uint8Array | undefined>>;
}

export type Files = Record<string, string | Uint8Array>;

const PAGE = 4096;
const PF_KTHREAD = 0x00200000;

/** Kernel threads are kthreadd (pid 2) and its children. */
const isKernelThread = (p: ProcSpec): boolean => p.pid === 2 || p.ppid === 2;

export const STARTTIME_OF = (pid: number): number => 1000 + pid;

/** One line of proc_pid_stat(5), 52 fields. */
export function statLine(p: ProcSpec): string {
  const kernel = isKernelThread(p);
  const ppid = p.ppid ?? (p.pid <= 2 ? 0 : 1);
  const rss = Math.round((p.rss ?? (kernel ? 0 : 4 * 1024 * 1024)) / PAGE);
  const fields = [
    ...[p.state ?? 'S', ppid, p.pgrp ?? (kernel ? 0 : p.pid), p.session ?? (kernel ? 0 : p.pid)], // 3 to 6
    ...[p.ttyNr ?? 0, -1, p.flags ?? (kernel ? PF_KTHREAD | 0x40 : 0x00400000), 100, 0, 0, 0], // 7 to 13
    ...[p.utime ?? 0, p.stime ?? 0, 0, 0, 20 + (p.nice ?? 0), p.nice ?? 0, p.nlwp ?? 1, 0], // 14 to 21
    ...[p.starttime ?? STARTTIME_OF(p.pid), p.vsize ?? (kernel ? 0 : 16 * 1024 * 1024), rss], // 22 to 24
    '18446744073709551615', // 25 rsslim: beyond what a number can hold, as in life
    ...[kernel ? 0 : 1, kernel ? 0 : 1, p.startstack ?? (kernel ? 0 : 0x7ffd0000), 0, 0, 0, 0, 0, 0, 0], // 26 to 35
    ...[0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // 36 to 52
  ];
  return `${p.pid} (${p.comm ?? `proc${p.pid}`}) ${fields.join(' ')}\n`;
}

function status(p: ProcSpec): string {
  const uid = p.uid ?? 0;
  const ids = `${uid}\t${uid}\t${uid}\t${uid}`;
  const caps = p.capEff ?? (uid === 0 ? '000001ffffffffff' : '0000000000000000');
  return [
    `Name:\t${(p.comm ?? `proc${p.pid}`).replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `State:\t${p.state ?? 'S'} (made up)`,
    `Tgid:\t${p.pid}`,
    `Pid:\t${p.pid}`,
    `PPid:\t${p.ppid ?? 1}`,
    `Uid:\t${ids}`,
    `Gid:\t${ids}`,
    `NSpid:\t${p.pid}`,
    `Threads:\t${p.nlwp ?? 1}`,
    `SigQ:\t0/1000`,
    ...['SigPnd', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt'].map((mask) => `${mask}:\t0000000000000000`),
    `CapInh:\t0000000000000000`,
    `CapEff:\t${caps.padStart(16, '0')}`,
    '',
  ].join('\n');
}

function limits(p: ProcSpec): string {
  const row = (name: string, soft: string, unit: string): string =>
    `${name.padEnd(26)}${soft.padEnd(21)}${soft.padEnd(21)}${unit.padEnd(10)}\n`;
  return (
    `${'Limit'.padEnd(26)}${'Soft Limit'.padEnd(21)}${'Hard Limit'.padEnd(21)}Units     \n` +
    row('Max cpu time', 'unlimited', 'seconds') +
    row('Max processes', String(p.nproc ?? 96365), 'processes') +
    row('Max open files', '1024', 'files')
  );
}

/** The files of one /proc/PID by their names. Zombies and kernel threads have an empty cmdline. */
export function procFiles(p: ProcSpec): Files {
  const mute = isKernelThread(p) || p.state === 'Z';
  const argv = p.cmdline ?? (mute ? [] : [`/usr/bin/${p.comm ?? `proc${p.pid}`}`]);
  const pages = Math.round((p.rss ?? 0) / PAGE);
  const files: Record<string, string | Uint8Array | undefined> = {
    stat: statLine(p),
    status: status(p),
    cmdline: argv.map((word) => `${word}\0`).join(''),
    comm: `${p.comm ?? `proc${p.pid}`}\n`,
    limits: limits(p),
    cgroup: p.cgroup?.includes(':') === true ? p.cgroup : `0::${p.cgroup ?? '/'}\n`,
    statm: `${pages * 4} ${pages} ${Math.floor(pages / 2)} 1 0 ${pages} 0\n`,
    wchan: '0',
    io: 'rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n',
    oom_score: '0\n',
    environ: '',
    ...p.files,
  };
  return Object.fromEntries(
    Object.entries(files).filter((entry): entry is [string, string | Uint8Array] => entry[1] !== undefined),
  );
}
