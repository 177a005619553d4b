// RULES: every kind of term that a filter or a target may hold. One record feeds the parser, the errors, the help and
// the list of files to read; a new rule is one record.
import { BYTES, COUNT, DURATION, PERCENT } from './quantity.ts';
import type { Rule } from './rule.ts';
import { compared, numbered, partly } from './ruleKinds.ts';
import { exactly, ports, regular, states, terminals, users, words } from './ruleTests.ts';

/** `=name`: the rule of a target without a prefix, too. */
export const EXACT_RULE: Rule = {
  key: 'exact',
  starts: ['='],
  form: '=NAME',
  help: 'exactly that name: comm, argv[0], executable, script or title',
  example: '=node',
  needs: ['cmdline', 'exe'],
  parse: exactly,
};

/** A word without a prefix, in a filter. */
export const WORD_RULE: Rule = {
  key: 'word',
  starts: [''],
  form: 'TEXT',
  help: 'part of the name or the command line; case counts if it has a capital',
  example: 'python',
  needs: ['cmdline'],
  parse: words,
};

export const RULES: readonly Rule[] = [
  EXACT_RULE,
  {
    key: 'regex',
    starts: ['~'],
    form: '~REGEX',
    help: 'regular expression over the command line',
    example: '~serve.*--port',
    needs: ['cmdline'],
    parse: regular,
  },
  {
    key: 'port',
    starts: [':', 'port:'],
    form: ':PORT or port:PORT',
    help: 'holds that port (TCP listening, UDP bound)',
    example: ':8080',
    needs: [],
    usesPorts: true,
    parse: ports,
  },
  {
    key: 'user',
    starts: ['user:'],
    form: 'user:NAME',
    help: 'owner, by name or uid',
    example: 'user:www-data',
    needs: ['uid'],
    parse: users,
  },
  {
    key: 'state',
    starts: ['state:'],
    form: 'state:LETTER',
    help: 'R running, S sleeping, D waiting, T stopped, Z zombie, I idle',
    example: 'state:D',
    needs: [],
    parse: states,
  },
  numbered('pid', 'process id', 1, ({ pid }) => pid),
  numbered('ppid', 'parent process id', 0, ({ ppid }) => ppid),
  numbered('pgrp', 'process group', 0, ({ pgrp }) => pgrp),
  numbered('session', 'session', 0, ({ session }) => session),
  {
    key: 'tty',
    starts: ['tty:'],
    form: 'tty:NAME',
    help: 'controlling terminal; tty:? for none',
    example: 'tty:pts/3',
    needs: [],
    parse: terminals,
  },
  partly('cgroup', 'part of the control group path', 'cgroup:docker', ({ cgroup }) => cgroup),
  partly('unit', 'part of the systemd unit or container', 'unit:nginx', ({ cgroup }, { unitOf }) =>
    cgroup === undefined ? undefined : (unitOf(cgroup) ?? false),
  ),
  compared('cpu', PERCENT, 'CPU, percent of one core', 'cpu>5', ({ cpu }) => cpu),
  compared('mem', PERCENT, 'resident memory, percent of all', 'mem>10', ({ rss }, { machine }) =>
    machine.memTotal > 0 ? (rss / machine.memTotal) * 100 : undefined,
  ),
  compared('rss', BYTES, 'resident memory', 'rss>1G', ({ rss }) => rss),
  compared('virt', BYTES, 'virtual memory', 'virt>10G', ({ vsize }) => vsize),
  compared('slots', COUNT, 'tasks (threads) of the process', 'slots>100', ({ nlwp }) => nlwp),
  compared('fds', COUNT, 'open descriptors', 'fds>1000', ({ fds }) => fds, ['fds']),
  compared('nice', COUNT, 'niceness', 'nice>0', ({ nice }) => nice),
  compared(
    'time',
    DURATION,
    'CPU time used',
    'time>10m',
    ({ utime, stime }, { ticksPerSecond }) => (utime + stime) / ticksPerSecond,
  ),
  compared('age', DURATION, 'time since it started', 'age<10s', ({ starttime }, context) =>
    // As the AGE column has it; a process of this very look is 0 old, not less.
    Math.max(0, context.wallMs / 1000 - context.machine.bootTime - starttime / context.ticksPerSecond),
  ),
  WORD_RULE,
];
