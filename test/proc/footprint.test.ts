// What a process costs in memory, counted in bytes of V8's heap after a collection: at 28,000 each hundred bytes are 3 MB.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unboxed } from '../../src/proc/unboxed.ts';
import { builtProgram } from '../support/builtProgram.ts';

const SOURCE = join(import.meta.dirname, '../../src');

/** Workers of one program, each with numbers of its own, as large as on a machine that is up for a month. */
const PROGRAM = `
import { createProcTable } from '${SOURCE}/proc/table.ts';
import { keyOf } from '${SOURCE}/derive/row.ts';
const COUNT = 10_000;
const STAT = (pid) => pid + ' (php-fpm) S 1 ' + pid + ' ' + pid + ' 34816 -1 4194560 0 0 0 0 ' + pid + ' ' + 2 * pid +
  ' 0 0 20 0 1 0 ' + (260_000_000 + pid) + ' 4294967296 ' + (500 + pid) +
  ' 18446744073709551615 1 1 ' + (140725000000000 + pid) + ' 0'.repeat(24);
const ARGV = () => '/usr/sbin/php-fpm\\0--config\\0/etc/php/fpm.conf\\0';
const TITLE = (pid) => 'php-fpm: pool ' + pid + '\\0'.repeat(200);
let cmdline = ARGV;
const kernel = {
  now: () => performance.now(),
  read: (path) => Buffer.from((path.endsWith('stat') ? STAT : cmdline)(parseInt(path))),
  stat: () => ({ uid: new Float64Array([33])[0], ino: 1, size: 0 }),
};
function heap() {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
const table = createProcTable(kernel, 100, 4096);
function fill(from) {
  for (let pid = from; pid < from + COUNT; pid++) {
    table.readStat(pid);
    table.readDetails(table.procs.get(pid), ['uid', 'cmdline'], false);
  }
}
table.beginLook();
fill(10_000); // what is made once is there
const before = heap();
fill(20_000);
const filled = heap();
for (const proc of table.procs.values()) keyOf(proc);
const keyed = heap();
cmdline = TITLE;
fill(30_000);
process.stdout.write([filled - before, (keyed - filled) / 2, heap() - keyed].map((bytes) => bytes / COUNT).join(' '));
`;

test('a process takes 600 bytes, its key 100, a title of its own 100', async () => {
  const program = await builtProgram(PROGRAM);
  const said = execFileSync(process.execPath, ['--expose-gc', program], { encoding: 'utf8' });
  const [entry, key, titled] = said.split(' ').map(Number) as [number, number, number];
  expect(entry).toBeGreaterThan(300);
  expect(entry).toBeLessThan(600);
  expect(key).toBeGreaterThan(30);
  expect(key).toBeLessThan(100);
  expect(titled - entry).toBeGreaterThan(30);
  expect(titled - entry).toBeLessThan(100);
});

test('a number stays what it is', () => {
  function asItIs(value: number): void {
    expect(unboxed(value)).toBe(value + 0); // -0 counts as 0
  }
  fc.assert(fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), asItIs));
  [2 ** 31 - 1, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 0.5, Infinity, NaN].forEach(asItIs);
});
