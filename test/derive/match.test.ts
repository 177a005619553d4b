import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFilterError, parseFilter, parseTarget, RULES, type Filter } from '../../src/derive/match.ts';
import { quote } from '../../src/derive/words.ts';
import type { Proc, Socket } from '../../src/types.ts';
import { aContext, aProc } from './aProc.ts';

function good(answer: ReturnType<typeof parseFilter>): Filter {
  if (isFilterError(answer)) throw new Error(answer.error);
  return answer;
}

const aSocket = (port: number): Socket => ({
  proto: 'tcp',
  family: 'ipv4',
  address: '0.0.0.0',
  port,
  state: 'LISTEN',
  inode: port,
  netns: 1,
  uid: 0,
  holders: [],
  hidden: false,
});

const server = aProc({
  pid: 500,
  ppid: 1,
  pgrp: 499,
  session: 498,
  ttyNr: 3,
  state: 'D',
  comm: 'python3',
  cmdline: ['/usr/bin/python3', '-m', 'http.server', '--bind', 'Any Where'],
  exe: '/usr/bin/python3.11',
  cgroup: '/system.slice/Web-App.service',
  uid: 1000,
  cpu: 12.5,
  rss: 300,
  vsize: 5 * 1024 ** 3,
  nlwp: 7,
  nice: -5,
  utime: 6000,
  stime: 100,
  starttime: 90_000, // 900 s after the start: 100 s old
  fds: 40,
});
const context = aContext({ socketsOf: new Map([[500, [aSocket(8080), aSocket(443)]]]) });
const ask = (text: string, proc: Proc = server): string | undefined =>
  good(parseFilter(text)).match(proc, context);

