// Ports in a few cells.
import type { Socket } from '../types.ts';

/** True for the addresses that mean every interface. */
export function isPublic(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '*';
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
