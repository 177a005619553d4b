// A look that stops where every socket has its holders: against one that looks into everybody, and at what price.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHolderIndex } from '../../src/proc/holderIndex.ts';
import { likelyHolders } from '../../src/proc/likelyHolders.ts';
import { createPortTracker } from '../../src/proc/ports.ts';
import type { Proc, Socket } from '../../src/types.ts';
import { portModel, type PortModel } from './portModel.ts';

const FORKED = 0x40;

const look = ({ kernel, procs, clock }: PortModel, onlyLikely: boolean): readonly Socket[] =>
  createPortTracker(kernel).update(procs, [], clock, Infinity, onlyLikely);

const holders = (sockets: readonly Socket[], inode: number): number[] | undefined =>
  sockets.find((socket) => socket.inode === inode)?.holders.map(({ pid }) => pid);

/** A program of its own, or a fork of one: the place of the stack tells. */
function run(model: PortModel, pid: number, program: number, more: Partial<Proc> = {}): number {
  const flags = more.flags ?? 0;
  Object.assign(model.of(pid).proc, { comm: `p${program}`, pgrp: 1, session: 1, startstack: program, flags });
  Object.assign(model.of(pid).proc, more);
  return pid;
}

/** init and services of 50 forks each; the parent of every other one listens, and had its workers before. */
function farm(services: number): { model: PortModel; parents: number[]; inodes: number[] } {
  const model = portModel();
  const init = run(model, model.fork(), 1);
  const parents: number[] = [];
  for (let at = 0; at < services; at++) {
    const parent = run(model, model.fork(init), 10 + at);
    for (let worker = 0; worker < 49; worker++) run(model, model.fork(parent), 10 + at, { flags: FORKED });
    parents.push(parent);
  }
  const inodes = parents.filter((_, at) => at % 2 === 0).map((parent, at) => model.listen(parent, 8000 + at));
  return { model, parents, inodes };
}

test('where nothing is shared only a small part is looked into', () => {
  const { model, parents, inodes } = farm(40);
  const sockets = look(model, true);
  expect(inodes.map((inode) => holders(sockets, inode))).toEqual(
    parents.filter((_, at) => at % 2 === 0).map((pid) => [pid]),
  );
  // 41 have children and four links each; nobody else has a link read, and the workers of a holder are asked for one.
  expect(model.calls['fd']).toBeLessThanOrEqual(41 * 5);
  const asked = (model.calls['stat'] ?? 0) + (model.calls['list'] ?? 0);
  expect(asked).toBeLessThanOrEqual(20 * 49 + 41 * 2 + 10);
  const whole = portModelCalls(farm(40).model);
  expect(model.calls['fd']).toBeLessThan((whole['fd'] ?? 0) / 25);
});

function portModelCalls(model: PortModel): Readonly<Record<string, number>> {
  look(model, false);
  return model.calls;
}

test('the asker may rest every now and then, however many relatives a holder has', () => {
  const model = portModel();
  const master = run(model, model.fork(run(model, model.fork(), 1)), 2);
  for (let at = 0; at < 1_000; at++) run(model, model.fork(master), 2, { flags: FORKED });
  const inode = model.listen(master, 80); // which those don't have
  const index = createHolderIndex();
  index.set(model.of(master).proc, new Map([[inode, 3]]));
  const calls = (): number => model.calls['stat'] ?? 0;
  const likely = likelyHolders(model.kernel, model.procs, () => true, { index, isOpen: () => false });
  let [before, most] = [0, 0];
  for (let isDone: boolean | undefined = false; isDone !== true;) {
    isDone = likely.next().done;
    most = Math.max(most, calls() - before);
    before = calls();
  }
  expect(calls()).toBeGreaterThanOrEqual(1_000);
  expect(most).toBeLessThanOrEqual(64);
});

test('a worker that listens is found by its number of descriptors, before the others are looked into', () => {
  const { model } = farm(40);
  const worker = model.fork(model.fork(1));
  const inode = model.listen(worker, 80);
  const odd = [...model.procs.keys()][777] as number;
  const another = model.listen(odd, 81);
  const sockets = look(model, true);
  expect([holders(sockets, inode), holders(sockets, another)]).toEqual([[worker], [odd]]);
  expect(model.calls['fd']).toBeLessThanOrEqual(60 * 5);
});

test.each([true, false])(
  'whoever may share a socket is found (kernel counts descriptors: %s)',
  (countsFds) => {
    const model = portModel(countsFds);
    const init = run(model, model.fork(), 1);
    const found = (inode: number): number[] | undefined => holders(look(model, true), inode);

    const master = run(model, model.fork(init), 2);
    const before = run(model, model.fork(master), 2, { flags: FORKED });
    const inode = model.listen(master, 80);
    const workers = [1, 2, 3].map(() => run(model, model.fork(master), 2, { flags: FORKED }));
    expect(found(inode)).toEqual([master, ...workers]);
    const other = run(model, model.fork(before), 5);
    model.of(other).fds.set(3, undefined);
    model.hand(master, other, inode); // by another number, of another program, below one that does not hold it
    expect(found(inode)).toEqual([master, ...workers, other]);
    model.exit(other);

    // The master dies: its workers are orphans now, one of them in another program by another name.
    model.exit(master);
    run(model, workers[2] as number, 9, { comm: 'helper' });
    expect(found(inode)).toEqual(workers);

    // One in a session of its own has the name in common, one by another name the session.
    run(model, workers[0] as number, 2, { session: 77, pgrp: 77 });
    run(model, workers[2] as number, 9, { comm: 'helper', session: 77, pgrp: 78 });
    expect(found(inode)).toEqual(workers);

    // Socket activation: init opened it, and gave it to a child by another number.
    const activated = model.listen(init, 22);
    const service = run(model, model.fork(), 6, { ppid: init, session: 50, pgrp: 50 });
    const session = run(model, model.fork(service), 7, { session: 51, pgrp: 51 });
    model.hand(init, service, activated);
    expect(found(activated)).toEqual([init, service]);
    model.hand(service, session, activated);
    expect(found(activated)).toEqual([init, service, session]);
  },
);

