// The device files that a process holds open: a multiplexer's server holds the terminal of each client it draws on.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';

const DEVICE = /^\/dev\/(.+)$/;

/**
 * Names below /dev (`pts/3`, `tty1`, `null`), each once, from the links of /proc/PID/fd (proc_pid_fd(5)), read when asked.
 * The function answers `denied` for a process of another user, `gone` for one that has left.
 */
export function createDevicesOf(kernel: Kernel): (pid: number) => readonly string[] | Failure {
  return (pid) => {
    const fds = kernel.list(`${pid}/fd`);
    if (isFailure(fds)) return fds;
    const names = new Set<string>();
    for (const fd of fds) {
      const link = kernel.link(`${pid}/fd/${fd}`);
      // One that was closed since the listing is no device of it any more.
      const name = isFailure(link) ? undefined : DEVICE.exec(link.target)?.[1];
      if (name !== undefined) names.add(name);
    }
    return [...names];
  };
}
