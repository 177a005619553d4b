// /proc/PID/environ: the environment that a process was started with.
import { isFailure, type Kernel } from '../kernel.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // as in stat.ts

/**
 * Parses `NAME=value`, each ended by a NUL (proc_pid_environ(5)). A process may have written over it since (a title),
 * so a word without a `=` is passed over.
 */
export function parseEnviron(bytes: Uint8Array): Map<string, string> {
  const variables = new Map<string, string>();
  for (const word of decoder.decode(bytes).split('\0')) {
    const at = word.indexOf('=');
    if (at > 0) variables.set(word.slice(0, at), word.slice(at + 1));
  }
  return variables;
}

/** The environment of a process; empty where it can't be read. */
export function readEnviron(kernel: Kernel, pid: number): Map<string, string> {
  const bytes = kernel.read(`${pid}/environ`);
  return isFailure(bytes) ? new Map<string, string>() : parseEnviron(bytes);
}
