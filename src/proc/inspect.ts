// What is read of one process because the user asked: its open files and its environment.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface OpenFile {
  readonly fd: number;
  /** A path, or what the kernel calls it: `socket:[123]`, `pipe:[45]`, `anon_inode:[eventpoll]`. */
  readonly target: string;
}

/** The open descriptors by number (proc_pid_fd(5)); one that closes meanwhile is left out. */
export function openFiles(kernel: Kernel, pid: number): readonly OpenFile[] | Failure {
  const names = kernel.list(`${pid}/fd`);
  if (isFailure(names)) return names;
  const files: OpenFile[] = [];
  for (const name of names) {
    const link = kernel.link(`${pid}/fd/${name}`);
    if (!isFailure(link)) files.push({ fd: Number(name), target: link.target });
  }
  return files.sort((a, b) => a.fd - b.fd);
}

/** The environment that the process was started with (proc_pid_environ(5)), a `NAME=value` each. */
export function environment(kernel: Kernel, pid: number): readonly string[] | Failure {
  const bytes = kernel.read(`${pid}/environ`);
  if (isFailure(bytes)) return bytes;
  return decoder
    .decode(bytes)
    .split('\0')
    .filter((word) => word !== '');
}
