// The adversaries, as data: what is started, what is asked for, and what else is in the table.
export interface Scenario {
  readonly name: string;
  /** Arguments of adversary.c after the name. */
  readonly rogue: readonly string[];
  /** comm of its first process; the rest is its own affair. */
  readonly comm?: string;
  /** TARGET, `session:LEADER` for the session that the rogue leads. */
  readonly target: 'rogue' | 'session' | 'tree' | 'user';
  readonly withRespawner?: boolean;
  /** Slots of the table that may be used (pid_max less the 300 that are never given out again). */
  readonly slots: number;
  /** Swept when so many processes are in the table beyond the innocent; when it is full without this. */
  readonly members?: number;
  /** Innocent processes beside it, and innocent births a second. `fill` leaves so many slots to the rogue. */
  readonly crowd: number;
  readonly churn?: number;
  /** Who would be named to pkill and killall; undefined where a name can't say it. */
  readonly peers: boolean;
}

const plain = { target: 'rogue', crowd: 100, slots: 1000, peers: true } as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...plain, name: 'fork bomb, spinning, table of 1,000 full', rogue: ['bomb', 'spin'] },
  { ...plain, name: 'fork bomb, pausing, table of 1,000 full', rogue: ['bomb', 'pause'] },
  {
    ...plain,
    name: 'fork bomb, growing, swept at 1,000 of 3,700',
    rogue: ['bomb', 'pause'],
    slots: 3700,
    members: 1000,
  },
  { ...plain, name: 'fork bomb of 300, table not full', rogue: ['bomb', 'pause', '300'], members: 300 },
  {
    ...plain,
    name: '20 workers and the supervisor that restarts them, workers named',
    rogue: ['boss', 'rogue', '20'],
    comm: 'boss',
    withRespawner: true,
    members: 21,
  },
  {
    ...plain,
    name: 'two that restart each other, one named',
    rogue: ['guards', 'rogue2'],
    withRespawner: true,
    members: 2,
  },
  { ...plain, name: '200 that ignore TERM and refill', rogue: ['refill', '200'], members: 200 },
  {
    ...plain,
    name: '200 that refill and send CONT every ms',
    rogue: ['refill', '200', 'cont'],
    members: 200,
  },
  {
    ...plain,
    name: '200 that refill and send CONT, table full',
    rogue: ['refill', '200', 'cont'],
    slots: 320,
    members: 200,
  },
  { ...plain, name: 'hopper, 100 a second', rogue: ['hopper', '100'], members: 1 },
  { ...plain, name: 'hopper, 1,000 a second', rogue: ['hopper', '1000'], members: 1 },
  { ...plain, name: 'hopper, 10,000 a second', rogue: ['hopper', '10000'], members: 1 },
  {
    ...plain,
    name: 'hopper, as fast as it can, in a nearly full table',
    rogue: ['hopper', '0'],
    slots: 130,
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
    name: 'hopper, 1,000 a second, new group each hop',
    rogue: ['hopper', '1000', 'pgrp'],
    members: 1,
  },
  {
    ...plain,
    name: 'hopper with new sessions beside 1,500 innocent births a second',
    rogue: ['hopper', '0', 'session'],
    members: 1,
    crowd: 300,
    churn: 1500,
  },
  {
    ...plain,
    name: '50 that change their comm every 5 ms, by session',
    rogue: ['chameleon', '50'],
    target: 'session',
    members: 50,
    peers: false,
  },
  {
    ...plain,
    name: '50 that change their comm every 5 ms, by tree',
    rogue: ['chameleon', '50'],
    target: 'tree',
    members: 50,
    peers: false,
  },
  {
    ...plain,
    name: '50 that change their comm every 5 ms, by user',
    rogue: ['chameleon', '50'],
    target: 'user',
    members: 50,
    peers: false,
  },
];
