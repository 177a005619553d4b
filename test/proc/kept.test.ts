// Rows read through a descriptor that is kept, over files that are written in place: what is told of them is what stands
// there, whether that is what it was or not.
import { expect, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { createProcTable } from '../../src/proc/table.ts';
import type { Proc } from '../../src/types.ts';
import { procDir } from '../support/procDir.ts';
import { statLine, type ProcSpec } from '../support/procText.ts';

/** Half of the descriptors that we may open are kept: one. */
const ROOM_FOR_ONE = 'Max open files            2                    2                    files\n';

function scene(...processes: ProcSpec[]) {
  const dir = procDir({ processes });
  dir.write('self/limits', ROOM_FOR_ONE);
  const real = openKernel(dir.root);
  let now = 0;
  const paths: string[] = [];
  const kernel: Kernel = {
    ...real,
    canSignal: true, // as on our own machine, whose limits hold for us
    now: () => now,
    read: (path, longest, isEnough) => (paths.push(path), real.read(path, longest, isEnough)),
  };
  const table = createProcTable(kernel, 100, 4096);
  function get(pid: number): Proc {
    const proc = table.procs.get(pid);
    if (proc === undefined) throw new Error(`no process ${pid}`);
    return proc;
  }
  return {
    get,
    write: (spec: ProcSpec) => dir.write(`${spec.pid}/stat`, statLine(spec)),
    hot: () => table.hot().map(({ pid }) => pid),
    /** A second later reads those, and `through` descriptors from then on. @returns those that were read by their path */
    look(pids: readonly number[], through = pids): readonly string[] {
      now += 1000;
      paths.length = 0;
      table.beginLook();
      for (const pid of pids) {
        const known = table.procs.get(pid);
        if (known !== undefined && through.includes(pid)) table.keep(known);
        table.readStat(pid);
      }
      return paths.filter((path) => path.endsWith('stat'));
    },
  };
}

test('a row that says the same again was read, and used nothing', () => {
  const { get, write, look } = scene({ pid: 10, utime: 100 });
  look([10]);
  write({ pid: 10, utime: 150 });
  expect(look([10])).toEqual([]);
  expect(get(10).cpu).toBeCloseTo(50, 9);
  look([10]);
  expect(get(10)).toMatchObject({ cpu: 0, readAt: 3000 });
  write({ pid: 10, utime: 160 });
  look([10]);
  expect(get(10).cpu).toBeCloseTo(10, 9); // of the last second, not of two
});

test('one byte that is another is seen, and a longer line, and a shorter one', () => {
  const { get, write, look } = scene({ pid: 10, state: 'S', nlwp: 9 });
  look([10]);
  look([10]);
  write({ pid: 10, state: 'T', nlwp: 9 });
  look([10]);
  expect(get(10).state).toBe('T');
  write({ pid: 10, state: 'T', nlwp: 10 });
  look([10]);
  expect(get(10).nlwp).toBe(10);
  write({ pid: 10, state: 'T', nlwp: 9 });
  look([10]);
  expect(get(10).nlwp).toBe(9);
});

test('what waits for a processor all the time is read at every look, though its line stays the same', () => {
  const { write, look, hot } = scene({ pid: 10, state: 'S' });
  look([10]);
  write({ pid: 10, state: 'R' });
  for (let looks = 0; looks < 9; looks++) look([10]);
  expect(hot()).toEqual([10]);
});

test('what a descriptor answered is forgotten with it', () => {
  const { get, write, look } = scene({ pid: 10, state: 'S' }, { pid: 20 });
  look([10, 20], []);
  expect(look([10])).toEqual([]);
  expect(look([20])).toEqual([]); // takes the only descriptor
  write({ pid: 10, state: 'T' });
  expect(look([10], [])).toEqual(['10/stat']);
  expect(get(10).state).toBe('T');
  write({ pid: 10, state: 'S' });
  expect(look([10])).toEqual([]);
  expect(get(10).state).toBe('S');
});
