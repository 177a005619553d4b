// Terminal names. The kernel gives a process's terminal as a device number; /proc/tty/drivers says which driver owns it.
import type { Kernel } from '../kernel.ts';
import { readText } from './text.ts';

interface TtyDriver {
  /** Without "/dev/". */
  readonly name: string;
  readonly major: number;
  readonly firstMinor: number;
  readonly lastMinor: number;
  readonly type: string;
}

/** Parses /proc/tty/drivers (proc_tty(5)): name, device, major, minor or range, type. */
export function parseTtyDrivers(text: string): TtyDriver[] {
  const drivers: TtyDriver[] = [];
  for (const line of text.split('\n')) {
    // From the right end, because a driver's own name may hold blanks.
    const found = /\s\/dev\/(\S+)\s+(\d+)\s+(\d+)(?:-(\d+))?\s+(\S+)\s*$/.exec(line);
    if (found === null) continue;
    const [, name = '', major, first, last = first, type = ''] = found;
    drivers.push({
      name,
      major: Number(major),
      firstMinor: Number(first),
      lastMinor: Number(last),
      type,
    });
  }
  return drivers;
}

// For a proc root without /proc/tty/drivers: the devices that people log in on (kernel devices.txt).
const COMMON = parseTtyDrivers(`
system /dev/tty 5 0 system:/dev/tty
system /dev/console 5 1 system:console
console /dev/tty 4 0-63 console
serial /dev/ttyS 4 64-255 serial
pty_slave /dev/pts 136 0-1048575 pty:slave
arm /dev/ttyAMA 204 64-77 serial
hvc /dev/hvc 229 0-127 system
usb /dev/ttyUSB 188 0-255 serial
acm /dev/ttyACM 166 0-255 serial`);

/** Major 5 holds single devices with a name of their own: tty, console, ptmx. */
const SINGLE_DEVICES = 5;

/**
 * The name of a tty_nr (proc_pid_stat(5) field 7) as ps shows it: "pts/3", "tty1", "ttyS0"; "MAJOR:MINOR" where no
 * driver is known, undefined for 0, which means no terminal.
 */
export function createTtyNames(kernel: Kernel): (ttyNr: number) => string | undefined {
  let drivers: TtyDriver[] | undefined;
  return (ttyNr) => {
    if (ttyNr === 0) return undefined;
    drivers ??= [...parseTtyDrivers(readText(kernel, 'tty/drivers') ?? ''), ...COMMON];
    // The minor is split around the major: bits 7-0 and 31-20 (new_encode_dev, linux/kdev_t.h).
    const major = (ttyNr >>> 8) & 0xfff;
    const minor = (ttyNr & 0xff) | ((ttyNr >>> 12) & 0xfff00);
    const driver = drivers.find((d) => d.major === major && minor >= d.firstMinor && minor <= d.lastMinor);
    if (driver === undefined) return `${major}:${minor}`;
    if (driver.major === SINGLE_DEVICES) return driver.name;
    if (driver.type === 'system:vtmaster') return `tty${minor}`;
    if (driver.type === 'console') return `${driver.name}${minor}`; // its range begins at tty1, not tty0
    const index = minor - driver.firstMinor;
    return driver.name === 'pts' ? `pts/${index}` : `${driver.name}${index}`;
  };
}
