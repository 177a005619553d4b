// The protected set over tables by hand: each rule, and the chain through multiplexers. The real ones: test/real/.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDevicesOf } from '../../src/proc/devices.ts';
import { protectedSet, whyProtected } from '../../src/signal/guard.ts';
import { standingOf, type Ground } from '../../src/signal/standing.ts';
import type { Failure, Proc } from '../../src/types.ts';
import { createFakeKernel } from '../support/fakeKernel.ts';
import { aProc, sampleOf, tables } from './aTable.ts';

/** Terminals are numbers here: ttyNr 7 is pts/7. */
function ground(
  procs: readonly Proc[],
  devices: Readonly<Record<number, readonly string[] | Failure>> = {},
): Ground {
  return { ...sampleOf(procs, 60), devicesOf: (pid) => devices[pid] ?? [] };
}

function reasons(...asked: Parameters<typeof ground>): Record<number, string> {
  return Object.fromEntries(protectedSet(ground(...asked)));
}

const init = aProc({ pid: 1, ppid: 0, comm: 'systemd', cmdline: ['/sbin/init'] });
const listener = aProc({ pid: 10, ppid: 1, comm: 'sshd' });

describe('our group and session', () => {
  test('are those of slotop itself, not those of its ancestors', () => {
    const shell = aProc({ pid: 50, comm: 'bash', session: 40, pgrp: 50 });
    const self = aProc({ pid: 60, ppid: 50, session: 55, pgrp: 59, comm: 'node' });
    const pager = aProc({ pid: 61, ppid: 50, session: 99, pgrp: 59 });
    const job = aProc({ pid: 62, ppid: 50, session: 55 });
    const jobOfShell = aProc({ pid: 63, ppid: 50, session: 40 });
    expect(reasons([init, shell, self, pager, job, jobOfShell])).toEqual({
      1: 'init',
      50: 'ancestor of slotop: bash',
      60: 'slotop itself',
      61: 'in the process group of slotop',
      62: 'in the session of slotop (setsid slotop reaches it)',
    });
  });

  test('0 is no group: its leader is outside of our pid namespace, and could be anybody', () => {
    const self = aProc({ pid: 60, session: 0, pgrp: 0 });
    expect(reasons([init, self, aProc({ pid: 61, session: 0, pgrp: 0 })])).not.toHaveProperty('61');
  });
});

describe('the terminal of a multiplexer', () => {
  // sshd 20 - login shell 30 - client 31 on pts/7; server 40 - pane shell 50 - slotop 60 on pts/8
  const login = aProc({ pid: 20, ppid: 10, comm: 'sshd-session' });
  const shell = aProc({ pid: 30, ppid: 20, comm: 'bash', ttyNr: 7 });
  const client = aProc({ pid: 31, ppid: 30, comm: 'tmux: client', ttyNr: 7, session: 30 });
  const server = aProc({ pid: 40, ppid: 1, comm: 'tmux: server' });
  const pane = aProc({ pid: 50, ppid: 40, comm: 'bash', ttyNr: 8 });
  const self = aProc({ pid: 60, ppid: 50, comm: 'node', ttyNr: 8, session: 50 });
  const innocent = aProc({ pid: 70, ppid: 20, comm: 'bash', ttyNr: 7 });
  const otherClient = aProc({ pid: 71, ppid: 70, comm: 'tmux: client', ttyNr: 9 });
  const all = [init, listener, login, shell, client, server, pane, self, innocent, otherClient];

  test('is its clients on the terminals that the server holds, and all above them', () => {
    expect(reasons(all, { 40: ['null', 'ptmx', 'pts/7'] })).toEqual({
      1: 'init',
      10: "above slotop's terminal, tmux: client 31: sshd",
      20: "above slotop's terminal, tmux: client 31: sshd-session",
      30: "above slotop's terminal, tmux: client 31: bash",
      31: "slotop's terminal: tmux: client",
      40: 'ancestor of slotop: tmux: server',
      50: 'ancestor of slotop: bash',
      60: 'slotop itself',
    });
  });

  test('detached, it has none', () => {
    expect(reasons(all, { 40: ['null', 'ptmx'] })).not.toHaveProperty('31');
  });

  test('of a server that cannot be looked into is every client of its user', () => {
    const theirs = aProc({ pid: 72, comm: 'tmux: client', ttyNr: 5, uid: 77 });
    const held = reasons([...all, theirs], { 40: 'denied' });
    expect(Object.keys(held)).toEqual(expect.arrayContaining(['30', '31', '70', '71']));
    expect(held).not.toHaveProperty('72');
  });

  test('goes through a tmux inside of a tmux', () => {
    const outer = aProc({ pid: 24, ppid: 1, comm: 'tmux: server' });
    const outerClient = aProc({ pid: 23, ppid: 20, comm: 'tmux: client', ttyNr: 6 });
    const nested = all.map((proc) => (proc === shell ? { ...shell, ppid: 24 } : proc));
    const held = reasons([...nested, outer, outerClient], { 40: ['pts/7'], 24: ['pts/6'] });
    expect(Object.keys(held).map(Number)).toEqual([1, 10, 20, 23, 24, 30, 31, 40, 50, 60]);
  });

  test.each(['screen', 'zellij', 'dtach'])('%s is called alike on both sides', (comm) => {
    const swap = (proc: Proc): Proc => (proc === client || proc === server ? { ...proc, comm } : proc);
    const held = reasons(all.map(swap), { 40: ['pts/7'] });
    expect(held).toHaveProperty('30');
    expect(held).toHaveProperty('31');
    expect(held).not.toHaveProperty('70');
  });

  test('a client whose pid was given out again since is not protected', () => {
    const standing = standingOf(ground(all, { 40: ['pts/7'] }));
    expect(whyProtected(client, standing)).toBeDefined();
    expect(whyProtected({ ...client, starttime: client.starttime + 1 }, standing)).toBeUndefined();
  });

  test('only the servers above us are looked into', () => {
    const asked: number[] = [];
    const other = aProc({ pid: 80, comm: 'tmux: server' });
    standingOf({ ...ground([...all, other]), devicesOf: (pid) => (asked.push(pid), []) });
    expect(asked).toEqual([40]);
  });

  test('devices are read from the links of the descriptors', () => {
    const fds = { 0: '/dev/null', 3: 'socket:[7]', 4: '/dev/pts/7', 5: '/dev/pts/7', 6: '/home/dev/pts/9' };
    const kernel = createFakeKernel({ processes: [{ pid: 40, fds }], denied: ['4000/fd'] });
    const devicesOf = createDevicesOf(kernel);
    expect(devicesOf(40)).toEqual(['null', 'pts/7']);
    expect([devicesOf(4000), devicesOf(41)]).toEqual(['denied', 'gone']);
  });
});

