// Laws of the port search over machines in memory: what is found, when at the latest, and at what cost.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPortTracker, socketsOf, type PortTracker } from '../../src/proc/ports.ts';
import type { Socket } from '../../src/types.ts';
import { portModel, type PortModel } from './portModel.ts';

const TICK_MS = 1500;
const BUDGET_MS = 4;

function tick(model: PortModel, tracker: PortTracker, budget = BUDGET_MS): readonly Socket[] {
  model.clock += TICK_MS;
  const births = model.births;
  model.births = [];
  return tracker.update(model.procs, births, model.clock, budget);
}

function ticks(model: PortModel, tracker: PortTracker, count: number): readonly Socket[] {
  let sockets: readonly Socket[] = [];
  for (let i = 0; i < count; i++) sockets = tick(model, tracker);
  return sockets;
}

const holdersIn = (sockets: readonly Socket[]): Map<number, number[]> =>
  new Map(sockets.map(({ inode, holders }) => [inode, holders.map((holder) => holder.pid)]));
const sorted = (map: Map<number, number[]>): [number, number[]][] => [...map].sort(([a], [b]) => a - b);

/** How many ticks until `holds`, at most `most`. */
function ticksUntil(
  model: PortModel,
  tracker: PortTracker,
  holds: (sockets: readonly Socket[]) => boolean,
  most: number,
) {
  for (let count = 1; count <= most; count++) if (holds(tick(model, tracker))) return count;
  return Infinity;
}

const isHeldBy =
  (inode: number, ...pids: number[]) =>
  (sockets: readonly Socket[]): boolean =>
    String(holdersIn(sockets).get(inode)) === String(pids);

/** init and `count` children of it with some files each, all known to the tracker. */
function settled(
  count: number,
  countsFds = true,
): { model: PortModel; tracker: PortTracker; pids: number[] } {
  const model = portModel(countsFds);
  const tracker = createPortTracker(model.kernel);
  const init = model.fork();
  const pids = Array.from({ length: count }, () => model.fork(init));
  for (const pid of pids) for (let fd = 3; fd < 9; fd++) model.of(pid).fds.set(fd, undefined);
  ticks(model, tracker, count / 5 + 5);
  return { model, tracker, pids };
}

/** One of 200 has listened for long, and nothing is open. */
function served() {
  const { model, tracker, pids } = settled(200);
  const master = pids[0] as number;
  const inode = model.listen(master, 80);
  ticksUntil(model, tracker, isHeldBy(inode, master), 60);
  ticks(model, tracker, 60);
  return { model, tracker, pids, master, inode };
}

type Op = readonly [kind: number, a: number, b: number];

function apply(model: PortModel, [kind, a, b]: Op): void {
  const all = model.all();
  const one = all[a % all.length]?.proc.pid ?? 1;
  const other = all[b % all.length]?.proc.pid ?? 1;
  const held = [...new Set([...model.of(one).fds.values()])].filter((inode) => inode !== undefined);
  const inode = held[b % Math.max(1, held.length)];
  if (kind < 3 && all.length < 30) model.fork(one, kind === 0 ? 7 + (b % 3) : undefined);
  else if (kind < 5 && one !== 1) model.exit(one);
  else if (kind < 8) model.listen(one, 1000 + b);
  else if (kind < 9 && inode !== undefined) model.close(one, inode);
  else if (kind < 10 && inode !== undefined) model.hand(one, other, inode);
  else if (kind === 10 && one !== 1) model.of(one).denied = !model.of(one).denied;
  else if (kind === 11) model.listenUnseen(2000 + b);
  else if (kind === 12) model.of(one).netns = 7 + (b % 3);
  else if (kind === 13) model.exec(one);
}

/** A socket of a namespace in which no process lives any more can't be seen through /proc. */
function visibleTruth(model: PortModel, sockets: readonly Socket[]): Map<number, number[]> {
  const listed = new Set(sockets.map((socket) => socket.inode));
  return new Map([...model.truth()].filter(([inode]) => listed.has(inode)));
}

const history = fc.array(fc.tuple(fc.nat(16), fc.nat(40), fc.nat(40)), { maxLength: 60 });

