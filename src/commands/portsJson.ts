// Sockets and their holders as `ports --json` prints them, in the order of the contract (DESIGN 1).
import { nameOf } from '../derive/name.ts';
import type { Holder, Sample, Socket } from '../types.ts';
import { orNull } from './json.ts';

export function holdersJson(holders: readonly Holder[], sample: Sample): object[] {
  return holders.map(({ pid, starttime, fd }) => {
    const found = sample.procs.get(pid);
    const proc = found?.starttime === starttime ? found : undefined;
    return {
      pid,
      starttime,
      comm: orNull(proc?.comm),
      name: proc === undefined ? null : nameOf(proc),
      cmdline: orNull(proc?.cmdline),
      fd,
    };
  });
}

export function socketJson(socket: Socket, sample: Sample): object {
  const { proto, family, address, port, state, inode, netns, uid, hidden } = socket;
  return {
    proto,
    family,
    address,
    port,
    state,
    inode,
    netns,
    uid,
    user: sample.userName(uid),
    holders: holdersJson(socket.holders, sample),
    hidden,
  };
}
