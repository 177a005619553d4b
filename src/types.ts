// The nouns that cross folders. Types only: nothing here exists at run time.

/** Why the kernel did not answer. Decided once, in kernel.ts; everything behind it switches over these three. */
export type Failure = 'gone' | 'denied' | 'limit';

/** The identity of a process. A pid alone is given out again; with its starttime (clock ticks since boot, proc(5) stat field 22) it is not. */
export interface ProcId {
  readonly pid: number;
  readonly starttime: number;
}

/** Files of /proc/PID beyond `stat`. Columns and filters say which they need; what nobody shows is never opened. */
export type Need = 'uid' | 'cmdline' | 'exe' | 'cgroup' | 'shr' | 'io' | 'wchan' | 'cwd' | 'fds' | 'oom';

/**
 * One process, updated in place by the table that owns it (proc/table.ts): read it, never write it elsewhere.
 * Strings are as the machine gave them, unsafe to print until derive/safe.ts has seen them.
 * `undefined` means unknown (not read yet, or not readable), never zero.
 */
export interface Proc extends ProcId {
  ppid: number;
  pgrp: number;
  session: number;
  /** Controlling terminal as a device number; 0 for none. */
  ttyNr: number;
  /** One letter of proc(5): R S D T t Z X I ... */
  state: string;
  flags: number;
  comm: string;
  /** User and system CPU time in clock ticks. */
  utime: number;
  stime: number;
  nice: number;
  /** Tasks (threads) of the process; a zombie still has one. */
  nlwp: number;
  /** Virtual size and resident set in bytes. */
  vsize: number;
  rss: number;
  startstack: number;
  /** CPU in percent of one core, over the time between this row's own last two readings. */
  cpu: number | undefined;
  /** When stat was last read: milliseconds of the kernel door's monotonic clock. */
  readAt: number;
  /** When slotop first saw it, on the same clock; 0 for those that were there at the first look. */
  seenAt: number;
  /** Owner: effective uid, from a stat of the folder /proc/PID. */
  uid: number | undefined;
  /** argv; empty for kernel threads and zombies. */
  cmdline: readonly string[] | undefined;
  exe: string | undefined;
  /** The control group path that says most: v2, else v1 name=systemd, else v1 pids. */
  cgroup: string | undefined;
  /** Shared resident bytes (statm field 3). */
  shr: number | undefined;
  /** Bytes that really reached storage, since its start (/proc/PID/io). */
  ioRead: number | undefined;
  ioWrite: number | undefined;
  wchan: string | undefined;
  cwd: string | undefined;
  /** Open descriptors. */
  fds: number | undefined;
  oom: number | undefined;
}

/** What the machine as a whole says: CPU, memory, load. Bytes, and shares from 0 to 1. */
export interface Machine {
  readonly hostname: string;
  readonly cores: number;
  /** Share of all cores in use since the last look; undefined at the first. */
  readonly cpu: number | undefined;
  readonly memTotal: number;
  readonly memUsed: number;
  readonly swapTotal: number;
  readonly swapUsed: number;
  readonly load: readonly [number, number, number];
  readonly uptimeSeconds: number;
  /** Seconds since the epoch at which the machine started (stat btime). */
  readonly bootTime: number;
}

/** Who answers for a socket: a process with a descriptor of it. */
export interface Holder extends ProcId {
  readonly fd: number;
}

/** A listening TCP or bound UDP socket of some network namespace. */
export interface Socket {
  readonly proto: 'tcp' | 'udp';
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly port: number;
  readonly state: 'LISTEN' | 'UNCONN' | 'ESTAB';
  readonly inode: number;
  /** Inode number of the network namespace's procfs view: equal for all processes of one namespace. */
  readonly netns: number;
  readonly uid: number;
  readonly holders: readonly Holder[];
  /** The kernel lists it, and no holder can be seen by us. */
  readonly hidden: boolean;
}

export interface UserSlots {
  readonly uid: number;
  readonly user: string;
  readonly tasks: number;
  /** The soft "Max processes" of that user's own processes; null for unlimited or unknown. */
  readonly limit: number | null;
  /** root or CAP_SYS_RESOURCE: the limit does not bind. */
  readonly exempt: boolean;
}

