// A sweep over a made-up table: a clock that moves with every question, a wire that checks every signal, and things
// that happen in between.
import { parseTarget, isFilterError, type Filter } from '../../../src/derive/match.ts';
import { planOf, type Order } from '../../../src/commands/order.ts';
import type { Kernel } from '../../../src/kernel.ts';
import { createProcTable } from '../../../src/proc/table.ts';
import { recruitsOf } from '../../../src/signal/sweep/recruits.ts';
import type { SweepRequest } from '../../../src/signal/sweep/membership.ts';
import { signalNamed } from '../../../src/signal/signals.ts';
import type { Sample } from '../../../src/types.ts';
import { aSample } from '../../derive/aSample.ts';
import type { FakeKernel } from '../../support/fakeKernel.ts';

export const [STOP, CONT, KILL] = ['STOP', 'CONT', 'KILL'].map((name) => signalNamed(name).number) as [
  number,
  number,
  number,
];

const STAT = /\/stat$/;
/** What a sweep may ask for beyond stat; other files (autogroup, passwd) are missing here. */
const FORESEEN = /^(loadavg|self\/auxv|\d+\/(cmdline|status|wchan|cgroup|environ))$/;
/** What one question costs (ms): a file of /proc takes a tenth of that. */
const QUESTION_MS = 0.2;

export interface Wire {
  readonly kernel: Kernel;
  /** STOP or KILL to a pid that was not read since the signal before. Must stay empty. */
  readonly blind: readonly string[];
  /** Runs before a signal is sent or stat is read: the world goes on meanwhile. */
  meanwhile: (calls: number) => void;
}

export function wired(fake: FakeKernel): Wire {
  const read = new Set<number>();
  const files = new Map<number, number>();
  const blind: string[] = [];
  let calls = 0;
  const wire: Wire = {
    blind,
    meanwhile: () => undefined,
    kernel: {
      ...fake,
      now() {
        fake.advance(QUESTION_MS);
        return fake.now();
      },
      open(path) {
        const fd = fake.open(path);
        if (typeof fd === 'number') files.set(fd, Number.parseInt(path, 10));
        return fd;
      },
      reread(fd) {
        wire.meanwhile(++calls);
        read.add(files.get(fd) ?? 0);
        return fake.reread(fd);
      },
      read(path, longest) {
        wire.meanwhile(++calls);
        const pid = Number(/^(\d+)\/stat$/.exec(path)?.[1]);
        if (pid > 0) read.add(pid);
        return STAT.test(path) || FORESEEN.test(path) ? fake.read(path, longest) : 'gone';
      },
      kill(pid, signal) {
        wire.meanwhile(++calls);
        if (signal !== CONT && !read.delete(pid)) blind.push(`${signal} to ${pid}`);
        return fake.kill(pid, signal);
      },
    },
  };
  return wire;
}

export function filterOf(text: string): Filter {
  const filter = parseTarget(text);
  if (isFilterError(filter)) throw new Error(filter.error);
  return filter;
}

function sampleOf(kernel: Kernel): Sample {
  const table = createProcTable(kernel, 100, 4096);
  const names = kernel.list('.');
  if (typeof names === 'string') throw new Error(names);
  for (const name of names) if (/^\d+$/.test(name)) table.readStat(Number(name));
  for (const proc of table.procs.values()) table.readDetails(proc, ['uid', 'cmdline', 'exe'], false);
  return {
    ...aSample([]),
    procs: new Map([...table.procs].map(([pid, proc]) => [pid, { ...proc }])),
    self: kernel.pid,
  };
}

/** What the command line makes of these words. */
export function requestFor(
  kernel: Kernel,
  targets: readonly string[],
  { tree = false, exclude }: { readonly tree?: boolean; readonly exclude?: string } = {},
): SweepRequest {
  const order: Order = {
    action: 'sweep',
    signal: signalNamed('KILL'),
    targets: targets.map(filterOf),
    exclude: exclude === undefined ? undefined : filterOf(exclude),
    tree,
    forced: undefined,
  };
  const sample = sampleOf(kernel);
  return {
    plan: planOf(order, sample, () => undefined),
    sample,
    recruits: order.targets.flatMap((target) => recruitsOf(target) ?? []),
    exclude: order.exclude,
    tree,
  };
}
