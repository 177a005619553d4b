import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, exactName, nameOf, namesOf, type NameField } from '../../src/derive/name.ts';
import { openKernel } from '../../src/kernel.ts';
import { createSampler } from '../../src/proc/sample.ts';
import { startProcess } from '../support/liveProcess.ts';
import { aProc } from './aProc.ts';

type Names = Partial<Record<Exclude<NameField, 'title'>, string>> & { title?: readonly string[] };

function shownNames(comm: string, argv: readonly string[], exe?: string): Names {
  const names: Record<string, unknown> = {};
  const titles: string[] = [];
  for (const { field, value } of namesOf(aProc({ comm, cmdline: argv, exe }))) {
    if (field === 'title') titles.push(value);
    else names[field] = value;
  }
  return titles.length > 0 ? { ...names, title: titles } : names;
}

const PYTHON = '/usr/bin/python3.11';
const NODE = '/usr/bin/node';

describe('what processes are called', () => {
  // comm, argv, exe, the names by field (a value that an earlier field has is not said twice)
  const catalogue: readonly [string, readonly string[], string | undefined, Names][] = [
    // Programs
    ['nginx', ['/usr/sbin/nginx', '-g', 'daemon off;'], '/usr/sbin/nginx', { comm: 'nginx' }],
    ['sleep', ['sleep', '60'], '/usr/bin/coreutils', { comm: 'sleep', exe: 'coreutils' }],
    ['sleep', ['sleep', '60'], '/bin/busybox (deleted)', { comm: 'sleep', exe: 'busybox' }],
    ['bash', ['-bash'], '/bin/bash', { comm: 'bash' }],
    ['zsh', ['-/usr/bin/zsh'], undefined, { comm: 'zsh' }],
    [
      'postmaster',
      ['/usr/lib/postgresql/bin/postgres', '-D', '/data'],
      undefined,
      { comm: 'postmaster', argv0: 'postgres' },
    ],
    ['kthreadd', [], undefined, { comm: 'kthreadd' }],
    ['-', ['-'], undefined, { comm: '-' }],
    ['x', [''], undefined, { comm: 'x' }],
    ['x', ['/'], '/', { comm: 'x' }],
    ['my tool', ['/opt/My App/my tool', '-x'], '/opt/My App/my tool', { comm: 'my tool' }],
    // Threads that took comm over
    ['MainThread', ['node', 'app.js'], NODE, { comm: 'MainThread', argv0: 'node', script: 'app.js' }],
    // comm cut at 15 bytes
    ['NetworkManager', ['/usr/sbin/NetworkManager'], undefined, { comm: 'NetworkManager' }],
    [
      'systemd-journal',
      ['/usr/lib/systemd/systemd-journald'],
      undefined,
      { comm: 'systemd-journal', name: 'systemd-journald' },
    ],
    [
      'systemd-journal',
      ['systemd-journal'],
      '/x/systemd-journald',
      { comm: 'systemd-journal', name: 'systemd-journald' },
    ],
    [
      'gnome-session-b',
      ['foo'],
      '/usr/libexec/gnome-session-binary',
      { comm: 'gnome-session-b', name: 'gnome-session-binary', argv0: 'foo' },
    ],
    [
      'unattended-upgr',
      ['/usr/bin/python3', '/usr/bin/unattended-upgrade-shutdown', '--wait-for-signal'],
      PYTHON,
      { comm: 'unattended-upgr', name: 'unattended-upgrade-shutdown', argv0: 'python3', exe: 'python3.11' },
    ],
    ['exactly15bytes_', ['exactly15bytes_'], undefined, { comm: 'exactly15bytes_' }],
    ['größter-prozeß', ['/bin/größter-prozeß'], undefined, { comm: 'größter-prozeß' }], // 17 bytes: set by prctl of another program
    ['日本語日本', ['/bin/日本語日本語'], undefined, { comm: '日本語日本', name: '日本語日本語' }],
    [
      'a日本語日\ufffd',
      ['/bin/a日本語日本語'],
      undefined,
      { comm: 'a日本語日\ufffd', name: 'a日本語日本語' },
    ],
    // Scripts
    [
      'app.py',
      ['/usr/bin/python3', './app.py'],
      PYTHON,
      { comm: 'app.py', argv0: 'python3', exe: 'python3.11' },
    ],
    [
      'python3',
      ['python3', '-u', '-X', 'dev', '/srv/app.py', '-c'],
      PYTHON,
      { comm: 'python3', exe: 'python3.11', script: 'app.py' },
    ],
    [
      'python3',
      ['python3', '-um', 'http.server', '8000'],
      undefined,
      { comm: 'python3', script: 'http.server' },
    ],
    ['python3', ['python3', '-m', 'http.server'], undefined, { comm: 'python3', script: 'http.server' }],
    ['python3', ['python3', '-c', 'import x', 'app.py'], undefined, { comm: 'python3' }],
    ['python3', ['python3', '-Wd', 'app.py'], undefined, { comm: 'python3', script: 'app.py' }],
    ['python3', ['python3', '-', 'app.py'], undefined, { comm: 'python3' }],
    ['python3', ['python3', '.'], undefined, { comm: 'python3' }],
    ['python3', ['python3'], undefined, { comm: 'python3' }],
    [
      'node',
      ['node', '--max-old-space-size=4096', 'dist/server.js', '--port', '80'],
      NODE,
      { comm: 'node', script: 'server.js' },
    ],
    [
      'node',
      ['node', '--require', 'x', '-r', 'y/z', '--', 'server.js'],
      NODE,
      { comm: 'node', script: 'server.js' },
    ],
    ['node', ['node', '-e', 'setInterval(()=>{})', 'x.js'], NODE, { comm: 'node' }],
    ['node', ['node', '--eval=1', 'x.js'], NODE, { comm: 'node' }],
    ['node', ['node', '/app/node_modules/.bin/tsx', 'watch', 'a.ts'], NODE, { comm: 'node', script: 'tsx' }],
    [
      'puma',
      ['ruby', '-Ilib', '-rbundler', '-I', 'x', 'bin/puma', '-p', '80'],
      '/usr/bin/ruby3.1',
      { comm: 'puma', argv0: 'ruby', exe: 'ruby3.1' },
    ],
    [
      'perl',
      ['/usr/bin/perl', '-w', '-Mstrict', '-T', 'job.pl'],
      undefined,
      { comm: 'perl', script: 'job.pl' },
    ],
    ['perl', ['perl', '-ne', 'print', 'log.txt'], undefined, { comm: 'perl' }],
    ['run.sh', ['/bin/sh', '/opt/run.sh'], '/usr/bin/dash', { comm: 'run.sh', argv0: 'sh', exe: 'dash' }],
    [
      'bash',
      ['bash', '-euo', 'pipefail', '+x', '--norc', 'deploy.sh', '-c'],
      undefined,
      { comm: 'bash', script: 'deploy.sh' },
    ],
    ['bash', ['bash', '-lc', 'sleep 5; true', 'x'], undefined, { comm: 'bash' }],
    ['sh', ['sh', '-s', 'x'], undefined, { comm: 'sh' }],
    ['php', ['php', '-d', 'a=b', 'artisan', 'queue:work'], undefined, { comm: 'php', script: 'artisan' }],
    ['php', ['php', '-S', '0:80'], undefined, { comm: 'php' }],
    [
      'java',
      ['java', '-Xmx1g', '-Dx=y', '-jar', '/opt/app.jar', 'x'],
      undefined,
      { comm: 'java', script: 'app.jar' },
    ],
    [
      'java',
      ['java', '-cp', 'a:b', '--add-opens', 'x=y', '@args', 'kafka.Kafka', 'server.properties'],
      undefined,
      { comm: 'java', script: 'kafka.Kafka' },
    ],
    [
      'deno',
      ['deno', 'run', '-A', '--config', 'd.json', 'src/main.ts'],
      undefined,
      { comm: 'deno', script: 'main.ts' },
    ],
    ['deno', ['deno', 'task', 'dev'], undefined, { comm: 'deno' }],
    ['bun', ['bun', 'run', 'dev'], undefined, { comm: 'bun' }],
    ['bun', ['bun', 'index.ts'], undefined, { comm: 'bun', script: 'index.ts' }],
    ['env', ['env', 'A=b', 'python3', 'x.py'], undefined, { comm: 'env', script: 'x.py' }],
    ['env', ['env', '-i', 'python3', 'x.py'], undefined, { comm: 'env' }],
    // Titles
    [
      'nginx',
      ['nginx: worker process'],
      '/usr/sbin/nginx',
      { comm: 'nginx', title: ['nginx: worker process'] },
    ],
    [
      'ruby',
      ['Passenger AppPreloader: /srv/app'],
      '/usr/bin/ruby',
      { comm: 'ruby', title: ['Passenger AppPreloader: /srv/app', 'Passenger AppPreloader'] },
    ],
    [
      'sleep',
      ['Passenger AppPreloader: /srv/app', '60'],
      '/usr/bin/sleep',
      { comm: 'sleep', title: ['Passenger AppPreloader: /srv/app', 'Passenger AppPreloader'] },
    ],
    [
      'postgres',
      ['postgres: 14/main: checkpointer '],
      undefined,
      { comm: 'postgres', title: ['postgres: 14/main: checkpointer '] },
    ],
    [
      'puma: cluster w',
      ['puma: cluster worker 0: 4711 [app]'],
      undefined,
      { comm: 'puma: cluster w', title: ['puma: cluster worker 0: 4711 [app]', 'puma'] },
    ],
    ['npm run dev', ['npm run dev'], NODE, { comm: 'npm run dev', exe: 'node' }],
    ['chrome', ['/opt/google/chrome/chrome --type=renderer --lang=a/b'], undefined, { comm: 'chrome' }],
    ['other', ['/opt/some thing/else'], undefined, { comm: 'other' }], // nothing bears out `else`: no claim
  ];

  it.each(catalogue)('%s %j %s', (comm, argv, exe, names) => {
    expect(shownNames(comm, argv, exe)).toEqual(names);
  });

  it('is comm for the screen and the groups, or the name it was cut from, and never a title', () => {
    expect(nameOf(aProc({ comm: 'java' }))).toBe('java');
    expect(nameOf(aProc({ comm: 'systemd-journal', cmdline: ['/lib/systemd-journald'] }))).toBe(
      'systemd-journald',
    );
    expect(nameOf(aProc({ comm: 'systemd-journal', cmdline: undefined }))).toBe('systemd-journal');
    expect(nameOf(aProc({ comm: '日本語日本', cmdline: ['日本語日本語'] }))).toBe('日本語日本語');
    expect(nameOf(aProc({ comm: 'puma: cluster w', cmdline: ['puma: cluster worker 0: 1 [a]'] }))).toBe(
      'puma: cluster w',
    );
  });

  it('forgets what it knew when comm, exe or argv change under it', () => {
    const proc = aProc({ comm: 'sh', cmdline: ['sh'], exe: '/bin/dash' });
    expect(exactName(proc, 'dash')).toBe('exe');
    proc.exe = '/bin/bash';
    expect(exactName(proc, 'dash')).toBeUndefined();
    proc.comm = 'renamed';
    expect(exactName(proc, 'renamed')).toBe('comm');
    proc.cmdline = ['x'];
    expect(exactName(proc, 'sh')).toBeUndefined();
  });

  it('says which field has exactly that name', () => {
    const proc = aProc({ comm: 'gunicorn', cmdline: ['/usr/bin/python3', '/srv/app/wsgi.py'], exe: PYTHON });
    expect(exactName(proc, 'gunicorn')).toBe('comm');
    expect(exactName(proc, 'python3')).toBe('argv0');
    expect(exactName(proc, 'python3.11')).toBe('exe');
    expect(exactName(proc, 'wsgi.py')).toBe('script');
    expect(exactName(proc, 'python')).toBeUndefined();
    expect(exactName(proc, '')).toBeUndefined();
    expect(exactName(aProc({ comm: '', cmdline: [''] }), '')).toBeUndefined();
  });

  it('takes no part of a name for the name', () => {
    const word = fc.stringMatching(/^[a-z.-]{1,20}$/);
    fc.assert(
      fc.property(word, fc.array(word), word, word, (comm, argv, exe, asked) => {
        const proc = aProc({ comm, cmdline: argv, exe: `/bin/${exe}` });
        const field = exactName(proc, asked);
        const known = namesOf(proc).filter(({ value }) => value === asked);
        expect(field).toBe(known[0]?.field);
        // Whatever the field, the name is a whole word of what the kernel shows of the process.
        if (field !== undefined) {
          expect(
            [comm, exe, ...argv].map((text) => text.replace(/^-/, '')).concat(comm, exe, argv),
          ).toContain(asked);
        }
      }),
    );
  });

  it('finds names in any argv without failing', () => {
    const interpreter = fc.constantFrom(
      'python3',
      'node',
      'ruby',
      'perl',
      'sh',
      'php',
      'java',
      'deno',
      'bun',
      'env',
    );
    const words = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('-', '--', '-c', '-m', '-jar', '-euo', '--x=y', '')),
    );
    fc.assert(
      fc.property(interpreter, words, fc.string(), (program, rest, comm) => {
        const names = namesOf(aProc({ comm, cmdline: [program, ...rest] }));
        expect(names.every(({ value }) => value !== '')).toBe(true);
      }),
    );
  });
});

