import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { unlocked } from '../../src/proc/mmapLock.ts';
import type { Proc } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';

const PF_FORKNOEXEC = 0x40;

/** A reader that says whom it was sent to, and what it costs. */
function reader({ runnable, costMs = 0 }: { readonly runnable: number; readonly costMs?: number }) {
  const kernel = createFakeKernel({ files: { loadavg: `9.00 9.00 9.00 ${runnable}/2000 99\n` } });
  const asked: number[] = [];
  const read = unlocked((_, proc) => {
    asked.push(proc.pid);
    kernel.advance(costMs);
    proc.cmdline = ['bomb', String(proc.pid)];
  });
  return { asked, read: (proc: Proc) => read(kernel, proc) };
}

const copy = (pid: number, own: Partial<Proc> = {}): Proc =>
  aProc({ pid, comm: 'bomb', startstack: 77, flags: PF_FORKNOEXEC, state: 'R', cmdline: undefined, ...own });

const CROWD = 100 * availableParallelism();

describe('in a crowd', () => {
  test('nobody is asked who may be in the middle of a fork; a copy is told by its image', () => {
    const { asked, read } = reader({ runnable: CROWD });
    const [unknown, sleeper, later, other] = [
      copy(1),
      copy(2, { state: 'S' }),
      copy(3),
      copy(4, { startstack: 78 }),
    ];
    for (const proc of [unknown, sleeper, later, other]) read(proc);
    expect(asked).toEqual([2]);
    expect(unknown.cmdline).toBeUndefined();
    expect(later.cmdline).toEqual(['bomb', '2']);
    expect(other.cmdline).toBeUndefined();
    read(unknown);
    expect(unknown.cmdline).toEqual(['bomb', '2']);
  });

  test('a program of its own is not told by anybody', () => {
    const { asked, read } = reader({ runnable: CROWD });
    const own = copy(5, { flags: 0 });
    read(copy(2, { state: 'S' }));
    read(own);
    expect(own.cmdline).toBeUndefined();
    expect(asked).toEqual([2]);
  });
});

describe('elsewhere', () => {
  test('everybody is asked, and says what is its own', () => {
    const { asked, read } = reader({ runnable: 2 });
    const both = [copy(1), copy(2)];
    both.forEach(read);
    expect(asked).toEqual([1, 2]);
    expect(both[1]?.cmdline).toEqual(['bomb', '2']);
  });

  test('where a reading was slow, its copies are not asked again', () => {
    const { asked, read } = reader({ runnable: 2, costMs: 30 });
    const both = [copy(1), copy(2)];
    both.forEach(read);
    expect(asked).toEqual([1]);
    expect(both[1]?.cmdline).toEqual(['bomb', '1']);
  });
});
