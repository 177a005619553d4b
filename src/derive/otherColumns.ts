// The columns of the Groups, Ports and Slots views; those of processes are in columns.ts.
import type { Group, Sample, SlotLimit, Socket } from '../types.ts';
import type { Column } from './column.ts';
import { bytes, count, percent, rate } from './format.ts';
import { commandLine, nameOf } from './name.ts';
import { isPublic } from './portText.ts';

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
  if (socket.hidden) return `(hidden, uid ${socket.uid})`;
  const [first] = socket.holders;
  const proc = first && sample.procs.get(first.pid);
  if (proc === undefined) return '(looking for its holder)';
  const more = socket.holders.length > 1 ? ` (+${socket.holders.length - 1} more)` : '';
  return `${nameOf(proc)}${more}: ${commandLine(proc)}`;
}

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
    id: 'PROTO',
    help: 'protocol and family: tcp tcp6 udp udp6',
    width: 5,
    drop: 3,
    align: 'left',
    value: (socket) => socket.proto + (socket.family === 'ipv6' ? '6' : ''),
  },
  {
    id: 'ADDRESS',
    help: 'local address; * is every address of the machine',
    width: 16,
    drop: 2,
    align: 'left',
    value: (socket) => (isPublic(socket.address) ? '*' : socket.address),
  },
  {
    id: 'USER',
    help: 'owner of the socket',
    width: 8,
    drop: 1,
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
    help: 'who holds it; a hidden holder is said to be hidden',
    width: 0,
    least: 26,
    align: 'left',
    value: holdersText,
  },
];

export const SLOT_COLUMNS: readonly Column<SlotLimit>[] = [
  { id: 'KIND', help: 'host, user or cgroup', width: 6, align: 'left', value: (limit) => limit.kind },
  { id: 'USED', help: 'tasks used', width: 8, ...large, value: (limit) => limit.used },
  { id: 'LIMIT', help: 'tasks allowed', width: 8, ...large, value: (limit) => limit.limit },
  {
    id: 'FREE',
    help: 'tasks still free',
    width: 8,
    drop: 1,
    align: 'right',
    value: (limit) => Math.max(0, limit.limit - limit.used),
  },
  {
    id: 'USED%',
    help: 'share used',
    width: 5,
    ...large,
    value: (limit) => (limit.limit > 0 ? (limit.used / limit.limit) * 100 : 100),
    text: percent,
    style: (limit) => (limit.used >= limit.limit * 0.9 ? 'bad' : undefined),
  },
  { id: 'NAME', help: 'which limit', width: 0, least: 16, align: 'left', value: (limit) => limit.name },
];

/** Every limit that binds somebody, as rows of the Slots view. */
export function limitsOf({ slots }: Sample): SlotLimit[] {
  const users = slots.users.flatMap(({ user, tasks, limit, exempt }) =>
    limit === null || exempt ? [] : [{ kind: 'user', name: user, used: tasks, limit } as const],
  );
  const cgroups = slots.cgroups.flatMap(({ path, current, max }) =>
    max === null ? [] : [{ kind: 'cgroup', name: path, used: current, limit: max } as const],
  );
  const { tasks } = slots;
  return [
    { kind: 'host', name: tasks.limitedBy, used: tasks.used, limit: tasks.limit },
    ...users,
    ...cgroups,
  ];
}
