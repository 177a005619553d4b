// `slotop free` from the outside: can the port be taken afterwards, who lives, and what is said.
import { expect, describe, test } from 'vitest';
import {
  canListen,
  freePort,
  holdersScript,
  python,
  startHolder,
  type HolderKind,
  type TestHolder,
} from '../support/holders.ts';
import { isAlive, signalExactly, waitUntil } from '../support/identity.ts';
import { adopt, findProgram, isRoot, NOBODY, startProcess } from '../support/liveProcess.ts';
import { spawnServer } from '../support/servers.ts';
import { openTerminal } from '../support/terminal.ts';
import { buildsCli, cliFile, slotop, slotopJson } from './runCli.ts';

buildsCli();

interface Holder {
  readonly pid: number;
  readonly starttime: number;
  readonly comm: string;
  readonly name: string;
  readonly cmdline: readonly string[];
  readonly fd: number;
}

interface Freed {
  readonly port: number;
  readonly status: string;
  readonly holdersBefore: readonly Holder[];
  readonly report: {
    readonly targets: readonly {
      readonly pid: number;
      readonly outcome: string;
      readonly detail: string | null;
    }[];
    readonly counts: Readonly<Record<string, number>>;
  };
  readonly holdersAfter: readonly Holder[];
  readonly leftoverConnections: readonly {
    readonly proto: string;
    readonly state: string;
    readonly count: number;
    readonly holders: readonly Holder[];
  }[];
  readonly respawnedBy: { readonly pid: number; readonly kind: string } | null;
  readonly advice: string | null;
  readonly elapsedMs: number;
}

const KEYS = [
  'port',
  'status',
  'holdersBefore',
  'report',
  'holdersAfter',
  'leftoverConnections',
  'respawnedBy',
  'advice',
  'elapsedMs',
];

