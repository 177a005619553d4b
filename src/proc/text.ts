// The small system files of /proc and /sys: read whole, as text. Process files stay bytes (stat.ts).
import { isFailure, type Kernel } from '../kernel.ts';

const decoder = new TextDecoder('utf-8');

/** A small file as text; undefined when it can't be read, whatever the reason: to its readers each means "unknown". */
export function readText(kernel: Kernel, path: string): string | undefined {
  const bytes = kernel.read(path);
  return isFailure(bytes) ? undefined : decoder.decode(bytes);
}

/** A file that holds one whole number (sysctl files, pids.current); undefined for anything else, "max" included. */
export function readInteger(kernel: Kernel, path: string): number | undefined {
  const text = readText(kernel, path)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
