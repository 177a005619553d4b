// The names in /proc/PID/fd without a listing, which costs as much as five links. Processes of one family mostly have the
// same numbers open, and the size of the folder is how many there are (Linux 6.2): where so many usual names all turn out
// to be there, they are all. The first that isn't has the folder listed.
import { isFailure, type Kernel } from '../kernel.ts';
import type { Failure } from '../types.ts';

/** A process with more is not like another. */
const MOST = 64;

interface Usual {
  readonly names: readonly string[];
  /** Two listings in a row said so. */
  isSure: boolean;
}

/** By their number. What it says is never taken for true, so one serves every kernel door. */
const usual = new Map<number, Usual>();

/** The names that are likely there; undefined where nobody knows. */
export function usualNames(kernel: Kernel, folder: string): readonly string[] | undefined {
  const stat = kernel.stat(folder);
  const known = isFailure(stat) ? undefined : usual.get(stat.size);
  return known?.isSure === true ? known.names : undefined;
}

/** Lists them, and learns from it. */
export function listNames(kernel: Kernel, folder: string): readonly string[] | Failure {
  const names = kernel.list(folder);
  if (isFailure(names) || names.length === 0 || names.length > MOST) return names;
  const known = usual.get(names.length);
  const isSame = known !== undefined && names.every((name, at) => name === known.names[at]);
  usual.set(names.length, { names, isSure: isSame });
  return names;
}
