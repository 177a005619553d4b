// The adversaries, as data: what is started, what is asked for, and what else is in the table. Each is fought in a table
// that has room left and in one that is full (facts: sixteen of them, and what each strategy achieved).
export interface Scenario {
  readonly name: string;
  /** Arguments of adversary.c after the name; undefined where another program than ours is the rogue. */
  readonly rogue: readonly string[];
  /** comm of its first process, `rogue` without this; the rest is its own affair. */
  readonly comm?: string;
  /** bash under the name of rogue. */
  readonly isBash?: true;
  /** TARGETs of the command line; LEADER stands for the pid of the first rogue, GROUP for its control group. */
  readonly targets: readonly string[];
  readonly tree?: true;
  readonly withRespawner?: true;
  /** The rogue's user; root without this. */
  readonly uid?: number;
  /** The sweeper is nobody special either. */
  readonly unprivileged?: true;
  /** In a control group of its own, or in one that it shares with innocent ones. */
  readonly cgroup?: 'own' | 'shared';
  /** A job of the very shell that starts the sweeper (`setsid slotop`): both began in one autogroup (sched(7)). */
  readonly isJob?: true;
  /** Slots of the table that may be used (pid_max less the 300 that are never given out again). */
  readonly slots: number;
  /** Swept when so many processes are in the table beyond the innocent; when it is full without this. */
  readonly members?: number;
  /** Innocent processes beside it, and innocent births a second. */
  readonly crowd: number;
  readonly churn?: number;
  /** More innocent ones, once the rogue has its members, until so many slots are left. */
  readonly leave?: number;
  /** Names to give to pkill and killall; none where a name can't say it. */
  readonly names: readonly string[];
  /** Fought in every run of the tests. */
  readonly inCi?: true;
}

const plain = { targets: ['rogue'], crowd: 100, slots: 1000, names: ['rogue'] } as const;
const NOBODY = 65534;

/** A bomb fills what it can get; in a wide table it is swept on its way. */
const bombs: readonly Scenario[] = [
  {
    ...plain,
    name: 'fork bomb of 1,000, spinning, room left',
    rogue: ['bomb', 'spin', '1000'],
    slots: 2000,
    members: 1000,
  },
  { ...plain, name: 'fork bomb of 1,200, spinning, full', rogue: ['bomb', 'spin'], slots: 1000, inCi: true },
  {
    ...plain,
    name: 'fork bomb of 1,000, pausing, room left',
    rogue: ['bomb', 'pause', '1000'],
    slots: 2000,
    members: 1000,
  },
  { ...plain, name: 'fork bomb of 2,000, pausing, full', rogue: ['bomb', 'pause'], slots: 1800 },
  {
    ...plain,
    name: 'fork bomb, growing, swept at 1,000 of 4,000, room left',
    rogue: ['bomb', 'pause'],
    slots: 3800,
    members: 1000,
    inCi: true,
  },
  { ...plain, name: 'fork bomb of 4,000, full', rogue: ['bomb', 'pause'], slots: 3800 },
  {
    ...plain,
    name: 'b() { b | b & }; b in bash, swept at 500, room left',
    rogue: ['-c', 'b() { b | b & }; b; wait'],
    isBash: true,
    slots: 3800,
    members: 500,
  },
  {
    ...plain,
    name: 'b() { b | b & }; b in bash, full',
    rogue: ['-c', 'b() { b | b & }; b; wait'],
    isBash: true,
    inCi: true,
  },
  {
    ...plain,
    name: 'fork bomb of 1,200 from the shell that sweeps it (setsid), full',
    rogue: ['bomb', 'spin'],
    isJob: true,
  },
  {
    ...plain,
    name: 'fork bomb of 1,200 of an ordinary user, swept by that user, full',
    rogue: ['bomb', 'spin'],
    uid: NOBODY,
    unprivileged: true,
    names: [],
    inCi: true,
  },
  {
    ...plain,
    name: 'fork bomb of 600 in a control group of its own, full',
    rogue: ['bomb', 'pause'],
    cgroup: 'own',
    slots: 400,
  },
  {
    ...plain,
    name: 'fork bomb of 600 in a control group with innocent ones, full',
    rogue: ['bomb', 'pause'],
    cgroup: 'shared',
    slots: 400,
  },
];