describe('the port search', () => {
  test('law: after any history a bounded number of quiet ticks knows every holder, and who is hidden', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (ops, countsFds) => {
        const model = portModel(countsFds);
        const tracker = createPortTracker(model.kernel);
        model.fork();
        for (const op of ops) {
          if (op[0] > 13) tick(model, tracker);
          else apply(model, op);
        }
        const sockets = ticks(model, tracker, 60);
        const complete = createPortTracker(model.kernel).update(model.procs, [], model.clock, Infinity);
        expect(sockets).toEqual(complete);
        expect(sorted(holdersIn(complete))).toEqual(sorted(visibleTruth(model, complete)));
        expect(complete.every(({ hidden, holders }) => hidden === (holders.length === 0))).toBe(true);
      }),
    );
  });

  test('law: a complete look after any history is exact, and a holder that left is never named', () => {
    fc.assert(
      fc.property(history, (ops) => {
        const model = portModel();
        const tracker = createPortTracker(model.kernel);
        model.fork();
        for (const op of ops) {
          if (op[0] <= 13) apply(model, op);
          else {
            const named = tick(model, tracker).flatMap(({ holders }) => holders);
            expect(named.every(({ pid, starttime }) => model.procs.get(pid)?.starttime === starttime)).toBe(
              true,
            );
          }
        }
        const sockets = tick(model, tracker, Infinity);
        expect(sorted(holdersIn(sockets))).toEqual(sorted(visibleTruth(model, sockets)));
        const here = new Set(model.all().map(({ netns }) => netns));
        const seen = new Set(sockets.map((socket) => socket.netns));
        expect([...seen].every((netns) => here.has(netns))).toBe(true);
      }),
    );
  });

  test('a newborn is known to hold its port in the tick in which the port appears', () => {
    const { model, tracker } = settled(500);
    const server = model.fork(1);
    const inode = model.listen(server, 8080);
    expect(ticksUntil(model, tracker, isHeldBy(inode, server), 1)).toBe(1);
  });

  test('one that is born first and listens a second later is looked into again', () => {
    const { model, tracker } = settled(500, false); // without the help of descriptor counts
    const server = model.fork(1);
    tick(model, tracker);
    const inode = model.listen(server, 8080);
    expect(ticksUntil(model, tracker, isHeldBy(inode, server), 1)).toBe(1);
  });

  test('an old process that starts to listen is found by its number of descriptors, long before its turn', () => {
    const { model, tracker, pids } = settled(1000);
    for (const old of [1, 300, 600, 900].map((index) => pids[index] as number)) {
      const inode = model.listen(old, 8000 + old);
      expect(ticksUntil(model, tracker, isHeldBy(inode, old), 60)).toBeLessThanOrEqual(9);
    }
  });

  test('a newborn in a network namespace of its own is known in the same tick', () => {
    const { model, tracker } = settled(500);
    const server = model.fork(1, 99);
    const inode = model.listen(server, 8080);
    const [socket] = tick(model, tracker);
    expect(socket).toMatchObject({ inode, netns: 99, holders: [{ pid: server }] });
  });

  test('at the first look a namespace is read when its first process is met, before that is looked into', () => {
    const model = portModel();
    const init = model.fork();
    for (let i = 0; i < 500; i++) model.fork(init);
    const server = model.fork(init, 99);
    const inode = model.listen(server, 8080);
    expect(tick(model, createPortTracker(model.kernel))).toMatchObject([
      { inode, netns: 99, holders: [{ pid: server }] },
    ]);
  });

  test('a socket that its holder sent away in a message becomes hidden', () => {
    const { model, tracker, pids } = settled(50);
    const one = pids[0] as number;
    const inode = model.listen(one, 80);
    expect(isHeldBy(inode, one)(ticks(model, tracker, 5))).toBe(true);
    model.of(one).fds.delete(9); // and the socket lives on
    expect(ticks(model, tracker, 40)).toMatchObject([{ inode, holders: [], hidden: true }]);
    model.of(one).fds.set(9, inode);
    expect(ticks(model, tracker, 40)).toMatchObject([{ inode, holders: [{ pid: one }], hidden: false }]);
  });

  test('a storm of forks does not keep an old process from being found', () => {
    const { model, tracker, pids } = settled(300, false);
    const old = pids[150] as number;
    const inode = model.listen(old, 8080);
    const stormy = (): boolean => {
      for (let i = 0; i < 100; i++) model.fork(1);
      return isHeldBy(inode, old)(tick(model, tracker));
    };
    let count = 1;
    while (!stormy() && count < 200) count++;
    expect(count).toBeLessThan(100);
  });

  test('all workers of a pre-fork server are named with it', () => {
    const { model, tracker } = settled(500);
    const master = model.fork(1);
    const inode = model.listen(master, 8080);
    const workers = Array.from({ length: 4 }, () => model.fork(master));
    expect(ticksUntil(model, tracker, isHeldBy(inode, master, ...workers), 2)).toBeLessThanOrEqual(2);
  });

  test('where a holder dies and its socket lives on, its children are asked first', () => {
    const { model, tracker, pids } = settled(1000, false);
    const [master, child] = [pids[0], pids[900]] as [number, number];
    Object.assign(model.of(child).proc, { ppid: master });
    const again = createPortTracker(model.kernel);
    const inode = model.listen(master, 8080);
    ticksUntil(model, again, isHeldBy(inode, master), 200);
    ticks(model, again, 200);
    model.hand(master, child, inode);
    model.exit(master);
    expect(ticksUntil(model, again, isHeldBy(inode, child), 100)).toBeLessThanOrEqual(2);
    void tracker;
  });

  test('no holder and not hidden means not known yet; hidden is said after everyone was looked into', () => {
    const { model, tracker } = settled(300);
    const inode = model.listenUnseen(111);
    const first = tick(model, tracker);
    expect(first).toMatchObject([{ inode, holders: [], hidden: false }]);
    const links = model.calls['link'] ?? 0;
    ticksUntil(model, tracker, (sockets) => sockets[0]?.hidden === true, 100);
    expect((model.calls['link'] ?? 0) - links).toBeGreaterThan(300 * 9 - 250);
    expect(tick(model, tracker)).toMatchObject([{ inode, holders: [], hidden: true }]);
  });

  test('a tick keeps to its budget, with a thousand processes and while everything is new', () => {
    const model = portModel();
    const tracker = createPortTracker(model.kernel);
    const init = model.fork();
    for (let i = 0; i < 1000; i++) model.listen(model.fork(init), i + 1);
    for (let i = 0; i < 100; i++) {
      const before = model.clock + TICK_MS;
      tick(model, tracker);
      expect(model.clock - before).toBeLessThan(BUDGET_MS + 0.3); // one process more is begun than the time allows
    }
  });

  test('thousands are made known bit by bit, and until then nothing is taken for hidden', () => {
    const model = portModel();
    const tracker = createPortTracker({ ...model.kernel, now: () => (model.clock += 0.01) });
    const init = model.fork();
    const oldest = model.fork(init);
    const inode = model.listen(oldest, 80);
    for (let i = 0; i < 3000; i++) model.fork(init);
    const found = ticksUntil(
      model,
      tracker,
      (sockets) => {
        expect(sockets.map(({ hidden }) => hidden)).not.toContain(true);
        return isHeldBy(inode, oldest)(sockets);
      },
      2000,
    );
    expect(found).toBeLessThan(2000);
  });

  test('a steady tick hardly costs anything, and answers the same array', () => {
    const { model, tracker, pids } = settled(1000);
    const inode = model.listen(pids[7] as number, 80);
    ticksUntil(model, tracker, isHeldBy(inode, pids[7] as number), 300);
    const known = ticks(model, tracker, 10);
    for (let i = 0; i < 20; i++) {
      const before = model.clock + TICK_MS;
      expect(tick(model, tracker)).toBe(known);
      expect(model.clock - before).toBeLessThan(1);
    }
  });

  test('the tables are read when the counts of sockets change, and every five seconds', () => {
    const { model, tracker, pids } = settled(50);
    model.listen(pids[0] as number, 80);
    ticks(model, tracker, 10);
    const before = model.calls['net/tcp'] ?? 0;
    ticks(model, tracker, 20); // 30 seconds
    const read = (model.calls['net/tcp'] ?? 0) - before;
    expect(read).toBeGreaterThanOrEqual(4);
    expect(read).toBeLessThanOrEqual(6);
    // One closes, another opens: the counts say nothing, so it takes until the next forced reading.
    model.close(pids[0] as number, 101);
    const inode = model.listen(pids[1] as number, 81);
    expect(ticksUntil(model, tracker, isHeldBy(inode, pids[1] as number), 10)).toBeLessThanOrEqual(5);
  });

  test('a process of very many descriptors is read over several ticks, and then known', () => {
    const { model, tracker, pids } = settled(20);
    const big = pids[3] as number;
    for (let fd = 9; fd < 3000; fd++) model.of(big).fds.set(fd, undefined);
    const inode = model.listen(big, 80); // at the end of its 60 ms of links
    let count = 0;
    for (let found = false; !found && count < 100; count++) {
      const before = model.clock + TICK_MS;
      found = isHeldBy(inode, big)(tick(model, tracker));
      expect(model.clock - before).toBeLessThan(BUDGET_MS + 1);
    }
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(25);
  });

  test('what a half-read process opened behind the search’s back is not called hidden', () => {
    const { model, tracker, pids } = settled(3);
    const big = pids[1] as number;
    for (let fd = 9; fd < 3000; fd++) model.of(big).fds.set(fd, undefined);
    ticks(model, tracker, 20);
    // The search is in the middle of this process when its low descriptor 5 becomes a socket. Wherever it is.
    for (let round = 0; round < 30; round++) {
      model.listenUnseen(100 + round);
      ticks(model, tracker, round % 7);
      model.of(big).fds.delete(5);
      const inode = model.listen(big, 1000 + round); // takes the lowest free descriptor
      for (let count = 0; count < 60; count++) {
        const socket = tick(model, tracker).find((one) => one.inode === inode);
        expect(socket?.hidden).toBe(false);
        if (socket?.holders.length === 1) break;
        expect(count).toBeLessThan(50);
      }
    }
  });

  test('a holder is named once, with its lowest descriptor', () => {
    const { model, tracker, pids } = settled(5);
    const [one] = pids as [number];
    const inode = model.listen(one, 80); // 9
    model.of(one).fds.set(10, inode); // names of descriptors are text, and "10" comes before "9"
    expect(tick(model, tracker, Infinity)).toMatchObject([{ inode, holders: [{ pid: one, fd: 9 }] }]);
    model.of(one).fds.delete(9);
    model.of(one).fds.set(9, inode);
    expect(tick(model, tracker, Infinity)).toMatchObject([{ inode, holders: [{ pid: one, fd: 9 }] }]);
  });

  test('a call that takes longer than the budget is paid back by the next ticks', () => {
    const { model, tracker } = settled(300);
    model.listenUnseen(80);
    const { link } = model.kernel;
    let slow = true;
    model.kernel.link = (path) => {
      if (slow) model.clock += 20;
      slow = false;
      return link(path);
    };
    tick(model, tracker);
    const links = model.calls['fd'] ?? 0;
    ticks(model, tracker, 3);
    expect(model.calls['fd']).toBe(links);
    ticks(model, tracker, 5);
    expect(model.calls['fd']).toBeGreaterThan(links);
  });

  test('a pid that was given out again between the sample and the search is not named', () => {
    const { model, tracker, pids } = settled(5);
    const again = pids[0] as number;
    const inode = model.listen(again, 80);
    model.procs.set(again, { ...model.of(again).proc, starttime: 0 }); // the sample knows the one before
    expect(tick(model, tracker, Infinity)).toMatchObject([{ inode, holders: [] }]);
  });

  test('tables that could not be read for want of descriptors don’t make ports free', () => {
    const { model, tracker, pids } = settled(5);
    const inode = model.listen(pids[0] as number, 80);
    ticks(model, tracker, 3);
    const { read } = model.kernel;
    model.kernel.read = (path) => (path.endsWith('net/tcp') ? 'limit' : read(path));
    expect(tick(model, tracker, Infinity)).toMatchObject([{ inode }]);
  });

  test('a process that leaves while its tables are read gives way to another of its namespace', () => {
    const { model, tracker, pids } = settled(5);
    const inode = model.listen(pids[0] as number, 80);
    ticks(model, tracker, 3);
    const { read } = model.kernel;
    let asked = 0;
    model.kernel.read = (path) => {
      if (path === '1/net/tcp' && asked++ === 0) model.of(1).netns = 8; // as good as gone
      return model.of(1).netns === 8 && path === '1/net/tcp' ? 'gone' : read(path);
    };
    expect(tick(model, tracker, Infinity)).toMatchObject([{ inode, netns: 7 }]);
    expect(asked).toBeGreaterThan(0);
  });

  test('socketsOf lists the sockets of each holder', () => {
    const { model, tracker, pids } = settled(5);
    const [one, other] = pids as [number, number];
    const shared = model.listen(one, 443);
    model.hand(one, other, shared);
    const own = model.listen(one, 80);
    const held = socketsOf(tick(model, tracker, Infinity));
    expect([...held].map(([pid, sockets]) => [pid, sockets.map((socket) => socket.inode)])).toEqual([
      [one, [own, shared]],
      [other, [shared]],
    ]);
  });

  // The guard against a regression that no clock on a busy machine would show: counts, not times.
  test.each([20, 1000])('once %i listeners are known, a quiet look asks next to nothing', (listeners) => {
    const { model, tracker, pids } = settled(2000);
    for (let port = 1; port <= listeners; port++) model.listen(pids[port % pids.length] as number, port);
    for (let round = 0; round < 100; round++) tick(model, tracker, 100);
    expect(ticks(model, tracker, 20).filter(({ holders }) => holders.length === 1)).toHaveLength(listeners);
    const most: Record<string, number> = {};
    const before = { ...model.calls };
    for (let round = 0; round < 20; round++) {
      const then = { ...model.calls };
      tick(model, tracker);
      for (const [name, count] of Object.entries(model.calls))
        most[name] = Math.max(most[name] ?? 0, count - (then[name] ?? 0));
    }
    expect(most).toMatchObject({ 'net/sockstat': 1, 'net/tcp': 1 });
    expect(most['read']).toBeLessThanOrEqual(4); // sockstat, sockstat6, tcp, and the stat of a holder
    expect(most['stat']).toBeLessThanOrEqual(12); // eight on patrol
    expect(most['list'] ?? 0).toBeLessThanOrEqual(1);
    expect(most['fd']).toBeLessThanOrEqual(12); // one process in the round
    expect((model.calls['net/tcp'] ?? 0) - (before['net/tcp'] ?? 0)).toBeLessThanOrEqual(6);
    expect((model.calls['fd'] ?? 0) - (before['fd'] ?? 0)).toBeLessThanOrEqual(120);
  });

  test('when nothing is open a newborn is let be until it has lived for a second, unless it may have inherited', () => {
    const { model, tracker, pids, master, inode } = served();
    const worker = model.fork(master);
    expect(isHeldBy(inode, master, worker)(tick(model, tracker))).toBe(true);
    ticks(model, tracker, 10);

    const asked = new Set<string>();
    const { list, link, stat } = model.kernel;
    const noted =
      <T>(call: (path: string) => T) =>
      (path: string): T => (asked.add(path.split('/', 2).join('/')), call(path));
    Object.assign(model.kernel, { list: noted(list), link: noted(link), stat: noted(stat) });
    const newborn = model.fork(pids[9]);
    tick(model, tracker);
    expect(asked).not.toContain(`${newborn}/fd`);
    tick(model, tracker);
    expect(asked).toContain(`${newborn}/fd`);
  });

  describe('a newborn that was looked into', () => {
    function born() {
      const { model, tracker, master } = served();
      const worker = model.fork(master);
      tick(model, tracker);
      return { model, tracker, worker };
    }

    test('is not looked into again where it runs what it ran and has as many descriptors', () => {
      const { model, tracker, worker } = born();
      const links: string[] = [];
      const { link } = model.kernel;
      Object.assign(model.kernel, { link: (path: string) => (links.push(path), link(path)) });
      ticks(model, tracker, 4); // it becomes a second old, and four
      expect(links.filter((path) => path.startsWith(`${worker}/fd`))).toEqual([]);
    });

    test('is, where it runs another program: its new socket is known at once', () => {
      const { model, tracker, worker } = born();
      model.exec(worker);
      model.of(worker).fds.delete(0);
      const inode = model.listen(worker, 8080); // as many descriptors as before
      expect(ticksUntil(model, tracker, isHeldBy(inode, worker), 1)).toBe(1);
    });

    test('is, where the kernel does not tell how many it has', () => {
      const { model, tracker } = settled(500, false);
      const server = model.fork(1);
      ticks(model, tracker, 2);
      model.of(server).fds.delete(0);
      const inode = model.listen(server, 8080);
      expect(ticksUntil(model, tracker, isHeldBy(inode, server), 2)).toBeLessThanOrEqual(2);
    });
  });

  test('an old process that is handed a socket, or closes its copy, is noticed by its number of descriptors', () => {
    const { model, tracker, pids } = settled(200);
    const [one, other] = [pids[3], pids[150]] as [number, number];
    const inode = model.listen(one, 80);
    ticksUntil(model, tracker, isHeldBy(inode, one), 60);
    model.hand(one, other, inode);
    expect(ticksUntil(model, tracker, isHeldBy(inode, one, other), 40)).toBeLessThanOrEqual(40);
    model.close(one, inode);
    expect(ticksUntil(model, tracker, isHeldBy(inode, other), 40)).toBeLessThanOrEqual(40);
  });

  test('what so many descriptors are usually called is tried before they are listed, and never believed', () => {
    const model = portModel();
    const init = model.fork();
    const pids = Array.from({ length: 200 }, () => model.fork(init));
    const odd = pids[120] as number;
    const inode = model.listen(odd, 80); // three files and a socket, as the others have
    for (const pid of pids) if (pid !== odd) model.of(pid).fds.set(3, undefined);
    model.of(odd).fds.delete(3);
    model.of(odd).fds.set(40, inode);
    const tracker = createPortTracker(model.kernel);
    expect(isHeldBy(inode, odd)(tick(model, tracker, Infinity))).toBe(true);
    expect(model.calls['list']).toBeLessThan(20);
  });
});