describe('the command line', () => {
  it.each([
    ['argv, joined', aProc({ cmdline: ['a', 'b c', '', 'd'] }), 'a b c  d'],
    [
      'a title, without the blanks that it left behind',
      aProc({ cmdline: ['nginx: master', '', ''] }),
      'nginx: master',
    ],
    [
      'a kernel thread in brackets',
      aProc({ comm: 'kworker/0:1', cmdline: [], flags: 0x0020_8060 }),
      '[kworker/0:1]',
    ],
    ['comm of a zombie', aProc({ comm: 'gone', state: 'Z', cmdline: [] }), 'gone'],
    ['comm while argv is not read', aProc({ comm: 'new', cmdline: undefined }), 'new'],
    ['comm where argv is empty words', aProc({ comm: 'blank', cmdline: ['', ''] }), 'blank'],
  ])('%s', (_, proc, line) => {
    expect(commandLine(proc)).toBe(line);
    expect(commandLine(proc)).toBe(line);
  });
});

describe('real processes', () => {
  const look = () =>
    createSampler(openKernel()).look({ all: ['cmdline', 'exe'], shown: [], visible: [], portBudgetMs: 0 });

  it('are found by their titles, as Passenger writes them', async () => {
    const title = 'Passenger AppPreloader: /srv/app';
    const { pid } = await startProcess('/bin/sh', [], { argv0: title });
    const proc = look().procs.get(pid);
    if (proc === undefined) throw new Error('not seen');
    expect(exactName(proc, title)).toBe('title');
    expect(exactName(proc, 'Passenger AppPreloader')).toBe('title');
    expect(exactName(proc, 'app')).toBeUndefined();
    expect(exactName(proc, 'sh')).toBe('comm');
  });

  it('are all called by their comm at least', () => {
    const procs = [...look().procs.values()];
    expect(procs.length).toBeGreaterThan(1);
    for (const proc of procs) {
      if (proc.comm !== '') expect(exactName(proc, proc.comm)).toBe('comm');
      expect(nameOf(proc).startsWith(proc.comm.replace(/\ufffd+$/, ''))).toBe(true);
    }
  });
});