describe.skipIf(python === undefined)('every kind of holder', () => {
  test('is found, ended, and gone from the tables: the port can be taken', async () => {
    const kinds: HolderKind[] = ['plain', 'any', 'dual', 'v6', 'mapped', 'udp', 'slow', 'thread', 'heir'];
    const holders = await Promise.all(kinds.map((kind) => startHolder(kind)));
    const freed = await slotopJson<Freed[]>(['free', ...holders.map(({ port }) => String(port))]);
    expect(freed.map(({ status }, i) => [kinds[i], status])).toEqual(kinds.map((kind) => [kind, 'free']));
    for (const [i, { port, ...document }] of freed.entries()) {
      const holder = holders[i] as TestHolder;
      expect(document).toMatchObject({ holdersAfter: [], respawnedBy: null, advice: null });
      expect(Object.keys({ port, ...document })).toEqual(KEYS);
      expect(port).toBe(holder.port);
      expect(document.holdersBefore.map(({ pid }) => pid)).toEqual([holder.pid]);
      expect(isAlive(holder)).toBe(false);
      expect(await canListen(port, kinds[i] === 'v6' ? '::1' : '127.0.0.1')).toBe(true);
    }
  });

  test('pre-fork workers and SO_REUSEPORT: all of them, in one go', async () => {
    const [prefork, reuseport] = await Promise.all([spawnServer('prefork'), spawnServer('reuseport')]);
    const results = await slotopJson<Freed[]>(['free', `:${prefork.port}`, String(reuseport.port)]);
    expect(results.map(({ port, status }) => [port, status])).toEqual([
      [prefork.port, 'free'],
      [reuseport.port, 'free'],
    ]);
    expect(results.map(({ holdersBefore }) => holdersBefore.length)).toEqual([5, 2]);
    expect([...prefork.holders, ...reuseport.holders].some(isAlive)).toBe(false);
  });

  test('one that ignores SIGTERM is killed after the wait, and not before', async () => {
    const holder = await startHolder('stubborn');
    const { code, stdout } = await slotop(['free', String(holder.port), '--wait', '700ms']);
    expect(stdout).toContain('killed: SIGTERM did not free the port, SIGKILL did');
    expect(Number(/is free after ([\d.]+) s/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(0.7);
    expect([code, isAlive(holder)]).toEqual([0, false]);
  });

  test('a stopped one is continued, so that SIGTERM ends it', async () => {
    const holder = await startHolder('plain');
    signalExactly(holder, 'SIGSTOP');
    const { report } = await slotopJson<Freed>(['free', String(holder.port), '--wait', '30s']);
    expect(report.targets).toMatchObject([{ pid: holder.pid, outcome: 'killed', detail: null }]);
  });

  test('one that lets go of the port and lives on is left alive', async () => {
    const holder = await startHolder('lingering');
    const freed = await slotopJson<Freed>(['free', String(holder.port)]);
    expect(freed).toMatchObject({ status: 'free', report: { targets: [{ outcome: 'signalled' }] } });
    expect(isAlive(holder)).toBe(true);
  });

  test.skipIf(!isRoot || findProgram('unshare') === undefined)('of another network namespace', async () => {
    // Not on loopback: that is down in a new namespace, and some kernels refuse its address then.
    const holder = await startHolder('any', { via: ['unshare', '-n', '--'], port: 18_080 });
    const { status, holdersBefore } = await slotopJson<Freed>(['free', '18080']);
    expect([status, holdersBefore.map(({ pid }) => pid)]).toEqual(['free', [holder.pid]]);
    expect(isAlive(holder)).toBe(false);
  });

  test('500 clients: the port is free, the client lives, and what is left is named as what it is', async () => {
    const holder = await startHolder('crowd');
    const freed = await slotopJson<Freed>(['free', String(holder.port)]);
    expect(freed).toMatchObject({ status: 'free', holdersAfter: [] });
    expect(freed.holdersBefore.map(({ pid }) => pid)).toEqual([holder.pid]);
    expect(holder.clients !== undefined && isAlive(holder.clients)).toBe(true);
    const states = new Map(freed.leftoverConnections.map(({ state, count }) => [state, count]));
    expect(states.get('FIN-WAIT-2')).toBe(450);
    expect(await canListen(holder.port)).toBe(true);
    expect((await slotop(['free', String(holder.port)])).stdout).toMatch(
      /was free[^]*\d+ tcp connections FIN-WAIT-2 \(no holder of the port\)/,
    );
  });
});

describe.skipIf(python === undefined)('who is no holder is not hit', () => {
  test('a client that connects to that number, and one that connects from it', async () => {
    const port = await freePort();
    const server = await startHolder('plain');
    const client = await startProcess(python ?? '', [
      '-c',
      `import socket,time
s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", ${port})); s.connect(("127.0.0.1", ${server.port}))
print("connected", flush=True); time.sleep(1000)`,
    ]);
    await client.line();
    const freed = await slotopJson<Freed>(['free', String(port)]);
    expect(freed).toMatchObject({ status: 'already-free', holdersBefore: [], report: { targets: [] } });
    expect(freed.leftoverConnections).toContainEqual(
      expect.objectContaining({ state: 'ESTABLISHED', count: 1 }),
    );
    expect((await slotopJson<Freed>(['free', String(server.port)])).status).toBe('free');
    expect([isAlive(client), isAlive(server)]).toEqual([true, false]);
  });
});

describe.skipIf(python === undefined)('what may refuse a port that is free', () => {
  const talk = (script: string): ReturnType<typeof startProcess> =>
    startProcess(python ?? '', [
      '-c',
      `import socket,time\n${script}\nprint(port, flush=True); time.sleep(1000)`,
    ]);

  test('a UDP socket with a peer: no holder, never hit, but named with its process', async () => {
    const process = await talk(`s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0)); s.connect(("127.0.0.1", 9)); port=s.getsockname()[1]`);
    const port = await process.line();
    const { code, stdout } = await slotop(['free', port]);
    expect(stdout).toContain(`1 udp connection ESTABLISHED of python3 (${process.pid}, `);
    expect(stdout).toContain('a UDP server is refused the port');
    expect([code, isAlive(process)]).toEqual([0, true]);
    // Somebody's TCP connection may have got the same number.
    const { leftoverConnections } = await slotopJson<Freed>(['free', port]);
    const kind = leftoverConnections.find(({ proto }) => proto === 'udp');
    expect(Object.keys(kind ?? {})).toEqual(['proto', 'state', 'count', 'meaning', 'holders']);
    expect(kind?.holders.map(({ pid }) => pid)).toEqual([process.pid]);
  });

  test('a connection that outlived its listener, and TIME-WAIT: what they mean for a server is said', async () => {
    const process =
      await talk(`l=socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(); port=l.getsockname()[1]
far=[socket.create_connection(("127.0.0.1", port)) for _ in (1, 2)]
near=[l.accept()[0] for _ in far]; l.close(); near[0].close(); far[0].recv(1); far[0].close()`);
    const port = await process.line();
    const { code, stdout } = await slotop(['free', port]);
    expect(stdout).toContain(`1 tcp connection ESTABLISHED of python3 (${process.pid}, `);
    expect(stdout).toContain('1 tcp connection TIME-WAIT (no holder of the port)');
    expect(stdout).toContain(
      'a server without SO_REUSEADDR is refused the port; every one is if the last was without',
    );
    expect(await canListen(Number(port))).toBe(false); // which Node sets, and that listener did not
    expect([code, isAlive(process)]).toEqual([0, true]);
  });

  test('a socket that is bound and does not listen is in no table, and that is said', async () => {
    const process = await talk('s=socket.socket(); s.bind(("127.0.0.1", 0)); port=s.getsockname()[1]');
    const { stdout } = await slotop(['free', await process.line()]);
    expect(stdout).toContain('if it is refused all the same, somebody has it bound without listening');
  });
});

describe.skipIf(python === undefined)('what can not be freed', () => {
  test('a socket whose only descriptor is in a message is hidden, not free', async () => {
    const holder = await startHolder('message');
    const { code, stdout } = await slotop(['free', String(holder.port)]);
    expect(stdout).toMatch(/is held for \S+ \(uid \d+\) by nobody who can be seen/);
    expect(code).toBe(isRoot ? 3 : 4);
    expect(isAlive(holder)).toBe(true);
  });

  test.skipIf(!isRoot)("another user's: the owner is named, and the command that may", async () => {
    const holder = await startHolder('plain');
    const freed = await slotopJson<Freed>(['free', String(holder.port)], { uid: NOBODY });
    expect(freed).toMatchObject({ status: 'hidden', advice: `exec sudo slotop free ${holder.port}` });
    const { code, stdout } = await slotop(['free', String(holder.port)], { uid: NOBODY });
    expect(stdout).toContain('held for root (uid 0)');
    expect([code, isAlive(holder)]).toEqual([4, true]);
  });

  test.skipIf(!isRoot)("one's own as an ordinary user", async () => {
    const holder = await startHolder('plain', { uid: NOBODY });
    expect((await slotop(['free', String(holder.port)], { uid: NOBODY })).code).toBe(0);
    expect(isAlive(holder)).toBe(false);
  });

  test('one of our own session is refused; the advice frees the port', async () => {
    const holder = await startHolder('plain');
    const freed = await slotopJson<Freed>(['free', String(holder.port)], { sameSession: true });
    expect(freed).toMatchObject({
      status: 'denied',
      report: { targets: [{ outcome: 'refused' }] },
      advice: `slotop free ${holder.port} --force-protected ${holder.pid}`,
    });
    expect(isAlive(holder)).toBe(true);
    const words = (freed.advice ?? '').split(' ').slice(1);
    expect((await slotop(words, { sameSession: true })).code).toBe(0);
    expect(isAlive(holder)).toBe(false);
  });
});

/** Takes the port when it gets a line. */
const TAKER = `
import socket, sys
taker = socket.socket()
taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
print("ready", flush=True)
sys.stdin.readline()
taker.bind(("127.0.0.1", int(sys.argv[1])))
taker.listen()
print("taken", flush=True)
sys.stdin.readline()
sys.stdin.read()
`;

describe.skipIf(python === undefined)('what comes back', () => {
  test('is named with who started it; --with-respawner ends both', async () => {
    const port = await freePort();
    const loop = await startProcess('/bin/sh', [
      '-c',
      `while :; do ${python} -S -E ${holdersScript()} plain ${port}; done`,
    ]);
    await loop.line();
    const { code, stdout } = await slotop(['free', String(port)]);
    expect(stdout).toContain(`:${port} was freed, and is held again by `);
    expect(stdout).toContain(`started by sh (${loop.pid}, shell loop)`);
    expect(code).toBe(5);
    const again = await slotopJson<Freed>(['free', String(port)]);
    expect(again).toMatchObject({
      status: 'respawned',
      respawnedBy: { pid: loop.pid, kind: 'shell loop' },
      advice: `slotop sweep ${loop.pid} --tree`,
    });
    expect(again.holdersAfter).toHaveLength(1);
    const last = await slotopJson<Freed>(['free', String(port), '--with-respawner']);
    expect(last).toMatchObject({ status: 'free', holdersAfter: [] });
    expect(isAlive(loop)).toBe(false);
    expect(await canListen(port)).toBe(true);
  });

  test('a stranger who takes the port meanwhile is not killed, and said to hold it', async () => {
    const holder = await startHolder('slow');
    // Ready to take it at once: slotop's watch of 3 s is not to be outlasted by the start of a Python.
    const other = await startProcess(python ?? '', ['-S', '-E', '-c', TAKER, String(holder.port)]);
    await other.line();
    const running = slotopJson<Freed>(['free', String(holder.port)]);
    await waitUntil(() => !isAlive(holder), 'the holder ends', 8_000);
    other.child.stdin.write('now\n');
    await other.line();
    const freed = await running;
    const [now] = freed.holdersAfter;
    if (now !== undefined) expect(isAlive(adopt(now.pid))).toBe(true);
    expect(freed).toMatchObject({ status: 'held', respawnedBy: null, report: { counts: { matched: 1 } } });
    expect(freed.advice).toMatch(
      new RegExp(
        `^now held by \\S+ \\(\\d+\\), which was not asked about; slotop free ${holder.port} ends it$`,
      ),
    );
  });
});

describe('nothing is sent', () => {
  test.skipIf(python === undefined)('in a dry run, nor by --read-only', async () => {
    const holder = await startHolder('plain');
    const port = String(holder.port);
    const dry = await slotop(['free', port, '--dry-run']);
    expect(dry.stdout).toContain(`free :${port}: 1 process, 1 slot, 0 protected`);
    const freed = await slotopJson<Freed>(['free', port, '--dry-run']);
    expect(freed).toMatchObject({
      status: 'held',
      report: { targets: [{ pid: holder.pid, outcome: null }] },
    });
    const barred = await slotop(['--read-only', 'free', port]);
    expect([barred.code, barred.stderr]).toEqual([4, 'slotop: free: read-only: no signals are sent\n']);
    expect(isAlive(holder)).toBe(true);
  });

  test('where nobody listens: that is what was asked for', async () => {
    const { code, stdout } = await slotop(['free', String(await freePort())]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('was free: nobody listens there, in any network namespace that has a process'),
    ]);
  });

  test.each([
    [[], 'which port?'],
    [['0'], 'not a port (1 to 65535)'],
    [['65536'], 'not a port'],
    [[':'], 'not a port'],
    [['http'], 'not a port'],
    [['8080x'], 'not a port'],
    [['8e3'], 'not a port'],
    [['8080', '-1'], 'free: -1: not a port (1 to 65535)'],
    [['8080,9090'], 'not a port'],
    [['8080/udp'], 'not a port'],
    [[' '], 'not a port'],
    [['8080', '--wait', 'soon'], 'not a time'],
  ])('free %j is a slip', async (words, why) => {
    const { code, stdout, stderr } = await slotop(['free', ...words]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^slotop: .*\n$/);
    expect(stderr).toContain(why);
  });
});

test.skipIf(python === undefined)(
  'on a terminal several holders are shown and asked about; Ctrl-C stops it',
  async () => {
    const server = await spawnServer('prefork');
    const args = [cliFile(), 'free', String(server.port), '--wait', '1h'];
    const no = openTerminal({ command: process.execPath, args });
    await no.waitFor('end the holders, 5 processes? [y/N]');
    no.type('n\r');
    expect((await no.exit).exitCode).toBe(3);
    expect(server.holders.every(isAlive)).toBe(true);

    const stubborn = await startHolder('stubborn');
    const terminal = openTerminal({
      command: process.execPath,
      args: [cliFile(), 'free', String(stubborn.port), '--wait', '1h'],
    });
    await terminal.waitFor(/SIGTERM sent, 1 left, SIGKILL in/);
    terminal.press('Ctrl-C');
    expect((await terminal.exit).exitCode).toBe(3);
    expect(terminal.lines().join(' ')).toContain('interrupted');
    expect(isAlive(stubborn)).toBe(true);
  },
);
