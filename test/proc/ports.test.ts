// The port search on this machine: real sockets of real processes, compared with what ss says.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openKernel, type Kernel } from '../../src/kernel.ts';
import { createPortTracker } from '../../src/proc/ports.ts';
import { createProcTable } from '../../src/proc/table.ts';
import type { Proc, Socket } from '../../src/types.ts';
import { identityOf, waitUntil } from '../support/identity.ts';
import { findProgram, isRoot, NOBODY, startProcess, tempFolder } from '../support/liveProcess.ts';
import { python } from '../support/procs.ts';
import { spawnServer, type ServerKind } from '../support/servers.ts';

const TICK_MS = 1500;

/** Looks at this machine as the sampler does; the clock between looks is the tests' own. */
function machine(kernel: Kernel = openKernel()) {
  const table = createProcTable(kernel, 100, 4096);
  const tracker = createPortTracker(kernel);
  let ahead = 0;
  const look = (budgetMs: number): readonly Socket[] => {
    const births: Proc[] = [];
    table.beginLook();
    for (const name of kernel.list('.') as string[]) {
      const born = /^\d+$/.test(name) ? table.readStat(Number(name)) : undefined;
      if (born !== undefined) births.push(born);
    }
    table.endLook();
    ahead += TICK_MS;
    return tracker.update(table.procs, births, kernel.now() + ahead, budgetMs);
  };
  return { complete: () => look(Infinity), tick: () => look(4) };
}

const onPort = (sockets: readonly Socket[], port: number): Socket[] =>
  sockets.filter((socket) => socket.port === port);
const pidsOf = (sockets: readonly Socket[]): number[] =>
  [...new Set(sockets.flatMap(({ holders }) => holders.map(({ pid }) => pid)))].sort((a, b) => a - b);

