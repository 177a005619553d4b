// The files of /proc that speak of the machine, made up to fit a set of processes.
import type { Files, ProcSpec } from './procText.ts';

const TCP_HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

export interface SocketSpec {
  /** Four numbers with dots. */
  readonly address?: string;
  readonly port: number;
  /** 0A is LISTEN, 07 an unconnected UDP socket, 01 ESTABLISHED. */
  readonly state?: string;
  readonly uid?: number;
  readonly inode: number;
}

/** A table in the form of /proc/net/tcp (proc_pid_net(5)): IPv4 addresses as the hex of a little-endian word. */
export function netTable(sockets: readonly SocketSpec[]): string {
  const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0');
  const rows = sockets.map((socket, index) => {
    const bytes = (socket.address ?? '127.0.0.1').split('.').map(Number).reverse();
    const local = `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(socket.port, 4)}`;
    return (
      `${String(index).padStart(4)}: ${local} 00000000:0000 ${socket.state ?? '0A'} 00000000:00000000 00:00000000 ` +
      `00000000 ${String(socket.uid ?? 0).padStart(5)}        0 ${socket.inode} 1 0000000000000000 100 0 0 10 0\n`
    );
  });
  return TCP_HEAD + rows.join('');
}

/** AT_PAGESZ (6) and AT_CLKTCK (17) as this machine's own bytes, 64 bits (getauxval(3)). */
function auxv(ticksPerSecond: number, pageSize: number): Uint8Array {
  return new Uint8Array(
    new BigUint64Array([6n, BigInt(pageSize), 17n, BigInt(ticksPerSecond), 0n, 0n]).buffer,
  );
}

/** All but PID folders and `self`, each to be replaced by name. */
export function systemFiles(processes: readonly ProcSpec[], pidMax = 32768): Files {
  const tasks = processes.reduce((sum, p) => sum + (p.nlwp ?? 1), 0);
  const newest = Math.max(1, ...processes.map((p) => p.pid));
  return {
    loadavg: `0.10 0.20 0.30 1/${tasks} ${newest}\n`,
    stat:
      'cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\n' +
      `intr 0\nctxt 1\nbtime 1700000000\nprocesses ${newest}\nprocs_running 1\nprocs_blocked 0\n`,
    meminfo:
      'MemTotal:        1000000 kB\nMemFree:          400000 kB\nMemAvailable:     600000 kB\n' +
      'Buffers:           10000 kB\nCached:           100000 kB\nSwapTotal:        200000 kB\nSwapFree:         150000 kB\n',
    uptime: '1000.00 1800.00\n',
    'sys/kernel/pid_max': `${pidMax}\n`,
    'sys/kernel/threads-max': '192730\n',
    'sys/kernel/osrelease': '6.18.0-made-up\n',
    'sys/kernel/hostname': 'madeup\n',
    'tty/drivers':
      'pty_slave            /dev/pts      136 0-1048575 pty:slave\nserial               /dev/ttyS       4 64 serial\n',
    'net/tcp': netTable([]),
    'net/tcp6': TCP_HEAD,
    'net/udp': netTable([]),
    'net/udp6': TCP_HEAD,
    'net/sockstat': 'sockets: used 0\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\nUDP: inuse 0 mem 0\n',
    'net/sockstat6': 'TCP6: inuse 0\nUDP6: inuse 0\n',
  };
}

/** What only the process that `self` names has. */
export function selfFiles(): Files {
  return { auxv: auxv(100, 4096), mountinfo: '' };
}
