// Where slotop itself stands among the processes: those above it, and those that hold the other end of its terminal.
import { nameOf } from '../derive/name.ts';
import type { Proc, Sample } from '../types.ts';

/** What it takes to find that out. */
export type Ground = Pick<Sample, 'procs' | 'self' | 'ttyName' | 'devicesOf'>;

/** A process that slotop's terminal hangs on. */
interface Held {
  /** Compared too: a pid that was given out again since is not protected by it. */
  readonly starttime: number;
  /** In words for the screen. */
  readonly reason: string;
}

/** What the rules of guard.ts compare with. Made of one look: make it again for the next. */
export interface Standing {
  readonly self: number;
  /** undefined where slotop is not among the processes (a foreign proc root). */
  readonly own: Proc | undefined;
  readonly held: ReadonlyMap<number, Held>;
  /** The uids that are us: our own, and that of whoever called sudo or su. */
  readonly uids: ReadonlySet<number>;
}

/** A program whose server stands above the shells, while its clients stand in the terminal. */
interface Multiplexer {
  readonly server: RegExp;
  readonly client: RegExp;
  /** The server has the client's terminal open; else the two know each other through a socket that /proc can't join. */
  readonly serverHoldsTerminal: boolean;
}

/** By comm. tmux sets `tmux: server` and `tmux: client`; the others are called alike on both sides. */
const MULTIPLEXERS: readonly Multiplexer[] = [
  { server: /^tm(ux|ate)(: server)?$/, client: /^tm(ux|ate)(: client)?$/, serverHoldsTerminal: true },
  { server: /^screen$/i, client: /^screen$/i, serverHoldsTerminal: true },
  { server: /^zellij$/, client: /^zellij$/, serverHoldsTerminal: false },
  { server: /^(dtach|abduco)$/, client: /^(dtach|abduco)$/, serverHoldsTerminal: false },
];

/** The parent, its parent ... A torn look can make a ring of them, so none comes twice. */
function above(proc: Proc, procs: Sample['procs']): Proc[] {
  const found = new Set<Proc>();
  let at = procs.get(proc.ppid);
  while (at !== undefined && at !== proc && !found.has(at)) {
    found.add(at);
    at = procs.get(at.ppid);
  }
  return [...found];
}

/** The clients through which somebody looks at this server's screens. */
function clientsOf(server: Proc, kind: Multiplexer, { procs, ttyName, devicesOf }: Ground): Proc[] {
  const devices = kind.serverHoldsTerminal ? devicesOf(server.pid) : 'denied';
  // Where the server can't be looked into, every client of its user may be the one.
  const isMeant =
    typeof devices === 'string'
      ? ({ uid }: Proc) => uid === undefined || server.uid === undefined || uid === server.uid
      : ({ ttyNr }: Proc) => devices.includes(ttyName(ttyNr) ?? '');
  return [...procs.values()].filter(
    (proc) => proc !== server && proc.ttyNr !== 0 && kind.client.test(proc.comm) && isMeant(proc),
  );
}

/**
 * @param ground one look; `devicesOf` is asked of the multiplexer servers above us only
 * Source: what tmux 3.3 and screen 4 hold open, as measured (facts: signals-and-ports, d).
 */
export function standingOf(ground: Ground): Standing {
  const { procs, self } = ground;
  const own = procs.get(self);
  const held = new Map<number, Held>();
  const hold = (proc: Proc, reason: string): boolean => {
    if (proc.pid === self || held.has(proc.pid)) return false;
    held.set(proc.pid, { starttime: proc.starttime, reason });
    return true;
  };

  const ancestors = own === undefined ? [] : above(own, procs);
  for (const proc of ancestors) hold(proc, `ancestor of slotop: ${nameOf(proc)}`);
  // Grows while it is walked: a tmux may run inside of another one.
  const chain = [...ancestors];
  for (const server of chain) {
    const kind = MULTIPLEXERS.find((one) => one.server.test(server.comm));
    if (kind === undefined) continue;
    for (const client of clientsOf(server, kind, ground)) {
      if (hold(client, `slotop's terminal: ${nameOf(client)}`)) chain.push(client);
      for (const proc of above(client, procs)) {
        if (hold(proc, `above slotop's terminal, ${nameOf(client)} ${client.pid}: ${nameOf(proc)}`))
          chain.push(proc);
      }
    }
  }

  const uids = new Set([own, ...ancestors].flatMap((proc) => proc?.uid ?? []));
  // init and sshd are root's for everybody: only who is root has root's session.
  if (own?.uid !== undefined && own.uid !== 0) uids.delete(0);
  return { self, own, held, uids };
}
