// Two looks through one descriptor each: what the second says is of the process that has the number then.
import { expect, test } from 'vitest';
import { isFailure, openKernel, type Kernel } from '../../src/kernel.ts';
import { newStatLine, parseStat, STARTTIME } from '../../src/proc/stat.ts';
import { statTwice } from '../../src/proc/statTwice.ts';
import { createFakeKernel, type FakeKernel, type FakeKernelSpec } from '../support/fakeKernel.ts';
import { spawnIdle } from '../support/procs.ts';
import { waitUntil, sameProcess } from '../support/identity.ts';

const LIMITS = (files: number): string => `Max open files            ${files}     ${files}     files\n`;

interface Scene {
  readonly fake: FakeKernel;
  readonly twice: ReturnType<typeof statTwice>;
  /** What the machine was asked for, `read 7/stat` or `reread`. */
  readonly asked: string[];
  look(...pids: readonly number[]): (number | string)[];
}

/** The start times of those, or why there is none. */
function look({ read }: Kernel, pids: readonly number[]): (number | string)[] {
  const line = newStatLine();
  return pids.map((pid) => {
    const bytes = read(`${pid}/stat`, 2048);
    if (isFailure(bytes)) return bytes;
    return parseStat(bytes, line) ? (line.field[STARTTIME] as number) : 'unreadable';
  });
}

function scene(spec: FakeKernelSpec, openFiles = 1000): Scene {
  const fake = createFakeKernel({ ...spec, files: { ...spec.files, 'self/limits': LIMITS(openFiles) } });
  const asked: string[] = [];
  const kernel: Kernel = {
    ...fake,
    read(path, ...more) {
      if (path.endsWith('/stat')) asked.push(`read ${path}`);
      return fake.read(path, ...more);
    },
    open(path) {
      asked.push(`open ${path}`);
      return fake.open(path);
    },
    reread(fd) {
      asked.push('reread');
      return fake.reread(fd);
    },
  };
  const twice = statTwice(kernel);
  return { fake, twice, asked, look: (...pids) => look(twice.kernel, pids) };
}

test('each path is looked up once, and each descriptor closed when it has answered', () => {
  const { fake, twice, asked, look } = scene({ processes: [{ pid: 10 }, { pid: 11 }] });
  const first = look(10, 11);
  expect(fake.heldOpen).toBe(2);
  twice.lastLook();
  expect(look(10, 11)).toEqual(first);
  expect(asked).toEqual(['open 10/stat', 'reread', 'open 11/stat', 'reread', 'reread', 'reread']);
  expect(fake.heldOpen).toBe(0);
});

test('who came between is read by its path, and nothing of it is kept', () => {
  const { fake, twice, asked, look } = scene({ processes: [{ pid: 10 }] });
  look(10);
  twice.lastLook();
  fake.fork({ pid: 12, starttime: 5 });
  expect(look(10, 12)[1]).toBe(5);
  expect(asked.at(-1)).toBe('read 12/stat');
  expect(fake.heldOpen).toBe(0);
});

test('a number that is somebody else now tells of the new one', () => {
  const { fake, twice, look } = scene({ processes: [{ pid: 10, starttime: 3 }] });
  expect(look(10)).toEqual([3]);
  twice.lastLook();
  fake.replace(10, { starttime: 4 });
  expect(look(10)).toEqual([4]);
});

test('who left is gone; what is still open is closed at the end', () => {
  const { fake, twice, look } = scene({ processes: [{ pid: 10 }, { pid: 11 }] });
  look(10, 11);
  fake.exit(10);
  fake.exit(11);
  twice.lastLook();
  expect(look(10)).toEqual(['gone']);
  twice.close();
  expect(fake.heldOpen).toBe(0);
});

test('half of the descriptors that we may open are left for others', () => {
  const processes = Array.from({ length: 10 }, (_, at) => ({ pid: 20 + at, starttime: at }));
  const { fake, twice, look } = scene({ processes }, 12);
  const pids = processes.map(({ pid }) => pid);
  const first = look(...pids);
  expect(fake.heldOpen).toBe(6);
  expect(first).toEqual(processes.map(({ starttime }) => starttime));
  twice.lastLook();
  expect(look(...pids)).toEqual(first);
});

test('where no more can be opened it reads as ever', () => {
  const fake = createFakeKernel({
    processes: [{ pid: 10, starttime: 3 }],
    files: { 'self/limits': LIMITS(100) },
  });
  const { kernel } = statTwice({ ...fake, open: () => 'limit' });
  expect(look(kernel, [10])).toEqual([3]);
});

test('of real processes: one that lives, one that has left', async () => {
  const [stays, leaves] = [await spawnIdle(), await spawnIdle()];
  const twice = statTwice(openKernel());
  const pids = [stays.pid, leaves.pid];
  const first = look(twice.kernel, pids);
  expect(first).toEqual([stays.starttime, leaves.starttime]);
  process.kill(leaves.pid, 'SIGKILL');
  await waitUntil(() => sameProcess(leaves) === undefined, 'an end');
  twice.lastLook();
  expect(look(twice.kernel, pids)).toEqual([stays.starttime, 'gone']);
  twice.close();
});
