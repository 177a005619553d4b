// The two constants that turn /proc's units into seconds and bytes.
import { endianness } from 'node:os';
import { isFailure, type Kernel } from '../kernel.ts';

export interface ClockTicks {
  /** USER_HZ: the unit of utime, stime and starttime. */
  readonly ticksPerSecond: number;
  /** Bytes of a page: the unit of rss and of statm. */
  readonly pageSize: number;
}

/** What every Linux of the last twenty years says unless built otherwise. */
const USUAL: ClockTicks = { ticksPerSecond: 100, pageSize: 4096 };

// Types of the auxiliary vector (getauxval(3), linux/auxvec.h).
const AT_NULL = 0;
const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

/** Parses pairs of machine words, type and value, up to AT_NULL (proc_pid_auxv(5)). */
export function parseAuxv(bytes: Uint8Array, wordBytes: 4 | 8, isLittleEndian: boolean): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number =>
    wordBytes === 8 ? Number(view.getBigUint64(at, isLittleEndian)) : view.getUint32(at, isLittleEndian);
  const values = new Map<number, number>();
  for (let at = 0; at + 2 * wordBytes <= bytes.byteLength; at += 2 * wordBytes) {
    const type = word(at);
    if (type === AT_NULL) break;
    values.set(type, word(at + wordBytes));
  }
  return values;
}

/** Reads /proc/self/auxv, which spares a `getconf` child; a proc root without one (a folder) gets the usual values. */
export function readClockTicks(kernel: Kernel): ClockTicks {
  const bytes = kernel.read('self/auxv');
  if (isFailure(bytes)) return USUAL;
  const wordBytes = process.arch === 'arm' || process.arch === 'ia32' ? 4 : 8;
  const values = parseAuxv(bytes, wordBytes, endianness() === 'LE');
  return {
    ticksPerSecond: values.get(AT_CLKTCK) || USUAL.ticksPerSecond,
    pageSize: values.get(AT_PAGESZ) || USUAL.pageSize,
  };
}
