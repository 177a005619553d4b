// Ports in a few cells.
import type { Sample, Socket } from '../types.ts';
import { containerName } from './container.ts';

/** True for the addresses that mean every interface. */
export function isPublic(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '*';
}

/** True for addresses that only this machine reaches. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

/** `* public`, `127.0.0.1 lo`, `192.168.1.5`: who can reach it is said, not to be concluded. */
export function addressText(address: string): string {
  if (isPublic(address)) return '* public';
  return isLoopback(address) ? `${address} lo` : address;
}

/** The same in two cells, where an address has no room: `*`, `lo`, nothing. */
export function reachText(address: string): string {
  if (isPublic(address)) return '*';
  return isLoopback(address) ? 'lo' : '';
}

/** The network namespace of a socket by its container or its name; undefined for our own. */
export function netnsText(socket: Socket, sample: Pick<Sample, 'procs' | 'netnsName'>): string | undefined {
  const name = sample.netnsName?.(socket);
  const [first] = socket.holders;
  return name === undefined
    ? undefined
    : (containerName(first && sample.procs.get(first.pid)?.cgroup) ?? name);
}

/**
 * The ports of some sockets, shortest first, as many as fit: `80*,443*`, `8080`, `5432+2`.
 * `*` marks a port that some socket has open to every address; `+2` says how many are not shown.
 */
export function portsText(sockets: readonly Socket[], width: number): string {
  const open = new Map<number, boolean>();
  for (const { port, address } of sockets) open.set(port, open.get(port) === true || isPublic(address));
  const words = [...open]
    .sort(([a], [b]) => a - b)
    .map(([port, everywhere]) => `${port}${everywhere ? '*' : ''}`);
  for (let shown = words.length; shown > 0; shown--) {
    const hidden = words.length - shown;
    const text = words.slice(0, shown).join(',') + (hidden > 0 ? `+${hidden}` : '');
    if (text.length <= width || shown === 1) return text;
  }
  return '';
}
