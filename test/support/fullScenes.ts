// Three machines that can be filled to the last slot without harm to ours: by pid_max, by a user's nproc, by pids.max.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { owned } from './cleanup.ts';
import { waitUntil } from './identity.ts';
import { findProgram, isRoot } from './liveProcess.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

/** What makes the machine full. */
export interface Scene {
  readonly name: string;
  /** Tasks until it is full. */
  readonly limit: number;
  /** Why it can't be played here. */
  readonly whyNot: string | undefined;
  readonly open: (wrapper: Wrapper) => TestTerminal;
}

interface Wrapper {
  /** Starts what fills the machine beside slotop. */
  readonly script: string;
  readonly args: readonly string[];
  readonly size: { readonly cols: number; readonly rows: number };
}

const proc = (path: string): string => readFileSync(`/proc/${path}`, 'latin1');
const [major = 0, minor = 0] = proc('sys/kernel/osrelease').split('.').map(Number.parseFloat);
const python = findProgram('python3');
const unshare = findProgram('unshare');
const pids = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((folder) =>
  folder.endsWith('pids')
    ? existsSync(join(folder, 'cgroup.procs'))
    : existsSync(join(folder, 'cgroup.subtree_control')) &&
      readFileSync(join(folder, 'cgroup.subtree_control'), 'latin1').includes('pids'),
);
const needsBoth = !isRoot ? 'needs root' : python === undefined ? 'needs python3' : undefined;

/** A user that owns nothing else, so that what fills its limit is ours alone. */
const UID = 61_240;
const PID_MAX = 400;
const NPROC = 60;
const PIDS_MAX = 70;

export const SCENES: readonly Scene[] = [
  {
    name: 'pid_max',
    limit: PID_MAX,
    whyNot:
      needsBoth ??
      (unshare === undefined ? 'needs unshare' : undefined) ??
      // Before 6.14 writing pid_max in a namespace would change the whole machine's.
      (major > 6 || (major === 6 && minor >= 14) ? undefined : 'needs Linux 6.14'),
    open: ({ script, args, size }) =>
      openTerminal({
        ...size,
        command: unshare ?? '',
        args: [
          ...['--pid', '--fork', '--mount-proc', '--kill-child', '/bin/sh', '-c'],
          ...[`echo ${PID_MAX} >/proc/sys/kernel/pid_max; ${script}`, ...args],
        ],
      }),
  },
  {
    name: 'nproc of a user',
    limit: NPROC,
    whyNot: needsBoth,
    open: ({ script, args, size }) =>
      openTerminal({
        ...size,
        uid: UID,
        command: '/bin/sh',
        // dash calls it -p, bash -u.
        args: ['-c', `ulimit -u ${NPROC} 2>/dev/null || ulimit -p ${NPROC}; ${script}`, ...args],
      }),
  },
  {
    name: 'pids.max of a cgroup',
    limit: PIDS_MAX,
    whyNot: needsBoth ?? (pids === undefined ? 'needs a pids hierarchy' : undefined),
    open: ({ script, args, size }) => {
      const folder = join(pids ?? '', `slotop-full-${process.pid}`);
      mkdirSync(folder);
      const remove = (): boolean => {
        try {
          if (existsSync(folder)) rmdirSync(folder);
          return true;
        } catch {
          return false; // its last member leaves in a moment
        }
      };
      owned({
        stop: async () => void (await waitUntil(remove, `${folder} is empty`)),
        stopNow: () => void remove(),
      });
      writeFileSync(join(folder, 'pids.max'), String(PIDS_MAX));
      return openTerminal({
        ...size,
        command: '/bin/sh',
        args: ['-c', `echo $$ >${folder}/cgroup.procs; ${script}`, ...args],
      });
    },
  },
];
