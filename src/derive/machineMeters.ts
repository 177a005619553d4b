// The meters of the machine: what it is doing, and which names make the most processes.
import type { Sample } from '../types.ts';
import { bytes, duration, percent, rate } from './format.ts';
import { fastestSpawners, groupsOf } from './groups.ts';
import { nameText, type MeterContext, type MeterLine, type Words } from './meterLine.ts';

const SHOWN_STATES = ['R', 'D', 'T', 'Z'] as const;
const MOST_SPAWNERS = 6;

function statesText({ procs, states = countStates(procs) }: Sample): string {
  const count = (state: string): number => states.get(state) ?? 0;
  // `t` is stopped too, by a debugger.
  return SHOWN_STATES.map((state) => `${state} ${count(state) + (state === 'T' ? count('t') : 0)}`).join(
    '  ',
  );
}

function countStates(procs: Sample['procs']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { state } of procs.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

function used(amount: number, total: number): string {
  return total > 0 ? `${bytes(amount)}/${bytes(total)}` : '-';
}

/** A label and its value; a second blank before it parts it from the one before. */
function topic(label: string, value: string, drop?: number): Words[] {
  const order = drop === undefined ? {} : { drop };
  return [
    { text: ` ${label}`, style: 'label', ...order },
    { text: value, ...order },
  ];
}

export function machineLine({ sample }: MeterContext): MeterLine {
  const { machine } = sample;
  const cpu = machine.cpu === undefined ? '-' : `${percent(machine.cpu * 100)}%`;
  return [
    { text: 'CPU', style: 'label' },
    { text: `${cpu} of ${machine.cores}` },
    ...topic('MEM', used(machine.memUsed, machine.memTotal)),
    ...topic('load', machine.load.map((load) => load.toFixed(2)).join(' '), 3),
    { text: ` ${statesText(sample)}`, drop: 4 },
    ...(machine.swapTotal > 0 ? topic('SWAP', used(machine.swapUsed, machine.swapTotal), 2) : []),
    ...topic('up', duration(machine.uptimeSeconds), 1),
  ];
}

export function spawnLine({ sample, theme }: MeterContext): MeterLine {
  const label: Words = { text: 'spawn', style: 'label' };
  // The newborn as groups of their own: their names, their owners, and how many a second.
  const top = fastestSpawners(groupsOf(sample.births, sample)).slice(0, MOST_SPAWNERS);
  if (top.length === 0) return [label, { text: 'nobody new', style: 'dim' }];
  return [
    label,
    ...top.map(({ name, uids, spawnPerSecond }, place) => {
      const owners = uids.map((uid) => sample.userName(uid)).join(',') || '-';
      const speed = `${rate(spawnPerSecond ?? 0)}/s`;
      const text = `${nameText(name, theme)} ${speed} (${nameText(owners, theme)})`;
      return place === 0 ? { text } : { text, drop: MOST_SPAWNERS - place };
    }),
  ];
}