type Small = Omit<Scenario, 'inCi'> & { readonly members: number; readonly ci?: 'room' | 'full' };

const small: readonly Small[] = [
  {
    ...plain,
    name: '20 workers and the supervisor that restarts them, workers named',
    rogue: ['boss', 'rogue', '20'],
    comm: 'boss',
    withRespawner: true,
    members: 21,
    ci: 'full',
  },
  {
    ...plain,
    name: '20 workers and the supervisor that restarts them, both named',
    rogue: ['boss', 'rogue', '20'],
    comm: 'boss',
    targets: ['rogue', 'boss'],
    names: ['rogue', 'boss'],
    members: 21,
  },
  {
    ...plain,
    name: 'two that restart each other, one named',
    rogue: ['guards', 'rogue2'],
    withRespawner: true,
    members: 2,
    ci: 'room',
  },
  {
    ...plain,
    name: 'two that restart each other, both named',
    rogue: ['guards', 'rogue2'],
    targets: ['rogue', 'rogue2'],
    names: ['rogue', 'rogue2'],
    members: 2,
  },
  { ...plain, name: '200 that ignore TERM and refill', rogue: ['refill', '200'], members: 200, ci: 'full' },
  {
    ...plain,
    name: '200 that refill and send CONT to each other every ms',
    rogue: ['refill', '200', 'cont'],
    members: 200,
    ci: 'room',
  },
  { ...plain, name: 'hopper, 100 a second', rogue: ['hopper', '100'], members: 1 },
  { ...plain, name: 'hopper, 1,000 a second', rogue: ['hopper', '1000'], members: 1, ci: 'full' },
  { ...plain, name: 'hopper, 10,000 a second', rogue: ['hopper', '10000'], members: 1, ci: 'room' },
  { ...plain, name: 'hopper, as fast as it can', rogue: ['hopper', '0'], members: 1, ci: 'full' },
  {
    ...plain,
    name: 'hopper, 1,000 a second, new group each hop',
    rogue: ['hopper', '1000', 'pgrp'],
    members: 1,
  },
  {
    ...plain,
    name: 'hopper, as fast as it can, new session each hop',
    rogue: ['hopper', '0', 'session'],
    members: 1,
  },
  {
    ...plain,
    name: 'the same beside 300 innocent ones and 1,500 innocent births a second',
    rogue: ['hopper', '0', 'session'],
    members: 1,
    crowd: 300,
    churn: 1500,
    ci: 'room',
  },
  {
    ...plain,
    name: 'hopper, 1,000 a second, of an ordinary user, swept by that user',
    rogue: ['hopper', '1000'],
    members: 1,
    uid: NOBODY,
    unprivileged: true,
    names: [],
  },
  {
    ...plain,
    name: '200 that refill and send CONT, of an ordinary user, swept by that user',
    rogue: ['refill', '200', 'cont'],
    members: 200,
    uid: NOBODY,
    unprivileged: true,
    names: [],
  },
  ...(
    [
      ['session', ['session:LEADER']],
      ['tree', ['LEADER']],
      ['user', [`user:${NOBODY}`]],
      ['control group', ['cgroup:GROUP']],
    ] as const
  ).map(([what, targets]): Small => {
    const by = { tree: { tree: true }, user: { uid: NOBODY }, 'control group': { cgroup: 'own' } } as const;
    return {
      ...plain,
      name: `50 that change their comm every 5 ms, by ${what}`,
      rogue: ['chameleon', '50'],
      targets,
      members: 50,
      names: [],
      ...(what === 'tree' || what === 'control group' ? { ci: 'full' as const } : {}),
      ...(what === 'session' ? {} : by[what]),
    };
  }),
];

/** Slots that a full table has left: the rogue is to go on. */
const LEFT = 4;
const LEFT_BESIDE_BIRTHS = 40;

function inBoth({ ci, ...one }: Small): Scenario[] {
  const leave = one.churn === undefined ? LEFT : LEFT_BESIDE_BIRTHS;
  const tests = (table: 'room' | 'full'): Pick<Scenario, 'inCi'> => (ci === table ? { inCi: true } : {});
  return [
    { ...one, name: `${one.name}, room left`, ...tests('room') },
    { ...one, name: `${one.name}, full`, leave, ...tests('full') },
  ];
}

export const SCENARIOS: readonly Scenario[] = [...bombs, ...small.flatMap(inBoth)];
