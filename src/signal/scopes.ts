// The plans of the signal box: one for each scope, all made at once from one look when the box opens.
import { groupMembers } from '../derive/groups.ts';
import { keyOf, procsOfRow, type Row } from '../derive/row.ts';
import { nameOf } from '../derive/name.ts';
import { branchOf, familyOf } from '../derive/tree.ts';
import type { Plan, Proc, Sample, Scope } from '../types.ts';
import { unseenOn } from './freePortHidden.ts';
import { makePlan, type Match } from './plan.ts';
import { standingOf } from './standing.ts';
import { SIGNALS, type SignalRecord } from './signals.ts';

/** What the screen has selected. */
export interface Selection {
  readonly sample: Sample;
  readonly rows: readonly Row[];
  readonly tags: ReadonlySet<string>;
  readonly row: Row | undefined;
}

/** Tagged processes if there are any, else the row; a collapsed branch with all that it hides. */
export function selectedProcs({ sample, rows, tags, row }: Selection): Proc[] {
  if (tags.size === 0) return row === undefined ? [] : [...procsOfRow(row, sample)];
  const chosen = new Set<Proc>();
  for (const proc of sample.procs.values()) if (tags.has(keyOf(proc))) chosen.add(proc);
  for (const one of rows) {
    if (one.kind !== 'process' || one.node?.branch === undefined || !tags.has(one.key)) continue;
    for (const hidden of one.node.branch) chosen.add(hidden);
  }
  return [...chosen];
}

interface Reach {
  readonly label: string;
  readonly matches: readonly Match[];
  readonly ports?: readonly number[];
  readonly remarks?: readonly string[];
}

function oneName(procs: readonly Proc[]): string {
  const names = [...new Set(procs.map(nameOf))];
  return names.length === 1 ? (names[0] ?? '') : `${names.length} names`;
}

function selectionReach(chosen: readonly Proc[], { tags, row }: Selection): Reach {
  const [first] = chosen;
  const what = tags.size > 0 ? 'tagged: ' : row?.kind === 'port' ? `holders of :${row.socket.port}: ` : '';
  const through =
    tags.size === 0 && row?.kind === 'thread' ? ` (the process of thread ${row.thread.pid})` : '';
  const label =
    chosen.length === 1 && first !== undefined
      ? `pid ${first.pid} ${nameOf(first)}${through}`
      : `${what}${chosen.length} processes, ${oneName(chosen)}`;
  return { label, matches: chosen.map((proc) => ({ proc, matched: 'selected' })) };
}

function treeReach(chosen: readonly Proc[], { sample }: Selection): Reach {
  const family = familyOf([...sample.procs.values()], sample.procs);
  const roots = new Set(chosen);
  const reached = new Set(chosen.flatMap((proc) => branchOf(proc, family)));
  const matches = [...reached].map((proc) => ({ proc, matched: roots.has(proc) ? 'selected' : 'below' }));
  return { label: `tree of ${oneName(chosen)}`, matches };
}

function groupReach(chosen: readonly Proc[], { sample }: Selection): Reach {
  const names = [...new Set(chosen.map(nameOf))];
  const firsts = names.flatMap((name) => chosen.find((proc) => nameOf(proc) === name) ?? []);
  const members = firsts.flatMap((proc) => [...groupMembers(proc, sample)]);
  const label = names.length === 1 ? `group "${names[0]}"` : `${names.length} groups`;
  return { label, matches: members.map((proc) => ({ proc, matched: 'name' })) };
}

function portReach(chosen: readonly Proc[], { sample, row }: Selection): Reach | undefined {
  const held = chosen.flatMap((proc) => sample.socketsOf.get(proc.pid) ?? []);
  const ports = new Set(row?.kind === 'port' ? [row.socket.port] : held.map(({ port }) => port));
  if (ports.size === 0) return undefined;
  const holders = new Map<Proc, Match>();
  for (const { port, holders: ids } of sample.sockets) {
    if (!ports.has(port)) continue;
    for (const { pid, starttime } of ids) {
      const proc = sample.procs.get(pid);
      if (proc?.starttime === starttime) holders.set(proc, { proc, matched: `port ${port}` });
    }
  }
  const list = [...ports].sort((a, b) => a - b);
  const label = `holders of ${list.map((port) => `:${port}`).join(' ')}`;
  const remarks = list.flatMap((port) => unseenOn(sample, port));
  return { label, matches: [...holders.values()], ports: list, remarks };
}

export interface Plans {
  /** For each scope the plan with SIGTERM, or undefined where the scope holds nobody. */
  readonly plans: Readonly<Record<Scope, Plan | undefined>>;
  /** Where one protected process stands alone: the plan that hits it all the same. Never init, kernel threads, slotop. */
  readonly forced: Plan | undefined;
}

export function plansFor(selection: Selection): Plans {
  const chosen = selectedProcs(selection);
  const standing = standingOf(selection.sample);
  const plan = (scope: Scope, reach: Reach | undefined, forced?: number): Plan | undefined =>
    reach === undefined || (reach.matches.length === 0 && !reach.remarks?.length)
      ? undefined
      : {
          ...makePlan({
            action: 'signal',
            signal: SIGNALS[0] as SignalRecord,
            scope,
            label: reach.label,
            matches: reach.matches,
            sample: selection.sample,
            standing,
            forced,
          }),
          ...(reach.ports === undefined ? {} : { ports: reach.ports }),
          ...(reach.remarks?.length ? { remarks: reach.remarks } : {}),
        };
  const own = selectionReach(chosen, selection);
  const forced = plan('selection', own, chosen.length === 1 ? chosen[0]?.pid : undefined);
  const plans = {
    selection: plan('selection', own),
    tree: plan('tree', treeReach(chosen, selection)),
    group: plan('group', groupReach(chosen, selection)),
    port: plan('port', portReach(chosen, selection)),
  };
  const isNeeded = plans.selection?.targets.length === 0 && forced?.targets.length === 1;
  return { plans, forced: isNeeded ? forced : undefined };
}
