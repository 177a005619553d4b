// `slots --openmetrics`: numbers for node_exporter's textfile collector. All families are gauges, named and written so that
// the text is valid in both formats, OpenMetrics 1.0 and the older text format 0.0.4 that the collector reads.
import { safe } from '../derive/safe.ts';
import type { Group, Sample } from '../types.ts';

type Labels = Readonly<Record<string, string | number>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Labels; readonly value: number | null }[];
}

/** Names by their slots: a series each, so only so many, or a bomb of random names would fill the time series store. */
const MOST_GROUPS = 20;

/** The format escapes these three; what no terminal should see is made visible as everywhere. */
function label(value: string | number): string {
  return safe(String(value)).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function labelsText(labels: Labels | undefined): string {
  if (labels === undefined) return '';
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${label(value)}"`)
    .join(',')}}`;
}

function familyText({ name, help, samples }: Family): string {
  const known = samples.flatMap(({ labels, value }) => (value === null ? [] : [{ labels, value }]));
  if (known.length === 0) return '';
  const lines = known.map(
    ({ labels, value }) => `${name}${labelsText(labels)} ${value === Infinity ? '+Inf' : value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function families({ slots }: Sample, groups: readonly Group[]): Family[] {
  const ofLimits = (pick: (limit: (typeof slots.limits)[number]) => number | null): Family['samples'] =>
    slots.limits.map((limit) => ({ labels: { kind: limit.kind, name: limit.name }, value: pick(limit) }));
  const top = groups.slice(0, MOST_GROUPS);
  const ofGroups = (pick: (group: Group) => number | null): Family['samples'] =>
    top.map((group) => ({ labels: { name: group.name }, value: pick(group) }));
  const one = (value: number | null): Family['samples'] => [{ value }];
  return [
    {
      name: 'slotop_slots_used',
      help: 'Tasks that count against a limit.',
      samples: ofLimits(({ used }) => used),
    },
    {
      name: 'slotop_slots_limit',
      help: 'Tasks that a limit allows.',
      samples: ofLimits(({ limit }) => limit),
    },
    {
      name: 'slotop_slots_free',
      help: 'Tasks that can still begin under a limit.',
      samples: ofLimits(({ free }) => free),
    },
    {
      name: 'slotop_cgroup_refused_forks',
      help: 'Forks that a control group has refused.',
      samples: slots.cgroups
        .filter(({ max }) => max !== null)
        .map(({ path, version, refused }) => ({ labels: { path, version }, value: refused })),
    },
    {
      name: 'slotop_user_tasks',
      help: 'Tasks of a user.',
      samples: slots.users.map(({ uid, user, tasks }) => ({ labels: { uid, user }, value: tasks })),
    },
    {
      name: 'slotop_group_slots',
      help: 'Tasks of the processes of one name; the largest groups.',
      samples: ofGroups((group) => group.slots),
    },
    {
      name: 'slotop_group_processes',
      help: 'Processes of one name; the largest groups.',
      samples: ofGroups((group) => group.processes),
    },
    { name: 'slotop_processes', help: 'Processes that can be seen.', samples: one(slots.processes) },
    { name: 'slotop_visible_tasks', help: 'Tasks that can be seen.', samples: one(slots.visibleTasks) },
    {
      name: 'slotop_forks_per_second',
      help: 'Processes and threads that begin in a second.',
      samples: one(slots.forksPerSecond),
    },
    {
      name: 'slotop_full_in_seconds',
      help: 'Seconds until the tightest limit is reached at the present growth; absent when it does not grow.',
      samples: one(slots.fullInSeconds),
    },
  ];
}

/** The whole text, with its end mark. */
export function openMetrics(sample: Sample, groups: readonly Group[]): string {
  return `${families(sample, groups).map(familyText).join('')}# EOF\n`;
}
