// Real holders of one port, of the kinds that are hard to find or hard to end (holders.py).
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  adopt,
  findProgram,
  startProcess,
  tempFolder,
  type StartOptions,
  type TestProcess,
} from './liveProcess.ts';

/** The system's own, which other users may run too. */
export const python = findProgram('python3');

export type HolderKind =
  | 'plain'
  | 'any'
  | 'dual'
  | 'v6'
  | 'mapped'
  | 'udp'
  | 'stubborn'
  | 'slow'
  | 'lingering'
  | 'heir'
  | 'thread'
  | 'message'
  | 'crowd';

export interface TestHolder extends TestProcess {
  readonly port: number;
  /** Of `crowd`: the process whose connections go to the port. */
  readonly clients: TestProcess | undefined;
}

/** The script, where other users can read it. */
export function holdersScript(): string {
  const script = join(tempFolder(), 'holders.py');
  copyFileSync(join(import.meta.dirname, 'holders.py'), script);
  return script;
}

/** @param via words before the interpreter: `unshare -n` */
export async function startHolder(
  kind: HolderKind,
  {
    via = [],
    port,
    ...options
  }: StartOptions & { readonly via?: readonly string[]; readonly port?: number } = {},
): Promise<TestHolder> {
  if (python === undefined) throw new Error('this needs python3');
  const words = [
    ...via,
    python,
    '-S',
    '-E',
    holdersScript(),
    kind,
    ...(port === undefined ? [] : [String(port)]),
  ];
  const [command = '', ...args] = words;
  const started = await startProcess(command, args, options);
  const said = JSON.parse(await started.line()) as { port: number; pids: number[]; clients?: number };
  const clients = said.clients === undefined ? undefined : adopt(said.clients);
  return { ...started, port: said.port, clients };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a server with SO_REUSEADDR, as Node sets it, can take the port now. */
export async function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
