// `slots --check N`: are there so many free slots for what is about to start? A gate before a deploy.
import { safe } from '../derive/safe.ts';
import type { Kernel } from '../kernel.ts';
import { parseCgroup } from '../proc/cgroup.ts';
import { readText } from '../proc/text.ts';
import { parsePasswd } from '../proc/users.ts';
import { EXIT, type ExitCode } from '../signal/report.ts';
import type { LimitState, Sample } from '../types.ts';
import { Complaint } from './command.ts';

export interface Verdict {
  /** One line, safe to print. */
  readonly line: string;
  readonly code: ExitCode;
}

interface Asked {
  readonly uid: number | undefined;
  readonly name: string;
}

/** The user whose limit counts: the one that was named, or who asks. @throws Complaint for a name that nobody has */
function askedUser(kernel: Kernel, { procs, slots }: Sample, named: string | undefined): Asked {
  if (named === undefined) {
    const uid = procs.get(kernel.pid)?.uid;
    return { uid, name: slots.users.find((user) => user.uid === uid)?.user ?? '' };
  }
  const running = slots.users.find(({ user, uid }) => user === named || String(uid) === named);
  if (running !== undefined) return { uid: running.uid, name: running.user };
  const names = parsePasswd(readText(kernel, '/etc/passwd') ?? '');
  const known = [...names].find(([uid, name]) => name === named || String(uid) === named);
  if (known === undefined) throw new Complaint(`--user ${named}`, 'no such user');
  return { uid: known[0], name: known[1] };
}

/** Whether a control group is one that we are in: what we start is counted there, and in all those above. */
function isOurs(paths: readonly string[], group: string): boolean {
  const prefix = group.endsWith('/') ? group : `${group}/`;
  return paths.some((path) => path === group || path.startsWith(prefix));
}

/** The limits that would refuse what is about to start: the host's, the user's, and those of our own control groups. */
function countedLimits(kernel: Kernel, { slots }: Sample, { name }: Asked): LimitState[] {
  const groups = parseCgroup(readText(kernel, 'self/cgroup') ?? '')
    .filter(({ version, controllers }) => version === 2 || controllers.includes('pids'))
    .map(({ path }) => path);
  return slots.limits.filter((limit) => {
    if (limit.kind === 'host') return true;
    return limit.kind === 'user' ? limit.name === name : isOurs(groups, limit.name);
  });
}

/** What is said of a user whom no limit is counted for. */
function userWords({ slots }: Sample, { uid, name }: Asked): string {
  const user = slots.users.find((one) => one.uid === uid);
  if (user === undefined) return `; ${name} runs nothing, so its own limit is not known`;
  if (user.exempt) return `; no limit of its own binds ${name}`;
  return user.limit === null ? `; ${name} has no limit of its own` : '';
}

/**
 * @param wanted free slots
 * @param named the user who is about to start something; without it whoever asks
 * @throws Complaint for a user that there is not
 */
export function checkSlots(
  kernel: Kernel,
  sample: Sample,
  wanted: number,
  named: string | undefined,
  ascii: boolean,
): Verdict {
  const asked = askedUser(kernel, sample, named);
  const [first, ...others] = countedLimits(kernel, sample, asked);
  if (first === undefined) throw new Complaint('--check', 'no limit can be read here');
  const tightest = others.reduce((most, limit) => (limit.free < most.free ? limit : most), first);
  const { kind, name, used, limit, free } = tightest;
  const isEnough = free >= wanted;
  const words = [
    `${isEnough ? 'ok' : 'too few'}: ${free} slots free, ${wanted} asked for`,
    `; tightest: ${kind} ${name}, ${used} of ${limit} used`,
    named === undefined ? '' : userWords(sample, asked),
  ];
  return { line: safe(words.join(''), ascii), code: isEnough ? EXIT.holds : EXIT.nothing };
}
