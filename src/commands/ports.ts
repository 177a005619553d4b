// `slotop ports`: who listens where, in every network namespace.
import { nameOf } from '../derive/name.ts';
import { PORT_COLUMNS } from '../derive/otherColumns.ts';
import { createSampler } from '../proc/sample.ts';
import { EXIT } from '../signal/report.ts';
import type { Sample, Socket } from '../types.ts';
import { Complaint, isGiven, type Command } from './command.ts';
import { json, orNull } from './json.ts';
import { tableText } from './table.ts';

/** `8080` or `:8080`. @throws Complaint */
function portOf(word: string): number {
  const digits = word.startsWith(':') ? word.slice(1) : word;
  const port = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || port < 1 || port > 65_535) {
    throw new Complaint(`ports: ${word}`, 'not a port (1 to 65535)');
  }
  return port;
}

/** `ports --json`, in the order of the contract (DESIGN 1). */
function socketJson(socket: Socket, sample: Sample): object {
  const { proto, family, address, port, state, inode, netns, uid, hidden } = socket;
  const holders = socket.holders.map(({ pid, starttime, fd }) => {
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
    holders,
    hidden,
  };
}

export const ports: Command = {
  name: 'ports',
  usage: 'ports [PORT...]',
  summary: 'list listening TCP and bound UDP sockets with all their holders',
  options: { json: { type: 'boolean', help: 'one JSON document' } },
  run(context, words, given) {
    const wanted = new Set(words.map(portOf));
    const sampler = createSampler(context.kernel());
    const sample = sampler.look({ all: [], shown: [], visible: [], portBudgetMs: Infinity });
    const found = sample.sockets.filter(({ port }) => wanted.size === 0 || wanted.has(port));
    for (const { pid } of found.flatMap(({ holders }) => holders)) {
      const proc = sample.procs.get(pid);
      if (proc !== undefined) sampler.detail(proc, ['cmdline', 'exe']);
    }
    context.stdio.out(
      isGiven(given, 'json')
        ? json(found.map((socket) => socketJson(socket, sample)))
        : tableText(PORT_COLUMNS, found, sample, context),
    );
    return found.length === 0 && wanted.size > 0 ? EXIT.nothing : EXIT.holds;
  },
};
