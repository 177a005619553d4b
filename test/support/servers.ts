// Real servers on loopback, on ports that the kernel chooses, with every process that holds the port.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adopt, startProcess, tempFolder, type StartOptions, type TestProcess } from './liveProcess.ts';
import { python, startActor } from './procs.ts';

export interface TestServer extends TestProcess {
  readonly proto: 'tcp' | 'udp';
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly port: number;
  /** All processes with a descriptor of a socket on that port; the first is the server itself. */
  readonly holders: readonly TestProcess[];
}

const KINDS = {
  /** python3 -m http.server */
  python: { proto: 'tcp', family: 'ipv4', args: undefined },
  /** node server.mjs */
  node: { proto: 'tcp', family: 'ipv4', args: undefined },
  tcp: { proto: 'tcp', family: 'ipv4', args: ['tcp'] },
  ipv6: { proto: 'tcp', family: 'ipv6', args: ['ipv6'] },
  udp: { proto: 'udp', family: 'ipv4', args: ['udp'] },
  udp6: { proto: 'udp', family: 'ipv6', args: ['udp6'] },
  /** A parent and four workers that inherited its one listening socket. */
  prefork: { proto: 'tcp', family: 'ipv4', args: ['prefork', '4'] },
  /** Two processes with a socket each on one port (SO_REUSEPORT). */
  reuseport: { proto: 'tcp', family: 'ipv4', args: ['reuseport'] },
} as const;

export type ServerKind = keyof typeof KINDS;

const NODE_SERVER = `import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('hello\\n'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
`;

async function startReal(
  kind: ServerKind,
  options: StartOptions,
): Promise<{ self: TestProcess; port: number }> {
  if (kind === 'node') {
    const script = join(tempFolder(), 'server.mjs');
    writeFileSync(script, NODE_SERVER);
    const self = await startProcess(process.execPath, [script], options);
    return { self, port: Number(await self.line()) };
  }
  if (python === undefined) throw new Error('this needs python3');
  const self = await startProcess(python, ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1'], {
    cwd: tempFolder(),
    ...options,
  });
  // "Serving HTTP on 127.0.0.1 port 43211 (http://...) ...", said when it listens
  return { self, port: Number(/ port (\d+)/.exec(await self.line())?.[1]) };
}

/** A server that listens (or is bound) when the promise settles. All kinds but `node` need python3. */
export async function spawnServer(kind: ServerKind, options: StartOptions = {}): Promise<TestServer> {
  const { proto, family, args } = KINDS[kind];
  const address = family === 'ipv4' ? '127.0.0.1' : '::1';
  if (args === undefined) {
    const { self, port } = await startReal(kind, options);
    return { ...self, proto, family, address, port, holders: [self] };
  }
  const { actor, port, pids } = await startActor(args, options);
  const others = pids.map(adopt);
  const stop = async (): Promise<void> => {
    await Promise.all([actor, ...others].map((holder) => holder.stop()));
  };
  return { ...actor, proto, family, address, port, holders: [actor, ...others], stop };
}