describe('what a login hangs on', () => {
  const services = [
    aProc({ pid: 100, comm: 'systemd', cmdline: ['/lib/systemd/systemd', '--user'] }),
    aProc({ pid: 101, comm: 'systemd', cmdline: undefined }),
    aProc({ pid: 102, comm: '(sd-pam)' }),
    aProc({ pid: 103, comm: 'dbus-broker-lau' }),
    aProc({ pid: 104, comm: 'Xwayland' }),
    aProc({ pid: 105, comm: 'gnome-session-b' }),
    aProc({ pid: 106, comm: 'systemd', cmdline: ['/sbin/init'] }), // a container's
  ].map((proc) => ({ ...proc, uid: 1000 }));
  const protectedFor = (self: Partial<Proc>, parent: Partial<Proc> = {}): number[] => {
    const own = [aProc({ pid: 50, ...parent }), aProc({ pid: 60, ppid: 50, ...self })];
    return Object.keys(reasons([init, ...services, ...own]))
      .map(Number)
      .filter((pid) => pid >= 100);
  };

  test('is protected where it is our own user, also behind sudo, and nobody else', () => {
    expect(protectedFor({ uid: 1000 })).toEqual([100, 101, 102, 103, 104, 105]);
    expect(protectedFor({ uid: 0 }, { uid: 1000 })).toEqual([100, 101, 102, 103, 104, 105]);
    expect(protectedFor({ uid: 0 }, { uid: 0 })).toEqual([]);
    expect(protectedFor({ uid: 1001 }, { uid: 0 })).toEqual([]);
  });

  test("root's own is not ours only because init and sshd are root's", () => {
    const roots = aProc({ pid: 100, comm: 'dbus-daemon', uid: 0 });
    expect(reasons([init, roots, aProc({ pid: 60, uid: 1000 })])).not.toHaveProperty('100');
  });

  test('has its reason', () => {
    const self = aProc({ pid: 60, uid: 1000 });
    expect(reasons([self, ...services])).toMatchObject({
      102: 'service manager of our own user',
      103: 'message bus of our own user',
      105: 'desktop session of our own user',
    });
  });
});

test('law: rings, orphans and torn looks end, and every server only adds to the set', () => {
  const comms = fc.constantFrom('tmux: server', 'tmux: client', 'screen', 'zellij', 'bash');
  const worlds = tables.chain(({ procs }) =>
    fc.tuple(
      ...procs.map((proc) =>
        fc.record({ comm: comms, ttyNr: fc.nat(3) }).map((own) => ({ ...proc, ...own })),
      ),
    ),
  );
  fc.assert(
    fc.property(worlds, fc.array(fc.nat(3)), (procs, held) => {
      const look = { ...ground(procs), self: procs[0]?.pid ?? 0 };
      const without = protectedSet(look);
      const all = protectedSet({ ...look, devicesOf: () => held.map((tty) => `pts/${tty}`) });
      for (const pid of without.keys()) expect(all.has(pid)).toBe(true);
    }),
  );
});