async function listen(server: Server, host: string, options = {}): Promise<number> {
  server.listen({ port: 0, host, ...options });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a complete look', () => {
  test.each([
    ['127.0.0.1', 'ipv4', '127.0.0.1', {}],
    ['0.0.0.0', 'ipv4', '0.0.0.0', {}],
    ['::1', 'ipv6', '::1', {}],
    ['::', 'ipv6', '::', {}],
    ['::', 'ipv6', '::', { ipv6Only: true }],
    ['::ffff:127.0.0.1', 'ipv6', '::ffff:127.0.0.1', {}],
  ])('shows our own listener on %s as %s', async (host, family, address, options) => {
    const port = await listen(createServer(), host, options);
    const own = identityOf(process.pid);
    const [socket, ...more] = onPort(machine().complete(), port);
    expect(more).toEqual([]);
    expect(socket).toMatchObject({ proto: 'tcp', family, address, port, state: 'LISTEN', hidden: false });
    expect(socket).toMatchObject({ uid: process.getuid?.(), holders: [own] });
    const link = openKernel().link(`self/fd/${socket?.holders[0]?.fd}`);
    expect(link).toEqual({ target: `socket:[${socket?.inode}]` });
  });

  test('shows a bound UDP socket, and no client: neither a connected UDP socket nor a TCP connection', async () => {
    const bound = createSocket('udp4');
    const client = createSocket('udp4');
    onTestFinished(() => [bound, client].forEach((socket) => socket.close()));
    bound.bind(0, '127.0.0.1');
    await once(bound, 'listening');
    client.connect(bound.address().port, '127.0.0.1');
    await once(client, 'connect');
    const port = await listen(createServer(), '127.0.0.1');
    const connection = createConnection(port, '127.0.0.1');
    onTestFinished(() => void connection.destroy());
    await once(connection, 'connect');

    const sockets = machine().complete();
    expect(onPort(sockets, bound.address().port)).toMatchObject([
      { proto: 'udp', state: 'UNCONN', address: '127.0.0.1', holders: [{ pid: process.pid }] },
    ]);
    const isClient = ({ proto, port: used }: Socket): boolean =>
      used === (proto === 'udp' ? client.address().port : connection.localPort);
    expect(sockets.filter(isClient)).toEqual([]);
  });

  test
    .skipIf(python === undefined)
    .each(['tcp', 'ipv6', 'udp', 'udp6', 'prefork', 'reuseport'] as ServerKind[])(
    'names all holders of a %s server',
    async (kind) => {
      const server = await spawnServer(kind);
      const sockets = onPort(machine().complete(), server.port);
      expect(pidsOf(sockets)).toEqual(server.holders.map(({ pid }) => pid).sort((a, b) => a - b));
      expect(sockets.length).toBe(kind === 'reuseport' ? 2 : 1);
      for (const { proto, family, address, hidden } of sockets) {
        expect({ proto, family, address, hidden }).toEqual({
          proto: server.proto,
          family: server.family,
          address: server.address,
          hidden: false,
        });
      }
      const identities = sockets.flatMap(({ holders }) => holders);
      for (const { pid, starttime } of identities) expect(starttime).toBe(identityOf(pid).starttime);
    },
  );

  test.skipIf(findProgram('ss') === undefined)('agrees with ss on every socket and holder', async () => {
    const ports = [await listen(createServer(), '127.0.0.1'), await listen(createServer(), '::')];
    const { complete } = machine();
    const home = complete().find(({ port }) => port === ports[0])?.netns;
    const ours = (): string[] =>
      complete()
        .filter(({ netns }) => netns === home)
        .map((socket) => `${socket.proto} ${socket.address} ${socket.port} ${pidsOf([socket]).join()}`)
        .sort();
    // Others start and stop servers on this machine, so the two looks are taken until they fall into a quiet moment.
    let differ: unknown;
    await waitUntil(() => {
      const [before, theirs, after] = [ours(), ssRows(), ours()];
      differ = { before, theirs };
      return String(before) === String(theirs) || String(after) === String(theirs);
    }, 'ss and slotop agree').catch(() => expect(differ).toBe('the same'));
  });

  test.skipIf(!isRoot || python === undefined || findProgram('unshare') === undefined)(
    'shows the sockets of another network namespace, and forgets them with it',
    async () => {
      const say =
        'import socket,os;s=socket.create_server(("",0));print(s.getsockname()[1],flush=True);os.read(0,1)';
      const server = await startProcess('unshare', ['-n', String(python), '-S', '-E', '-c', say]);
      const port = Number(await server.line());
      const { complete, tick } = machine();
      const sockets = complete();
      const [socket] = onPort(sockets, port).filter(({ holders }) => holders[0]?.pid === server.pid);
      expect(socket).toMatchObject({ address: '0.0.0.0', hidden: false });
      expect(socket?.netns).toBe((openKernel().stat(`${server.pid}/net/tcp`) as { ino: number }).ino);
      expect(sockets.filter(({ netns }) => netns === socket?.netns)).toHaveLength(1);
      await server.stop();
      await waitUntil(() => !tick().some(({ netns }) => netns === socket?.netns), 'the namespace is gone');
    },
  );

  test.skipIf(python === undefined)('finds a socket in the descriptor table of a thread', async () => {
    // The thread takes a table of its own (unshare CLONE_FILES), and then the main thread closes its copy.
    const script = `
import ctypes, os, socket, threading
s = socket.create_server(("127.0.0.1", 0))
alone, closed = threading.Event(), threading.Event()
def run():
    assert ctypes.CDLL(None).unshare(0x400) == 0
    alone.set()
    closed.wait()
    print(port, flush=True)
    threading.Event().wait()
port = s.getsockname()[1]
threading.Thread(target=run, daemon=True).start()
alone.wait()
s.close()
closed.set()
os.read(0, 1)
`;
    const server = await startProcess(String(python), ['-S', '-E', '-c', script]);
    const port = Number(await server.line());
    expect(pidsOf(onPort(machine().complete(), port))).toEqual([server.pid]);
  });

  test.skipIf(python === undefined)(
    'finds the sockets of a process whose main thread has ended',
    async () => {
      const script = `
import ctypes, os, socket, threading
s = socket.create_server(("127.0.0.1", 0))
def run():
    while not open("/proc/self/stat").read().rsplit(")")[-1].startswith(" Z"): pass
    print(s.getsockname()[1], flush=True)
    os.read(0, 1)
    os._exit(0)
threading.Thread(target=run).start()
ctypes.CDLL(None).pthread_exit(None)
`;
      const server = await startProcess(String(python), ['-S', '-E', '-c', script]);
      const port = Number(await server.line());
      const { complete, tick } = machine();
      expect(pidsOf(onPort(complete(), port))).toEqual([server.pid]);
      const another = machine();
      await waitUntil(
        () => pidsOf(onPort(another.tick(), port))[0] === server.pid,
        'it is found bit by bit, too',
      );
      expect(pidsOf(onPort(tick(), port))).toEqual([server.pid]);
    },
  );

  test.skipIf(!isRoot)(
    'shows another user root’s port with its uid, and says that its holder is hidden',
    async () => {
      const rootsPort = await listen(createServer(), '127.0.0.1');
      const folder = tempFolder();
      const bundle = join(folder, 'view.mjs');
      await build({
        stdin: {
          contents: `
          import { createServer } from 'node:net';
          import { openKernel } from './src/kernel.ts';
          import { createPortTracker } from './src/proc/ports.ts';
          import { createProcTable } from './src/proc/table.ts';
          const server = createServer().listen(0, '127.0.0.1', () => {
            const kernel = openKernel();
            const look = (budget) => {
              const table = createProcTable(kernel, 100, 4096);
              for (const name of kernel.list('.')) if (Number(name) > 0) table.readStat(Number(name));
              const tracker = createPortTracker(kernel);
              let sockets = [];
              for (let i = 0; i < (budget === Infinity ? 1 : 500); i++) sockets = tracker.update(table.procs, [], i * 100, budget);
              return sockets;
            };
            const port = server.address().port;
            console.log(JSON.stringify({ port, pid: process.pid, complete: look(Infinity), bit: look(4) }));
            process.stdin.on('end', () => process.exit()).resume();
          });`,
          resolveDir: join(import.meta.dirname, '../..'),
          loader: 'ts',
        },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile: bundle,
        logLevel: 'error',
      });
      const viewer = await startProcess(process.execPath, [bundle], { uid: NOBODY, cwd: folder });
      const seen = JSON.parse(await viewer.line()) as Record<'complete' | 'bit', Socket[]> & {
        port: number;
        pid: number;
      };
      for (const sockets of [seen.complete, seen.bit]) {
        expect(onPort(sockets, rootsPort)).toMatchObject([{ uid: 0, holders: [], hidden: true }]);
        expect(onPort(sockets, seen.port)).toMatchObject([
          { uid: NOBODY, holders: [{ pid: seen.pid }], hidden: false },
        ]);
      }
    },
  );
});