export interface CgroupSlots {
  readonly path: string;
  readonly version: 1 | 2;
  readonly current: number;
  /** null for "max". */
  readonly max: number | null;
  /** How often a fork was refused here (pids.events max). */
  readonly refused: number | null;
}

/** One limit that can refuse the next fork. */
export interface SlotLimit {
  readonly kind: 'host' | 'user' | 'cgroup';
  /** "pid_max", "threads-max", the user's name, or the cgroup's path. */
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

/** A limit as it stands, and the last minute behind it. */
export interface LimitState extends SlotLimit {
  /** Tasks that can still begin under it. */
  readonly free: number;
  /** Tasks a second that it gained over the last seconds; null before a second look. */
  readonly growth: number | null;
  /** Seconds until it is reached at this rate: 0 when it is, null when it does not grow. */
  readonly fullInSeconds: number | null;
  /** What was used in the last minute, a count every 2 s, oldest first; shorter at the beginning. */
  readonly history: readonly number[];
  /** Forks refused, where the kernel counts them (control groups). */
  readonly refused?: number | null;
}

/** How many tasks are used, against every limit that can refuse the next fork. */
export interface SlotUsage {
  readonly tasks: {
    readonly used: number;
    readonly limit: number;
    readonly limitedBy: 'pid_max' | 'threads-max';
  };
  readonly pidMax: number;
  readonly threadsMax: number;
  readonly processes: number;
  /** Tasks of the processes that we can see; fewer than `tasks.used` where hidepid or a namespace hides some. */
  readonly visibleTasks: number;
  /** Forks and new threads a second since the last look; null at the first. */
  readonly forksPerSecond: number | null;
  readonly users: readonly UserSlots[];
  readonly cgroups: readonly CgroupSlots[];
  /** Every limit that binds somebody, those of the host first. */
  readonly limits: readonly LimitState[];
  readonly tightest: SlotLimit;
  /** Processes in the tightest limit's control group and below; undefined where it is none, or half empty. */
  readonly tightestMembers?: ReadonlySet<number> | undefined;
  /** Seconds until the tightest limit is reached at the present rate of growth; null when it does not grow. */
  readonly fullInSeconds: number | null;
}

/** Processes of one name (derive/name.ts) with their sums. */
export interface Group {
  readonly name: string;
  readonly members: readonly Proc[];
  readonly uids: readonly number[];
  readonly processes: number;
  readonly slots: number;
  /** Births a second in this group since the last look; null at the first. */
  readonly spawnPerSecond: number | null;
  readonly cpu: number | undefined;
  readonly rss: number;
  readonly ports: readonly number[];
}

/** Everything one look at the machine found. */
export interface Sample {
  /** Counts looks; two samples with the same version are the same sample. */
  readonly version: number;
  /** Monotonic milliseconds of the kernel door. */
  readonly at: number;
  /** Wall clock, milliseconds since the epoch. */
  readonly wallMs: number;
  readonly procs: ReadonlyMap<number, Proc>;
  /** Counts births, deaths and changes of parents: with the same number the same processes stand in the same tree. */
  readonly shape?: number;
  /** Counts births, deaths and changes of names, owners and numbers of threads: with the same number all counts of those stand. */
  readonly census?: number;
  /** How many processes are in each state, where that was counted. */
  readonly states?: ReadonlyMap<string, number>;
  /** Some processes were never read yet: only in the first looks at a large machine. */
  readonly isPartial?: boolean;
  /** Milliseconds since the row was read that was read longest ago. */
  readonly oldestMs?: number;
  readonly machine: Machine;
  readonly slots: SlotUsage;
  readonly sockets: readonly Socket[];
  /** The sockets that each pid holds. */
  readonly socketsOf: ReadonlyMap<number, readonly Socket[]>;
  /** Processes first seen in this look; empty at the first. */
  readonly births: readonly Proc[];
  /** Seconds between this look and the one before; undefined at the first. */
  readonly interval: number | undefined;
  /** Clock ticks a second, and the page size in bytes. */
  readonly ticksPerSecond: number;
  /** Our own pid in this proc root. */
  readonly self: number;
  /** Names of uids and terminals, as this machine calls them. */
  readonly userName: (uid: number | undefined) => string;
  readonly ttyName: (ttyNr: number) => string | undefined;
  /** The device files that a process holds open, below /dev (`pts/3`); read when asked. */
  readonly devicesOf: (pid: number) => readonly string[] | Failure;
  /** The systemd unit or container that a cgroup path stands for. */
  readonly unitOf: (cgroup: string | undefined) => string | undefined;
  /** What a port is usually for (/etc/services). */
  readonly serviceName?: (proto: Socket['proto'], port: number) => string | undefined;
  /** What the network namespace of a socket is called; undefined for our own. */
  readonly netnsName?: (socket: Pick<Socket, 'netns' | 'holders'>) => string | undefined;
}

/** Why a process may not be hit, in words for the screen; absent from the map when it may. */
export type ProtectedSet = ReadonlyMap<number, string>;

export interface Signal {
  readonly name: string;
  readonly number: number;
}

export type Scope = 'selection' | 'tree' | 'group' | 'port';
export type Action = 'signal' | 'kill' | 'sweep' | 'free';

/** A process as it stood when the plan was made: the target set is frozen here. */
export interface Target extends ProcId {
  readonly ppid: number;
  readonly comm: string;
  readonly name: string;
  readonly uid: number | undefined;
  readonly user: string;
  readonly state: string;
  readonly nlwp: number;
  readonly ports: readonly number[];
  /** Which field matched: "pid", "comm", "argv0", "exe", "script", "port 8080", "selected" ... */
  readonly matched: string;
}

export interface RefusedTarget extends Target {
  readonly reason: string;
}

/** Who will be hit, who won't and why. The same object is shown, run and reported. */
export interface Plan {
  readonly action: Action;
  readonly signal: Signal;
  readonly scope: Scope;
  /** What was asked for, in words: `group "java"`, `pid 1234`, `:8080`. */
  readonly label: string;
  readonly targets: readonly Target[];
  readonly refused: readonly RefusedTarget[];
  /** The ports that its scope is about; the others have none. */
  readonly ports?: readonly number[];
  /** What freeing its ports would leave as it is, whose that is and what to do, in words: hidden holders, and the spared. */
  readonly remarks?: readonly string[];
  /** Sweep and free, on the user's word: whoever starts members again becomes one. */
  readonly withRespawner?: boolean;
  /** Sweep: children of those names, of these parents, belong to it also when they are born meanwhile. */
  readonly children?: { readonly of: readonly number[]; readonly names: readonly string[] };
}

export type Outcome =
  'killed' | 'stopped' | 'signalled' | 'gone' | 'recycled' | 'denied' | 'refused' | 'survived';

export interface TargetReport extends Target {
  readonly outcome: Outcome;
  readonly detail: string | null;
}

export type Counts = Readonly<Record<'matched' | Outcome, number>>;

/** Who starts a killed process again, and how that is stopped for good. */
export interface Respawner extends ProcId {
  readonly comm: string;
  /** What it is, in words: `runit`, `systemd service`, `shell loop`. */
  readonly kind: string;
  /** The command to type, or in words what to do. */
  readonly advice: string;
}

/** A process that came back after its like was killed. */
export interface Respawned {
  readonly pid: number;
  readonly comm: string;
  readonly ppid: number;
  /** Its systemd unit or container. */
  readonly unit: string | null;
  /** Absent where nobody can be named. */
  readonly by?: Respawner;
}

export interface Report {
  readonly action: Action;
  readonly signal: Signal;
  readonly label: string;
  readonly targets: readonly TargetReport[];
  readonly counts: Counts;
  readonly passes: number;
  readonly elapsedMs: number;
  readonly slots: { readonly before: number; readonly after: number };
  readonly respawned: readonly Respawned[];
  /** What became of more than processes (a port), in words. */
  readonly notes?: readonly string[];
  /** Wall clock at its end, milliseconds since the epoch. */
  readonly at: number;
}
