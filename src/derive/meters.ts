// METERS: the lines above the table, one record a line. Line 1 is always SLOTS with the tightest limit.
import type { CgroupSlots, Machine, Sample, SlotLimit, UserSlots } from '../types.ts';
import { bytes, count, duration, percent, rate } from './format.ts';
import { fastestSpawners, groupsOf } from './groups.ts';
import { cells, fit, safe } from './safe.ts';
import type { Style, Theme } from './style.ts';

export interface MeterContext {
  readonly sample: Sample;
  readonly theme: Theme;
  readonly width: number;
  /** Words about the looking itself: `LIVE 1.5s`, `PAUSED`. */
  readonly live: string;
}

interface Part {
  readonly text: string;
  readonly style?: Style;
}

/** What a meter says: words, then a bar that takes the room that is left, then more words; the last words go first. */
export interface MeterLine {
  readonly before: readonly Part[];
  /** Share used, from 0 to 1. */
  readonly bar?: number;
  readonly after: readonly Part[];
}

export interface Meter {
  readonly id: string;
  readonly help: string;
  readonly line: (context: MeterContext) => MeterLine;
}

const LONGEST_BAR = 40;
const SHORTEST_BAR = 6;
const LONGEST_NAME = 24;

function share(used: number, limit: number): number {
  return limit > 0 ? used / limit : 1;
}

/** A word beside the colour: 90 % is near, 100 % is FULL. */
function fillStyle(part: number): Style {
  return part >= 0.9 ? 'bad' : part >= 0.7 ? 'warn' : 'good';
}

function shareText(part: number): string {
  return part >= 1 ? 'FULL' : `${Math.floor(part * 100)}%`;
}

function nameText(text: string, theme: Theme): string {
  const clean = safe(text, theme.ascii);
  return cells(clean) <= LONGEST_NAME ? clean : fit(clean, LONGEST_NAME, 'left', theme.glyphs.cut).trimEnd();
}

/** A cgroup by its last folder: the one that tells it from the others. */
function limitName({ kind, name }: SlotLimit): string {
  return kind === 'cgroup' ? (name.split('/').findLast((folder) => folder !== '') ?? '/') : name;
}

function slotsLine({ sample, theme, live }: MeterContext): MeterLine {
  const { tightest, forksPerSecond, fullInSeconds } = sample.slots;
  const part = share(tightest.used, tightest.limit);
  const growth =
    fullInSeconds === null
      ? []
      : [
          {
            text: `+${rate((tightest.limit - tightest.used) / Math.max(fullInSeconds, 0.1))}/s full in ${duration(fullInSeconds)}`,
            style: 'bad' as const,
          },
        ];
  return {
    before: [
      { text: 'SLOTS', style: 'title' },
      { text: `${tightest.kind} ${nameText(limitName(tightest), theme)}` },
      { text: `${tightest.used}/${tightest.limit}`, style: 'strong' },
    ],
    bar: part,
    after: [
      { text: shareText(part), style: fillStyle(part) },
      ...growth,
      { text: forksPerSecond === null ? 'forks -/s' : `forks ${rate(forksPerSecond)}/s` },
      { text: live, style: live.startsWith('LIVE') ? 'dim' : 'warn' },
      { text: nameText(sample.machine.hostname, theme), style: 'dim' },
    ],
  };
}

/** The user nearest to their own limit; where nobody has one, who holds the most. */
function nearestUser(users: readonly UserSlots[]): UserSlots | undefined {
  const bound = users.filter(({ limit, exempt }) => limit !== null && !exempt);
  const rank = (user: UserSlots): number =>
    bound.length > 0 ? share(user.tasks, user.limit as number) : user.tasks;
  return [...(bound.length > 0 ? bound : users)].sort((a, b) => rank(b) - rank(a))[0];
}

function userLine({ sample, theme }: MeterContext): MeterLine {
  const user = nearestUser(sample.slots.users);
  if (user === undefined) return { before: [{ text: 'user -' }], after: [] };
  const name = { text: `user ${nameText(user.user, theme)}`, style: 'label' as const };
  if (user.limit === null || user.exempt) {
    const why = user.exempt ? 'limit does not bind' : 'no limit';
    return { before: [name, { text: `${user.tasks} tasks` }, { text: why, style: 'dim' }], after: [] };
  }
  const part = share(user.tasks, user.limit);
  return {
    before: [name, { text: `${user.tasks}/${user.limit}` }],
    bar: part,
    after: [{ text: shareText(part), style: fillStyle(part) }],
  };
}

function nearestCgroup(cgroups: readonly CgroupSlots[]): CgroupSlots | undefined {
  return cgroups
    .filter(({ max }) => max !== null)
    .sort((a, b) => share(b.current, b.max as number) - share(a.current, a.max as number))[0];
}

function cgroupLine({ sample, theme }: MeterContext): MeterLine {
  const { slots } = sample;
  const cgroup = nearestCgroup(slots.cgroups);
  const hidden = slots.visibleTasks < slots.tasks.used && slots.tasks.used - slots.visibleTasks > 8;
  const seen = hidden
    ? [{ text: `seen ${slots.visibleTasks} of ${slots.tasks.used} tasks`, style: 'warn' as const }]
    : [];
  if (cgroup === undefined) {
    return {
      before: [{ text: 'cgroup', style: 'label' }, { text: 'no limit', style: 'dim' }, ...seen],
      after: [],
    };
  }
  const part = share(cgroup.current, cgroup.max as number);
  const name = limitName({ kind: 'cgroup', name: cgroup.path, used: 0, limit: 0 });
  const refused = cgroup.refused ?? 0;
  return {
    before: [
      { text: `cgroup ${nameText(name, theme)}`, style: 'label' },
      { text: `${cgroup.current}/${cgroup.max}` },
    ],
    bar: part,
    after: [
      { text: shareText(part), style: fillStyle(part) },
      ...(refused > 0 ? [{ text: `refused ${count(refused)}`, style: 'bad' as const }] : []),
      ...seen,
    ],
  };
}

