import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { unlocked } from '../../src/proc/mmapLock.ts';
import type { Proc } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';

const PF_FORKNOEXEC = 0x40;

/** A reader that says whom it was sent to, and what it costs. */
function reader({
  runnable,
  costMs = 0,
  titleOf = () => 'bomb',
}: {
  readonly runnable: number;
  readonly costMs?: number;
  readonly titleOf?: (pid: number) => string;
}) {
  const kernel = createFakeKernel({ files: { loadavg: `9.00 9.00 9.00 ${runnable}/2000 99\n` } });
  const asked: number[] = [];
  const read = unlocked((_, proc) => {
    asked.push(proc.pid);
    kernel.advance(costMs);
    proc.cmdline = [titleOf(proc.pid)];
  });
  return { asked, read: (proc: Proc) => read(kernel, proc) };
}

const copy = (pid: number, own: Partial<Proc> = {}): Proc =>
  aProc({ pid, comm: 'bomb', startstack: 77, flags: PF_FORKNOEXEC, state: 'R', cmdline: undefined, ...own });

const CROWD = 100 * availableParallelism();

const asleep = (pid: number): Proc => copy(pid, { state: 'S' });

describe('in a crowd', () => {
  test('nobody is asked who may be in the middle of a fork; a copy is told by three others of its image', () => {
    const { asked, read } = reader({ runnable: CROWD });
    const [running, stranger] = [copy(1), copy(9, { startstack: 78 })];
    for (const proc of [running, asleep(2), asleep(3), asleep(3), stranger]) read(proc);
    read(running);
    expect(running.cmdline).toBeUndefined();
    read(asleep(4));
    for (const proc of [running, stranger]) read(proc);
    expect(asked).toEqual([2, 3, 3, 4]);
    expect(running.cmdline).toEqual(['bomb']);
    expect(stranger.cmdline).toBeUndefined();
  });

  test('copies with titles of their own tell nothing of another', () => {
    const { asked, read } = reader({
      runnable: CROWD,
      titleOf: (pid) => (pid === 4 ? 'nginx: worker process is shutting down' : 'nginx: worker process'),
    });
    const running = copy(1);
    for (const proc of [2, 3, 4, 5, 6].map(asleep)) read(proc);
    read(running);
    expect(running.cmdline).toBeUndefined();
    expect(asked).toEqual([2, 3, 4, 5, 6]);
  });

  test('a program of its own is not told by anybody, and tells nobody', () => {
    const { read } = reader({ runnable: CROWD });
    const own = copy(5, { flags: 0 });
    for (const pid of [2, 3, 4]) read(copy(pid, { flags: 0, state: 'S' }));
    const copied = copy(6);
    [own, copied].forEach(read);
    expect(own.cmdline).toBeUndefined();
    expect(copied.cmdline).toBeUndefined();
  });
});

describe('elsewhere', () => {
  test('everybody is asked, and says what is its own', () => {
    const { asked, read } = reader({ runnable: 2, titleOf: String });
    const both = [copy(1), copy(2)];
    both.forEach(read);
    expect(asked).toEqual([1, 2]);
    expect(both[1]?.cmdline).toEqual(['2']);
  });

  test('where a reading was slow, who runs is not asked again, and nobody once three have said the same', () => {
    const { asked, read } = reader({ runnable: 2, costMs: 30 });
    [copy(1), copy(2), asleep(3), asleep(4)].forEach(read);
    expect(asked).toEqual([1, 3, 4]);
    const later = asleep(5);
    read(later);
    expect(asked).toEqual([1, 3, 4]);
    expect(later.cmdline).toEqual(['bomb']);
  });
});