describe('a few milliseconds at a time', () => {
  test('a listener of an old process is found, and gone once it closes', async () => {
    const { tick } = machine();
    for (let i = 0; i < 20; i++) tick();
    const server = createServer();
    const port = await listen(server, '127.0.0.1');
    await waitUntil(() => pidsOf(onPort(tick(), port))[0] === process.pid, 'our own listener is found');
    server.close();
    await once(server, 'close');
    await waitUntil(() => onPort(tick(), port).length === 0, 'the closed port is gone');
  });

  test.skipIf(python === undefined)(
    'all holders of a new pre-fork server, and of one killed none',
    async () => {
      const { tick } = machine();
      tick();
      const server = await spawnServer('prefork');
      const pids = server.holders.map(({ pid }) => pid).sort((a, b) => a - b);
      await waitUntil(
        () => String(pidsOf(onPort(tick(), server.port))) === String(pids),
        'all five are named',
      );
      await server.stop();
      await waitUntil(() => onPort(tick(), server.port).length === 0, 'the port is free');
    },
  );
});

describe('a new listener', () => {
  /** Does as it is told: opens a socket, forks a worker that shares it, forks a server. Its children end with it. */
  const script = `
import ctypes, os, signal, socket, sys
def listen():
    s = socket.create_server(("127.0.0.1", 0))
    return s, s.getsockname()[1]
def child(run):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 9)
        run()
        signal.pause()
first, port = listen()
print(port, flush=True)
for line in sys.stdin:
    if line == "old\\n":
        kept, port = listen()
        print(os.getpid(), port, flush=True)
    if line == "worker\\n":
        child(lambda: print(os.getpid(), port, flush=True))
    if line == "newborn\\n":
        def serve():
            global kept
            kept, port = listen()
            print(os.getpid(), port, flush=True)
        child(serve)
`;

  // In a network namespace of its own, where nobody else's sockets come and go and hide it in the counts.
  test.skipIf(!isRoot || python === undefined || findProgram('unshare') === undefined)(
    'is listed in the very next look, whoever opened it, and soon has its holder',
    async () => {
      const server = await startProcess('unshare', [
        '-n',
        'sh',
        '-c',
        'ip link set lo up; exec "$@"',
        '-',
        String(python),
        ...['-S', '-E', '-c', script],
      ]);
      const first = Number(await server.line());
      const real = openKernel();
      let ahead = 0; // the tables are not read again at once: they would take too much of the time
      const { tick: look } = machine({ ...real, now: () => real.now() + ahead });
      const tick = (): readonly Socket[] => ((ahead += TICK_MS), look());
      await waitUntil(() => pidsOf(onPort(tick(), first)).includes(server.pid), 'its namespace is known');
      for (const order of ['old', 'worker', 'newborn']) {
        server.child.stdin.write(`${order}\n`);
        const [pid, port] = (await server.line()).split(' ').map(Number) as [number, number];
        expect(onPort(tick(), port), order).toHaveLength(1);
        await waitUntil(() => pidsOf(onPort(tick(), port)).includes(pid), `the ${order} one is named`);
      }
    },
  );
});

/** `tcp LISTEN 0 128 127.0.0.1%lo:8080 0.0.0.0:* users:(("x",pid=1,fd=3))`, as "tcp 127.0.0.1 8080 1". */
function ssRows(): string[] {
  const lines = execFileSync('ss', ['-lntupH'], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => {
      const [proto = '', , , , local = ''] = line.split(/\s+/);
      const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? [];
      const pids = [...line.matchAll(/,pid=(\d+),/g)].map(([, pid]) => Number(pid));
      // ss says * for a socket of both families.
      const plain = address.replace(/%.*|[[\]]/g, '').replace(/^\*$/, '::');
      return `${proto} ${plain} ${port} ${[...new Set(pids)].sort((a, b) => a - b).join()}`;
    })
    .sort();
}