const SHOWN_STATES = ['R', 'D', 'T', 'Z'] as const;

function statesText(sample: Sample): string {
  const counts: Record<string, number> = {};
  for (const { state } of sample.procs.values()) {
    const letter = state === 't' ? 'T' : state;
    counts[letter] = (counts[letter] ?? 0) + 1;
  }
  return SHOWN_STATES.map((state) => `${state} ${counts[state] ?? 0}`).join('  ');
}

function memoryText({ memUsed, memTotal }: Machine): string {
  return memTotal > 0 ? `${bytes(memUsed)}/${bytes(memTotal)}` : '-';
}

function machineLine({ sample }: MeterContext): MeterLine {
  const { machine } = sample;
  const cpu = machine.cpu === undefined ? '-' : `${percent(machine.cpu * 100)}%`;
  return {
    before: [
      { text: 'CPU', style: 'label' },
      { text: `${cpu} of ${machine.cores}` },
      { text: ' MEM', style: 'label' },
      { text: memoryText(machine) },
      { text: ' load', style: 'label' },
      { text: machine.load.map((load) => load.toFixed(2)).join(' ') },
      { text: ` ${statesText(sample)}` },
      ...(machine.swapTotal > 0
        ? [
            { text: ' SWAP', style: 'label' as const },
            { text: `${bytes(machine.swapUsed)}/${bytes(machine.swapTotal)}` },
          ]
        : []),
      { text: ' up', style: 'label' },
      { text: duration(machine.uptimeSeconds) },
    ],
    after: [],
  };
}

function spawnLine({ sample, theme }: MeterContext): MeterLine {
  const label = { text: 'spawn', style: 'label' as const };
  if (sample.births.length === 0) return { before: [label, { text: 'nobody new', style: 'dim' }], after: [] };
  const top = fastestSpawners(groupsOf(sample.procs.values(), sample)).slice(0, 6);
  return {
    before: [
      label,
      ...top.map((group) => {
        const owners = group.uids.map((uid) => sample.userName(uid)).join(',');
        const text = `${nameText(group.name, theme)} ${rate(group.spawnPerSecond ?? 0)}/s (${nameText(owners, theme)})`;
        return { text };
      }),
    ],
    after: [],
  };
}

export const METERS: readonly Meter[] = [
  {
    id: 'slots',
    help: 'the limit nearest to refusing a fork: used/limit, growth, time until full',
    line: slotsLine,
  },
  { id: 'user', help: 'the user nearest to their own limit (ulimit -u)', line: userLine },
  {
    id: 'cgroup',
    help: 'the control group nearest to its pids.max, and how many tasks we can see',
    line: cgroupLine,
  },
  {
    id: 'machine',
    help: 'CPU, memory, load, and processes running, waiting, stopped, zombie',
    line: machineLine,
  },
  { id: 'spawn', help: 'the names that bear the most processes', line: spawnLine },
];

/** How many meter lines a terminal of that height has room for: the table comes first. */
export function meterCount(rows: number): number {
  return Math.max(1, Math.min(METERS.length, Math.floor((rows - 4) / 4)));
}

/** A meter as one line of exactly `width` cells. */
export function drawMeter({ before, bar, after }: MeterLine, width: number, theme: Theme): string {
  const barMinimum = bar === undefined ? 0 : SHORTEST_BAR + 3;
  const parts: (Part | 'bar')[] = [...before, ...(bar === undefined ? [] : ['bar' as const]), ...after];
  let room = width - barMinimum;
  const kept: (Part | 'bar')[] = [];
  for (const part of parts) {
    if (part === 'bar') {
      kept.push(part);
      continue;
    }
    const needed = cells(part.text) + (kept.length > 0 ? 1 : 0);
    if (needed > room) {
      // The words that no longer fit are cut; what would come after them is left out.
      if (room > 4) kept.push({ ...part, text: fit(part.text, room - 1, 'left', theme.glyphs.cut) });
      room = 0;
      break;
    }
    room -= needed;
    kept.push(part);
  }
  const barWidth = Math.min(LONGEST_BAR, SHORTEST_BAR + Math.max(0, room));
  let used = 0;
  const painted = kept.map((part) => {
    const text = part === 'bar' ? barText(bar as number, barWidth, theme) : part.text;
    used += cells(text);
    const style = part === 'bar' ? fillStyle(bar as number) : part.style;
    return style === undefined ? text : theme.paint(style, text);
  });
  used += Math.max(0, kept.length - 1);
  return painted.join(' ') + ' '.repeat(Math.max(0, width - used));
}

function barText(part: number, width: number, { glyphs }: Theme): string {
  const full = Math.max(0, Math.min(width, Math.round(part * width)));
  return `[${glyphs.full.repeat(full)}${glyphs.empty.repeat(width - full)}]`;
}