describe('a filter', () => {
  it.each([
    // words
    ['', 'any'],
    ['python', 'name'],
    ['ython3', 'name'],
    ['PYTHON', undefined],
    ['http.server', 'cmdline'],
    ['any', 'cmdline'],
    ['Any', 'cmdline'],
    ['ANY', undefined],
    ['"any where"', 'cmdline'],
    ['any" "where', 'cmdline'],
    ['python bind', 'name, cmdline'],
    ['python nothing', undefined],
    ['nothing|python', 'name'],
    ['nothing|neither', undefined],
    ['"a|python"', undefined],
    ['nginx:', undefined],
    ['nginx:|python', 'name'],
    // names
    ['http[.]server', undefined],
    ['=python3', 'comm'],
    ['=python3.11', 'exe'],
    ['=http.server', 'script'],
    ['=python', undefined],
    ['"=python3"', undefined],
    ['="python3"', 'comm'],
    // regular expressions
    ['~serve.*bind', 'cmdline'],
    ['~SERVE', undefined],
    ['~^/usr/bin', 'cmdline'],
    ['~nothing|s.rve', 'cmdline'],
    ['nothing|~none|s.rve', 'cmdline'],
    ['~"any where$"', 'cmdline'],
    ['~Any\\sWhere$', 'cmdline'],
    ['~any\\Swhere', undefined],
    ['~\\Sny', 'cmdline'],
    // ports
    [':8080', 'port 8080'],
    ['port:443', 'port 443'],
    [':80', undefined],
    [':80,443', 'port 443'],
    // keys
    ['user:bob', 'user'],
    ['user:1000', 'user'],
    ['user:root,bob', 'user'],
    ['user:bo', undefined],
    ['state:D', 'state'],
    ['state:d', 'state'],
    ['state:ZD', 'state'],
    ['state:Z,T', undefined],
    ['pid:500', 'pid'],
    ['pid:5', undefined],
    ['pid:5,500', 'pid'],
    ['ppid:1', 'ppid'],
    ['pgrp:499', 'pgrp'],
    ['session:498', 'session'],
    ['tty:pts/3', 'tty'],
    ['tty:/dev/pts/3', 'tty'],
    ['tty:pts', undefined],
    ['tty:?', undefined],
    ['cgroup:system.slice', 'cgroup'],
    ['unit:web-app', 'unit'],
    ['unit:WEB', undefined],
    // comparisons
    ['cpu>5', 'cpu'],
    ['cpu>12.5', undefined],
    ['cpu>=12.5%', 'cpu'],
    ['cpu=12.5', 'cpu'],
    ['cpu<12.6', 'cpu'],
    ['cpu<=12', undefined],
    ['mem>29', 'mem'],
    ['mem>30', undefined],
    ['rss=300', 'rss'],
    ['rss<1k', 'rss'],
    ['virt>=5G', 'virt'],
    ['virt>5GiB', undefined],
    ['virt>0.004T', 'virt'],
    ['slots>6', 'slots'],
    ['fds>39', 'fds'],
    ['nice<-4', 'nice'],
    ['nice>0', undefined],
    ['time>1m', 'time'],
    ['time>61', undefined],
    ['age=100s', 'age'],
    ['age<2m', 'age'],
    ['age<10s', undefined],
    ['age>0.01h', 'age'],
    // negation
    ['!python', undefined],
    ['!nothing', 'not word'],
    ['!!python', 'name'],
    ['!user:root', 'not user'],
    ['!user:bob|state:D', 'state'],
    ['python !:80', 'name, not port'],
    ['!~none', 'not regex'],
    ['!"user:bob"', 'not word'],
    // a known key counts only where it stands unquoted
    ['"cpu>5"', undefined],
    ['time', undefined],
  ])('%s', (text, field) => {
    expect(ask(text)).toBe(field);
  });

  it('looks at the program in full, the terminal and the owner of others, too', () => {
    expect(ask('tty:?', aProc())).toBe('tty');
    expect(ask('tty:pts/3', aProc())).toBeUndefined();
    expect(ask('journald', aProc({ comm: 'systemd-journal', cmdline: ['/lib/systemd-journald'] }))).toBe(
      'name',
    );
    expect(ask('[kthreadd]', aProc({ comm: 'kthreadd', flags: 0x20_0000 }))).toBe('cmdline');
    expect(ask('age=0', aProc({ starttime: 100_500 }))).toBe('age');
    expect(ask('unit:a', aProc({ cgroup: '/' }))).toBeUndefined();
    expect(ask('!unit:a', aProc({ cgroup: '/' }))).toBe('not unit');
  });

  it.each([
    ['cpu>x', 'cpu>x: not a number', 0],
    ['python cpu>', 'cpu>: not a number', 7],
    ['cpu:5', 'cpu:5: compare it, as in cpu>5', 0],
    ['cpu>=>5', 'cpu>=>5: not a number', 0],
    ['rss>1X', 'rss>1X: not a size (a number, with K M G or T behind it if need be)', 0],
    ['age<10y', 'age<10y: not a time (a number, with s m h or d behind it if need be)', 0],
    ['age<1e400', 'age<1e400: not a time (a number, with s m h or d behind it if need be)', 0],
    [':0', ':0: not a port (1 to 65535)', 0],
    [':65536', ':65536: not a port (1 to 65535)', 0],
    [':http', ':http: not a port (1 to 65535)', 0],
    ['port:', 'port:: not a port (1 to 65535)', 0],
    ['a|!port:x', '!port:x: not a port (1 to 65535)', 0],
    ['user:', 'user:: no user given', 0],
    ['user:a,', 'user:a,: no user given', 0],
    ['state:Q', 'state:Q: not a state (R S D T t Z I X)', 0],
    ['state:', 'state:: not a state (R S D T t Z I X)', 0],
    ['pid:0', 'pid:0: not a number (1 to 4194304)', 0],
    ['pid:-1', 'pid:-1: not a number (1 to 4194304)', 0],
    ['ppid:4194305', 'ppid:4194305: not a number (0 to 4194304)', 0],
    ['unit:', 'unit:: nothing to look for', 0],
    ['tty:', 'tty:: no terminal given, as in tty:pts/3 (tty:? for none)', 0],
    ['=', '=: no name given', 0],
    ['~', '~: no regular expression given', 0],
    ['x ~(a', '~(a: not a regular expression: unterminated group', 2],
    ['!', '!: nothing to look for', 0],
    ['a| b', 'an empty word: nothing to look for', 0],
    ['""', 'an empty word: nothing to look for', 0],
    ['a "b c', 'a quote is opened and not closed', 2],
    ['"a\nb":\n :\x1b', ':␛: not a port (1 to 65535)', 8],
  ])('%j is wrong, and says how', (text, error, at) => {
    expect(parseFilter(text)).toEqual({ error, at });
  });

  it('tells what must be read for it, once each', () => {
    const needs = (text: string): readonly string[] => good(parseFilter(text)).needs;
    expect(needs('')).toEqual([]);
    expect(needs('cpu>5 state:D')).toEqual([]);
    expect(needs('=a !=b user:c|x')).toEqual(['cmdline', 'exe', 'uid']);
    expect(needs('unit:a fds>3')).toEqual(['cgroup', 'fds']);
    expect(good(parseFilter('a|!port:80')).usesPorts).toBe(true);
    expect(good(parseFilter('a')).usesPorts).toBe(false);
  });

  it('never throws, and its error is one line', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '!',
        '|',
        '"',
        '~',
        '=',
        ':',
        ' ',
        '\\',
        '(',
        '\n',
        ...RULES.flatMap(({ starts }) => starts),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        for (const answer of [parseFilter(text), parseTarget(text)]) {
          if (isFilterError(answer)) {
            expect(answer.error).toMatch(/^[^\n\r\x1b]+$/);
            expect(answer.at).toBeLessThanOrEqual(text.length);
          } else {
            answer.match(server, context);
            expect(answer.source).toBe(text);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds any name by its quoted form, and nothing by half of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const proc = aProc({ comm: name });
        expect(ask(`=${quote(name)}`, proc)).toBe('comm');
        expect(ask(`=${quote(`${name}x`)}`, proc)).toBeUndefined();
        expect(ask(quote(name), proc)).toBe('name');
      }),
    );
  });

  it('says the contrary with ! of all that is known, and nothing either way of what is not', () => {
    const term = fc.constantFrom(
      'python',
      '=python3',
      '~serve',
      ':8080',
      'user:bob',
      'state:D',
      'pid:500',
      'ppid:3',
      'pgrp:9',
      'session:8',
      'tty:pts/3',
      'cgroup:sys',
      'unit:web',
      'cpu>5',
      'mem>5',
      'rss>5',
      'virt<5',
      'slots>5',
      'fds>5',
      'nice>5',
      'time>5',
      'age<5',
    );
    const proc = fc.record({
      pid: fc.constantFrom(500, 501),
      comm: fc.constantFrom('python3', 'x'),
      cmdline: fc.constantFrom(undefined, [], ['serve']),
      uid: fc.constantFrom(undefined, 0, 1000),
      ttyNr: fc.constantFrom(0, 3),
      state: fc.constantFrom('D', 'S'),
      cgroup: fc.constantFrom(undefined, '/', '/sys/web.service'),
      cpu: fc.constantFrom(undefined, 0, 9),
      fds: fc.constantFrom(undefined, 0, 9),
      rss: fc.nat(10),
      nice: fc.integer({ min: -20, max: 19 }),
    });
    fc.assert(
      fc.property(term, proc, (text, own) => {
        const plain = good(parseFilter(text));
        const negated = good(parseFilter(`!${text}`));
        const one = aProc(own);
        const matches = plain.match(one, context) !== undefined;
        expect(negated.misses(one, context)).toBe(matches);
        expect(negated.match(one, context) !== undefined).toBe(plain.misses(one, context));
        const isUnknown = !matches && !plain.misses(one, context);
        const missing = [own.cmdline, own.uid, own.cgroup, own.cpu, own.fds].includes(undefined);
        if (isUnknown) expect(missing).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['cpu>5', { cpu: undefined }],
    ['fds<5', { fds: undefined }],
    ['user:bob', { uid: undefined }],
    ['unit:a', { cgroup: undefined }],
    ['~x', { cmdline: undefined }],
    ['=x', { cmdline: undefined }],
    ['x', { cmdline: undefined }],
  ])('%s neither matches nor misses what is not known', (text, own) => {
    for (const asked of [text, `!${text}`, `${text} thing`, `nothing|${text}`]) {
      const filter = good(parseFilter(asked));
      expect(filter.match(aProc(own), context)).toBeUndefined();
      expect(filter.misses(aProc(own), context)).toBe(false);
    }
    expect(ask(`thing|${text}`, aProc(own))).toBe('name');
    expect(good(parseFilter(`${text} pid:1`)).misses(aProc(own), context)).toBe(true);
  });
});

describe('a target', () => {
  const target = (text: string, proc: Proc = server): string | undefined =>
    good(parseTarget(text)).match(proc, context);

  it.each([
    ['500', 'pid'],
    ['1', undefined],
    ['4194304', undefined],
    [':8080', 'port 8080'],
    ['python3', 'comm'],
    ['python', undefined],
    ['=python3', 'comm'],
    ['=500', undefined],
    ['~any where', 'cmdline'],
    ['user:bob', 'user'],
    ['cpu>5', 'cpu'],
    ['pid:500', 'pid'],
    ['python3|x', undefined],
    ['12abc', undefined],
    ['7z', undefined],
  ])('%s', (text, field) => {
    expect(target(text)).toBe(field);
  });

  it('is one term, whatever blanks, bars and colons its name holds', () => {
    const title = 'Passenger AppPreloader: /srv/app';
    expect(target(title, aProc({ comm: 'ruby', cmdline: [title] }))).toBe('title');
    expect(target('nginx: worker process', aProc({ cmdline: ['nginx: worker process'] }))).toBe('title');
    expect(target('nginx: worker', aProc({ cmdline: ['nginx: worker process'] }))).toBeUndefined();
    expect(target('a|b', aProc({ comm: 'a|b' }))).toBe('comm');
    expect(target('"a b"', aProc({ comm: 'a b' }))).toBe('comm');
    expect(target('"500"', aProc({ comm: '500', pid: 9 }))).toBe('comm');
    expect(target('"500"')).toBeUndefined();
    expect(target('say "hi"', aProc({ comm: 'say "hi"' }))).toBe('comm');
    expect(target('12abc', aProc({ comm: '12abc' }))).toBe('comm');
  });

  it('is any name behind =, and any name that is no term as it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        expect(target(`=${name}`, aProc({ comm: name }))).toBe('comm');
        expect(target(quote(name), aProc({ comm: name }))).toBe('comm');
        expect(target(`=${name}`, aProc({ comm: `${name}x` }))).toBeUndefined();
        expect(target(`=${name}`, aProc({ comm: `x${name}` }))).toBeUndefined();
      }),
    );
  });

  const range = 'not a pid (1 to 4194304)';
  it.each([
    ['', 'target: empty'],
    ['  ', 'target: empty'],
    ['0', `0: ${range}; a process of that name is =0`],
    ['-1', `-1: ${range}; a process of that name is =-1`],
    ['+5', `+5: ${range}; a process of that name is =+5`],
    ['1e9', `1e9: ${range}; a process of that name is =1e9`],
    ['0x10', `0x10: ${range}; a process of that name is =0x10`],
    ['1.5', `1.5: ${range}; a process of that name is =1.5`],
    ['.5', `.5: ${range}; a process of that name is =.5`],
    ['007', `007: ${range}; a process of that name is =007`],
    [' 12', ` 12: ${range}; a process of that name is =12`],
    ['12\n', `12␊: ${range}; a process of that name is =12␊`],
    ['4194305', `4194305: ${range}; a process of that name is =4194305`],
    [
      '99999999999999999999',
      `99999999999999999999: ${range}; a process of that name is =99999999999999999999`,
    ],
    ['!x', '!x: a target says who is hit; to spare some use --exclude x'],
    [':0', ':0: not a port (1 to 65535)'],
    [':', ':: not a port (1 to 65535)'],
    ['=', '=: no name given'],
    ['cpu>x', 'cpu>x: not a number'],
    ['user:', 'user:: no user given'],
    ['pid:0', 'pid:0: not a number (1 to 4194304)'],
  ])('%j is refused', (text, error) => {
    expect(parseTarget(text)).toEqual({ error, at: 0 });
  });

  it('is never a pid that was not written as one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9exb. ]{1,8}$/)), (text) => {
        const answer = parseTarget(text);
        if (isFilterError(answer) || text.startsWith('pid:')) return;
        for (const pid of [0, -1, 1, 2, Number(text), Math.trunc(Number.parseInt(text, 10))]) {
          const field = answer.match(aProc({ pid, comm: '?' }), context);
          if (field === 'pid') expect(text).toBe(String(pid));
        }
      }),
    );
  });
});

describe('the registry', () => {
  it.each(RULES.map((rule) => [rule.key, rule] as const))('%s has an example that is its own', (_, rule) => {
    const answer = parseFilter(rule.example);
    expect(isFilterError(answer)).toBe(false);
    expect(good(answer).needs).toEqual([...rule.needs]);
    expect(good(answer).usesPorts).toBe(rule.usesPorts === true);
    expect(rule.starts.some((start) => rule.example.startsWith(start))).toBe(true);
    expect(rule.form).not.toBe('');
    expect(rule.help.length).toBeLessThan(70);
  });

  it('names each key once, and no start hides a later one', () => {
    expect(new Set(RULES.map(({ key }) => key)).size).toBe(RULES.length);
    const starts = RULES.flatMap((rule) => rule.starts.map((start) => ({ rule, start })));
    for (const [i, { rule, start }] of starts.entries()) {
      for (const later of starts.slice(i + 1)) {
        if (later.rule !== rule)
          expect(later.start.startsWith(start), `${start} hides ${later.start}`).toBe(false);
      }
    }
  });
});
