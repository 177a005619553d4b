// What is read of a process beyond its stat line. Each Need is one record: how it is read, and how long it holds.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Need, Proc } from '../types.ts';
import { cgroupPath } from './cgroup.ts';
import { createCgroupMembers, type CgroupMembers } from './cgroupMembers.ts';
import { unlocked } from './mmapLock.ts';
import { remembered } from './remembered.ts';
import { unboxed } from './unboxed.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // as in stat.ts

interface Detail {
  /** `life`: the same until the process execs (with a look again now and then); `look`: changes all the time. */
  readonly holds: 'life' | 'look';
  readonly read: (kernel: Kernel, proc: Proc) => void;
  /** Between these two many are read at once, and what one read says of others may be used. */
  readonly beginMany?: (kernel: Kernel) => void;
  readonly endMany?: () => void;
}

/** These files are handed out whole, so a read that gives less than a page was the last: looking for the end is spared. */
const WHOLE = 1;

function text(kernel: Kernel, path: string): string | undefined {
  const bytes = kernel.read(path, WHOLE);
  return isFailure(bytes) ? undefined : decoder.decode(bytes);
}

/** A zombie has no links any more: what was known of it stays. One that we may not read (after an exec) is unknown again. */
function link(kernel: Kernel, path: string, known: string | undefined): string | undefined {
  const answer = kernel.link(path);
  if (answer === 'gone') return known;
  return isFailure(answer) ? undefined : answer.target;
}

function numberAfter(body: string | undefined, label: string): number | undefined {
  const at = body?.indexOf(label) ?? -1;
  if (body === undefined || at < 0) return undefined;
  const value = Number.parseInt(body.slice(at + label.length), 10);
  return Number.isNaN(value) ? undefined : value;
}

/** argv as the kernel gives it: each argument ends with a NUL (proc_pid_cmdline(5)). */
export function splitCmdline(bytes: Uint8Array): readonly string[] {
  return bytes.length === 0 ? [] : wordsOf(decoder.decode(bytes.subarray(0, endOf(bytes))));
}

/**
 * Where the last argument ends. A title written over argv (setproctitle) leaves the rest of the old room as NULs: those
 * are no arguments, and a string cut off before them would keep them in memory.
 */
function endOf(bytes: Uint8Array): number {
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  const isTitle = bytes.indexOf(0) === end && bytes.subarray(0, end).includes(SPACE);
  return isTitle ? end : Math.max(end, bytes.length - 1);
}

const SPACE = 0x20;
const wordsOf = remembered((line): readonly string[] => line.split('\0'));

function readCmdline(kernel: Kernel, proc: Proc): void {
  const bytes = kernel.read(`${proc.pid}/cmdline`, WHOLE);
  if (isFailure(bytes)) return;
  // A zombie's cmdline reads empty: what we knew of it says more.
  if (bytes.length > 0 || proc.cmdline === undefined) proc.cmdline = splitCmdline(bytes);
}

/** Page size is needed for statm, which counts pages. */
export function detailReaders(pageSize: number): Readonly<Record<Need, Detail>> {
  const cgroupOf = remembered(cgroupPath);
  let members: CgroupMembers | undefined;
  return {
    // A stat of the folder gives the effective uid; the files inside say root for a process that may not be dumped.
    uid: {
      holds: 'life',
      read: (kernel, proc) => {
        const stat = kernel.stat(String(proc.pid));
        if (!isFailure(stat)) proc.uid = unboxed(stat.uid);
      },
    },
    cmdline: { holds: 'life', read: unlocked(readCmdline) },
    exe: {
      holds: 'life',
      read: (kernel, proc) => void (proc.exe = link(kernel, `${proc.pid}/exe`, proc.exe)),
    },
    cwd: {
      holds: 'life',
      read: (kernel, proc) => void (proc.cwd = link(kernel, `${proc.pid}/cwd`, proc.cwd)),
    },
    cgroup: {
      holds: 'life',
      read: (kernel, proc) => {
        const known = members?.pathOf(proc.pid);
        const body = known === undefined ? text(kernel, `${proc.pid}/cgroup`) : undefined;
        if (known !== undefined) proc.cgroup = known;
        if (body === undefined) return;
        proc.cgroup = cgroupOf(body);
        members?.met(proc.pid, body, proc.cgroup);
      },
      beginMany: (kernel) => void (members = createCgroupMembers(kernel)),
      endMany: () => void (members = undefined),
    },
    shr: {
      holds: 'look',
      read: (kernel, proc) => {
        const pages = text(kernel, `${proc.pid}/statm`)?.split(' ')[2];
        proc.shr = pages === undefined ? undefined : Number(pages) * pageSize;
      },
    },
    io: {
      holds: 'look',
      read: (kernel, proc) => {
        const body = text(kernel, `${proc.pid}/io`);
        proc.ioRead = numberAfter(body, '\nread_bytes: ');
        proc.ioWrite = numberAfter(body, '\nwrite_bytes: ');
      },
    },
    wchan: {
      holds: 'look',
      read: (kernel, proc) => {
        const name = text(kernel, `${proc.pid}/wchan`);
        proc.wchan = name === undefined || name === '0' ? undefined : name;
      },
    },
    // The size of the folder is the number of descriptors since Linux 6.2; before that it is 0 and has to be counted.
    fds: {
      holds: 'look',
      read: (kernel, proc) => {
        const stat = kernel.stat(`${proc.pid}/fd`);
        if (isFailure(stat)) return void (proc.fds = undefined);
        if (stat.size > 0) return void (proc.fds = stat.size);
        const names = kernel.list(`${proc.pid}/fd`);
        proc.fds = isFailure(names) ? undefined : names.length;
      },
    },
    oom: {
      holds: 'look',
      read: (kernel, proc) => {
        const score = text(kernel, `${proc.pid}/oom_score`);
        proc.oom = score === undefined ? undefined : Number(score);
      },
    },
  };
}