test('where a socket has no holder everybody is looked into, and it is called hidden', () => {
  const { model, inodes } = farm(10);
  const unseen = model.listenUnseen(90);
  const sockets = look(model, true);
  expect(sockets.find(({ inode }) => inode === unseen)).toMatchObject({ holders: [], hidden: true });
  expect(sockets.filter(({ hidden }) => hidden)).toHaveLength(1);
  expect(sockets).toHaveLength(inodes.length + 1);
  expect(model.calls['fd']).toBeGreaterThan(500 * 3);
});

type Op = readonly [kind: number, a: number, b: number];

test('law: after any forks, exits and listeners all holders are found; after any history, one at least', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(9), fc.nat(40), fc.nat(40)), { maxLength: 60 }),
      fc.boolean(),
      fc.boolean(),
      (ops: readonly Op[], countsFds, isPlain) => {
        const model = portModel(countsFds);
        run(model, model.fork(), 1);
        for (const [kind, a, b] of ops) {
          const all = model.all();
          const one = all[a % all.length]?.proc as Proc;
          const held = [...model.of(one.pid).fds.values()].filter((inode) => inode !== undefined);
          const inode = held[b % Math.max(1, held.length)];
          if (kind < 4)
            run(model, model.fork(one.pid), one.startstack, {
              session: one.session,
              pgrp: one.pgrp,
              comm: one.comm,
              flags: FORKED,
            });
          else if (kind < 5) run(model, one.pid, 2 + b, { session: one.session, pgrp: one.pgrp });
          else if (kind < 6 && one.pid !== 1) model.exit(one.pid);
          else if (kind < 8) model.listen(one.pid, 1000 + b);
          else if (isPlain || inode === undefined) continue;
          else if (kind < 9) model.close(one.pid, inode);
          else model.hand(one.pid, all[b % all.length]?.proc.pid as number, inode);
        }
        const whole = look(model, false);
        const likely = look(model, true);
        if (isPlain) expect(likely).toEqual(whole);
        expect(likely.map(({ inode, hidden }) => [inode, hidden])).toEqual(
          whole.map(({ inode, hidden }) => [inode, hidden]),
        );
        for (const [at, { holders }] of likely.entries()) {
          expect(holders.length > 0).toBe((whole[at]?.holders.length ?? 0) > 0);
          expect(whole[at]?.holders).toEqual(expect.arrayContaining([...holders]));
        }
      },
    ),
  );
});

test('on a large machine the screen names every holder before it looks into a tenth, and then all by and by', () => {
  const { model, parents, inodes } = farm(100); // 5,101 processes
  const elsewhere = run(model, model.fork(parents[7], 9), 17); // in a network namespace of its own
  const far = model.listen(elsewhere, 90);
  const stranger = run(model, model.fork(parents[9]), 18);
  const tracker = createPortTracker(model.kernel);
  let sockets = tracker.update(model.procs, [], model.clock, 0);
  expect([sockets, tracker.isSearching()]).toEqual([[], true]);
  const slice = (): void => {
    model.clock += 32;
    sockets = tracker.update(model.procs, [], model.clock, 8);
  };
  const isNamed = (inode: number): boolean => (holders(sockets, inode) ?? []).length > 0;
  while (![...inodes, far].every(isNamed)) slice();
  const links = model.calls['fd'] ?? 0;
  expect(links).toBeLessThan(5_101 / 10);
  const [first = 0] = inodes;
  model.hand(parents[0] as number, stranger, first); // it tells nobody, and is no relative
  let slices = 0;
  while (holders(sockets, first)?.includes(stranger) !== true && slices < 50_000) {
    slice();
    slices++;
  }
  expect(holders(sockets, first)).toEqual([parents[0], stranger].sort((a = 0, b = 0) => a - b));
  expect((model.calls['fd'] ?? 0) - links).toBeLessThan(5_101 * 2);
});

test('of a small machine the screen looks into everybody at once, and finds a holder whom nothing tells of', () => {
  const { model, parents, inodes } = farm(19); // 951 processes
  const [first = 0] = inodes;
  const stranger = run(model, model.fork(parents[1]), 18);
  model.hand(parents[0] as number, stranger, first);
  const tracker = createPortTracker(model.kernel);
  let sockets = tracker.update(model.procs, [], model.clock, 0.3);
  let slices = 0;
  while (tracker.isSearching() && slices++ < 100) {
    model.clock += 32;
    sockets = tracker.update(model.procs, [], model.clock, 8);
  }
  expect(slices).toBeLessThan(30);
  expect(holders(sockets, first)).toEqual([parents[0], stranger].sort((a = 0, b = 0) => a - b));
  const links = model.calls['fd'] ?? 0;
  for (let look = 0; look < 20; look++) {
    model.clock += 1_500;
    tracker.update(model.procs, [], model.clock, 4);
  }
  expect((model.calls['fd'] ?? 0) - links).toBeLessThan(200);
});
