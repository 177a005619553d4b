// `slotop ports`: who listens where, in every network namespace, and why it runs.
import { PORT_COLUMNS } from '../derive/otherColumns.ts';
import { safe } from '../derive/safe.ts';
import { whyText } from '../derive/why.ts';
import { createSampler, type Sampler } from '../proc/sample.ts';
import { leftoversFrom } from '../signal/freePortResult.ts';
import { createPortSight } from '../signal/freePortSight.ts';
import { leftoverLines } from '../signal/freePortText.ts';
import { EXIT } from '../signal/report.ts';
import type { Proc, Sample, Socket } from '../types.ts';
import { Complaint, isGiven, type Command, type Context } from './command.ts';
import { json } from './json.ts';
import { socketJson } from './portsJson.ts';
import { tableText } from './table.ts';
import { showUnix } from './unixPorts.ts';

/** `8080` or `:8080`. @throws Complaint */
export function portOf(word: string, what = 'ports'): number {
  const digits = word.startsWith(':') ? word.slice(1) : word;
  const port = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || port < 1 || port > 65_535) {
    throw new Complaint(`${what}: ${word === '' ? "''" : word}`, 'not a port (1 to 65535)');
  }
  return port;
}

/** The holders, each once, with what names and reasons are made of: theirs and that of all above them. */
function knownHolders(sockets: readonly Socket[], { procs }: Sample, sampler: Sampler): Proc[] {
  const known = new Set<Proc>();
  const holders = new Set(
    sockets.flatMap((socket) => socket.holders.flatMap(({ pid }) => procs.get(pid) ?? [])),
  );
  for (const holder of holders) {
    let proc: Proc | undefined = holder;
    while (proc !== undefined && !known.has(proc)) {
      known.add(proc);
      sampler.detail(proc, ['cmdline', 'exe', 'cgroup']);
      proc = procs.get(proc.ppid);
    }
  }
  return [...holders];
}

/** Of workers only their parent: they are there for the same reason. */
function whyLines(holders: readonly Proc[], sample: Sample, ascii: boolean): string[] {
  const pids = new Set(holders.map(({ pid }) => pid));
  const roots = holders.filter(({ ppid }) => !pids.has(ppid));
  if (roots.length === 0) return [];
  return ['', 'Why they run:', ...roots.map((proc) => safe(whyText(proc, sample), ascii))];
}

export const ports: Command = {
  name: 'ports',
  usage: 'ports [PORT...]',
  summary: 'list listening TCP and bound UDP sockets with all their holders, and why these run',
  looksOnce: true,
  options: {
    json: { type: 'boolean', help: 'one JSON document' },
    unix: { type: 'boolean', help: 'unix sockets instead; words are parts of their paths' },
  },
  run(context: Context, words, given) {
    const { stdio, ascii } = context;
    const isJson = isGiven(given, 'json');
    if (isGiven(given, 'unix')) return showUnix(context, context.kernel(), words, isJson);
    const wanted = new Set(words.map((word) => portOf(word)));
    const kernel = context.kernel();
    const sampler = createSampler(kernel);
    const sight = createPortSight(kernel, wanted, sampler);
    const sample = sight.look();
    const found = sample.sockets.filter(({ port }) => wanted.size === 0 || wanted.has(port));
    const holders = knownHolders(found, sample, sampler);
    if (isJson) stdio.out(json(found.map((socket) => socketJson(socket, sample))));
    else {
      const connections = [...wanted].flatMap((port) =>
        leftoverLines(leftoversFrom(sample, sight.connections(port))).map(
          (line) => `:${port} ${safe(line, ascii)}`,
        ),
      );
      const more = [...connections, ...whyLines(holders, sample, ascii)];
      stdio.out(tableText(PORT_COLUMNS, found, sample, context) + more.map((line) => `${line}\n`).join(''));
    }
    return found.length === 0 && wanted.size > 0 ? EXIT.nothing : EXIT.holds;
  },
};
