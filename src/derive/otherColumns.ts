// The columns of the Groups and Ports views; those of processes are in columns.ts, of slots in slotColumns.ts.
import type { Group, Sample, Socket } from '../types.ts';
import type { Column } from './column.ts';
import { bytes, count, percent, rate } from './format.ts';
import { commandLine, nameOf } from './name.ts';
import { addressText, isPublic, netnsText, reachText } from './portText.ts';
import { fitTable } from './rowText.ts';

const large = { align: 'right', descending: true } as const;

export const GROUP_COLUMNS: readonly Column<Group>[] = [
  { id: 'PROCS', help: 'processes of that name', width: 6, ...large, value: (group) => group.processes },
  {
    id: 'SLOT',
    help: 'slots (tasks) that they hold together',
    width: 6,
    ...large,
    value: (group) => group.slots,
    text: count,
  },
  {
    id: 'NEW/s',
    help: 'births a second since the last look',
    width: 5,
    drop: 5,
    ...large,
    value: (group) => group.spawnPerSecond ?? undefined,
    text: rate,
  },
  {
    id: 'CPU%',
    help: 'CPU of all together, in percent of one core',
    width: 6,
    drop: 4,
    ...large,
    value: (group) => group.cpu,
    text: percent,
  },
  {
    id: 'RES',
    help: 'resident memory of all together',
    width: 5,
    drop: 1,
    ...large,
    value: (group) => group.rss,
    text: bytes,
  },
  {
    id: 'PORT',
    help: 'ports that they hold, lowest first',
    width: 9,
    drop: 3,
    align: 'right',
    value: (group) => group.ports[0],
    text: (_, { ports }) => {
      const shown = ports.slice(0, 1).join('');
      return ports.length > 1 ? `${shown}+${ports.length - 1}` : shown;
    },
    unknown: '',
    style: () => 'port',
  },
  {
    id: 'USERS',
    help: 'owners',
    width: 14,
    drop: 2,
    align: 'left',
    value: (group, sample) => group.uids.map((uid) => sample.userName(uid)).join(','),
  },
  {
    id: 'NAME',
    help: 'name shared by the processes',
    width: 0,
    least: 16,
    align: 'left',
    value: (group) => group.name,
  },
];

function holdersText(socket: Socket, sample: Sample): string {
  const netns = netnsText(socket, sample);
  const where = netns === undefined ? '' : ` [${netns}]`;
  if (socket.hidden) return `(hidden, uid ${socket.uid})${where}`;
  const [first] = socket.holders;
  const proc = first && sample.procs.get(first.pid);
  if (proc === undefined) return `(looking for its holder)${where}`;
  const more = socket.holders.length > 1 ? ` (+${socket.holders.length - 1} more)` : '';
  return `${nameOf(proc)}${more}${where}: ${commandLine(proc)}`;
}

const ADDRESS: Column<Socket> = {
  id: 'ADDRESS',
  help: 'local address; "* public" is every address of the machine, "lo" is reached from here only',
  width: 2,
  align: 'left',
  value: (socket) => addressText(socket.address),
  style: ({ address }) => (isPublic(address) ? 'warn' : undefined),
};

export const PORT_COLUMNS: readonly Column<Socket>[] = [
  {
    id: 'PORT',
    help: 'local port',
    width: 5,
    align: 'right',
    value: (socket) => socket.port,
    style: () => 'port',
  },
  {
    id: 'SERVICE',
    help: 'what the port is usually for (/etc/services)',
    width: 10,
    drop: 1,
    align: 'left',
    value: ({ proto, port }, sample) => sample.serviceName?.(proto, port),
    unknown: '',
  },
  {
    id: 'PROTO',
    help: 'protocol and family: tcp tcp6 udp udp6',
    width: 5,
    drop: 4,
    align: 'left',
    value: (socket) => socket.proto + (socket.family === 'ipv6' ? '6' : ''),
  },
  { ...ADDRESS, width: 16, drop: 3 },
  {
    id: 'USER',
    help: 'owner of the socket',
    width: 8,
    drop: 2,
    align: 'left',
    value: (socket, sample) => sample.userName(socket.uid),
  },
  {
    id: 'PIDS',
    help: 'how many processes hold it',
    width: 4,
    align: 'right',
    value: (socket) => socket.holders.length || undefined,
    unknown: '?',
  },
  {
    id: 'PID',
    help: 'first holder',
    width: 7,
    align: 'right',
    value: (socket) => socket.holders[0]?.pid,
  },
  {
    id: 'HOLDER',
    help: 'who holds it, [in which other network namespace]; a hidden holder is said to be hidden',
    width: 0,
    least: 26,
    align: 'left',
    value: holdersText,
  },
];

/** Those of a screen so wide: where the address has no room its mark stays, for who can reach a port is its danger. */
export function portColumns(cols: number): readonly Column<Socket>[] {
  if (fitTable(PORT_COLUMNS, cols).columns.some(({ id }) => id === 'ADDRESS')) return PORT_COLUMNS;
  const mark = { ...ADDRESS, value: ({ address }: Socket) => reachText(address) };
  return PORT_COLUMNS.map((column) => (column.id === 'ADDRESS' ? mark : column));
}
