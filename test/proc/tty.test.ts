import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKernel } from '../../src/kernel.ts';
import { createTtyNames } from '../../src/proc/tty.ts';
import { procDir } from '../support/procDir.ts';

/** MKDEV as the kernel shows it to users (new_encode_dev, linux/kdev_t.h). */
const device = (major: number, minor: number): number =>
  ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0;

const names = (drivers: string | undefined) =>
  createTtyNames(openKernel(procDir({ processes: [{ pid: 1 }], files: { 'tty/drivers': drivers } }).root));

const DRIVERS = `/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/console         /dev/console    5       1 system:console
/dev/vc/0            /dev/vc/0       4       0 system:vtmaster
my usb serial        /dev/ttyXR    190 0-7 serial
serial               /dev/ttyS       4      64 serial
pty_slave            /dev/pts      136 0-1048575 pty:slave
unknown              /dev/tty        4 1-63 console
`;

test.each([
  ['with the drivers of the machine', DRIVERS],
  ['without them', undefined],
])('names terminals as ps does, %s', (_, drivers) => {
  const ttyName = names(drivers);
  expect(ttyName(0)).toBe(undefined);
  expect(ttyName(device(136, 3))).toBe('pts/3');
  expect(ttyName(device(4, 1))).toBe('tty1');
  expect(ttyName(device(4, 0))).toBe('tty0');
  expect(ttyName(device(4, 64))).toBe('ttyS0');
  expect(ttyName(device(5, 1))).toBe('console');
});

test('a driver that only this machine has, with blanks in its name', () => {
  expect(names(DRIVERS)(device(190, 5))).toBe('ttyXR5');
});

test('a device of no known driver is still told from others', () => {
  expect(names(DRIVERS)(device(190, 9))).toBe('190:9');
});

test('every pts number comes back, beyond 255 and also where tty_nr reads negative', () => {
  const ttyName = names(DRIVERS);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_048_575 }), (index) => {
      expect(ttyName(device(136, index))).toBe(`pts/${index}`);
      expect(ttyName(device(136, index) | 0)).toBe(`pts/${index}`);
    }),
  );
});
