// `slotop ports --unix`: unix sockets by path, with all their holders.
import type { Kernel } from '../kernel.ts';
import type { Column } from '../derive/column.ts';
import { nameOf } from '../derive/name.ts';
import { createSampler } from '../proc/sample.ts';
import { unixSockets, type UnixSocket } from '../proc/unixSockets.ts';
import { EXIT, type ExitCode } from '../signal/report.ts';
import type { Sample } from '../types.ts';
import type { Context } from './command.ts';
import { json } from './json.ts';
import { holdersJson } from './portsJson.ts';
import { tableText } from './table.ts';

const UNIX_COLUMNS: readonly Column<UnixSocket>[] = [
  { id: 'TYPE', help: 'stream, dgram or seqpacket', width: 9, align: 'left', value: ({ type }) => type },
  { id: 'STATE', help: 'LISTEN or UNCONN', width: 6, align: 'left', value: ({ state }) => state },
  {
    id: 'PIDS',
    help: 'how many processes hold it',
    width: 4,
    align: 'right',
    value: ({ holders }) => holders.length || undefined,
    unknown: '?',
  },
  { id: 'PID', help: 'first holder', width: 7, align: 'right', value: ({ holders }) => holders[0]?.pid },
  {
    id: 'HOLDER',
    help: 'what it is called; doubtful: the row may be the path of another socket, which imitates it',
    width: 16,
    align: 'left',
    value: ({ holders: [first], doubtful }, { procs }) => {
      const proc = first && procs.get(first.pid);
      return (doubtful ? '(doubtful) ' : '') + (proc === undefined ? '(hidden)' : nameOf(proc));
    },
  },
  { id: 'PATH', help: 'its file; @ where it has none', width: 0, align: 'left', value: ({ path }) => path },
];

function unixJson({ holders, ...row }: UnixSocket, sample: Sample): object {
  const { type, path, state, inode, netns, hidden, doubtful } = row;
  const shown = holdersJson(holders, sample);
  return { proto: 'unix', type, path, state, inode, netns, holders: shown, hidden, doubtful };
}

/** @param paths all of them, or only these; a part of a path will do */
export function showUnix(
  context: Context,
  kernel: Kernel,
  paths: readonly string[],
  asJson: boolean,
): ExitCode {
  const sampler = createSampler(kernel);
  const sample = sampler.look({ all: [], shown: [], visible: [], portBudgetMs: 0 });
  const found = unixSockets(kernel, sample.procs)
    .filter(({ path }) => paths.length === 0 || paths.some((part) => path.includes(part)))
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)) || a.inode - b.inode);
  for (const { pid } of found.flatMap(({ holders }) => holders)) {
    const proc = sample.procs.get(pid);
    if (proc !== undefined) sampler.detail(proc, ['cmdline', 'exe']);
  }
  context.stdio.out(
    asJson
      ? json(found.map((socket) => unixJson(socket, sample)))
      : tableText(UNIX_COLUMNS, found, sample, context),
  );
  return found.length === 0 && paths.length > 0 ? EXIT.nothing : EXIT.holds;
}
