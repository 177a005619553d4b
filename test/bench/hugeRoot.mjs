// A made-up proc root of any size, on a tmpfs that is mounted for it and goes with the mount namespace. Reading it costs
// about half of what a real one does; what slotop itself does with the rows is all there (facts: proc-sampling, 7).
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['nginx', 'postgres', 'java', 'node', 'python3', 'php-fpm', 'sshd', 'redis-server'];
/** The services of 50 processes that the farm has. */
const SERVICE = 50;
const FIRST = 300;
const PID_MAX = 4_194_304;
const NET_HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

/** Fields 3 to 52 of proc_pid_stat(5). */
function statLine(pid, ppid, name) {
  const front = `${pid} (${name}) S ${ppid} ${pid} ${pid} 0 -1 4194304 100 0 0 0 ${pid % 97} 3 0 0 20 0 1 0`;
  return `${front} ${1000 + pid} 16777216 ${500 + (pid % 900)} 18446744073709551615 1 1 140725000000000${' 0'.repeat(24)}\n`;
}

/** The files of the machine as a whole. */
function systemFiles(size) {
  return {
    loadavg: `0.10 0.20 0.30 1/${size} ${FIRST + size}\n`,
    stat: `cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\nbtime 1700000000\nprocesses ${size}\n`,
    meminfo:
      'MemTotal: 64000000 kB\nMemFree: 32000000 kB\nMemAvailable: 40000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
    uptime: '1000.00 1800.00\n',
    'sys/kernel/pid_max': `${PID_MAX}\n`,
    'sys/kernel/threads-max': `${PID_MAX}\n`,
    'sys/kernel/hostname': 'madeup\n',
    'sys/kernel/osrelease': '6.18.0\n',
    ...Object.fromEntries(['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`net/${name}`, NET_HEAD])),
    'net/sockstat': 'sockets: used 0\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\nUDP: inuse 0 mem 0\n',
    'net/sockstat6': 'TCP6: inuse 0\nUDP6: inuse 0\n',
  };
}

/** @returns the path of the proc root; needs a mount namespace of its own */
export function hugeRoot(folder, size) {
  const root = mkdtempSync(join(folder, 'proc-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'none', root], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  for (const name of ['sys/kernel', 'net', 'shared']) mkdirSync(join(root, name), { recursive: true });
  for (const [name, text] of Object.entries(systemFiles(size))) writeFileSync(join(root, name), text);
  // One page a file: what many have in common is one file with many names.
  for (const name of NAMES)
    writeFileSync(join(root, 'shared', name), `/usr/bin/${name}\0--config\0/etc/${name}.conf\0`);
  const limits =
    'Limit                     Soft Limit           Hard Limit           Units     \nMax processes             unlimited            unlimited            processes\n';
  writeFileSync(join(root, 'shared/limits'), limits);
  writeFileSync(join(root, 'shared/cgroup'), '0::/\n');
  for (let number = 0; number < size; number++) {
    const pid = FIRST + number;
    const name = NAMES[Math.floor(number / SERVICE) % NAMES.length];
    const leader = pid - (number % SERVICE);
    const home = join(root, String(pid));
    mkdirSync(home);
    writeFileSync(join(home, 'stat'), statLine(pid, pid === leader ? 1 : leader, name));
    linkSync(join(root, 'shared', name), join(home, 'cmdline'));
    for (const shared of ['limits', 'cgroup']) linkSync(join(root, 'shared', shared), join(home, shared));
    symlinkSync('../net', join(home, 'net'));
  }
  return root;
}
