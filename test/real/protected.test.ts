// Who is spared on a real machine: the group that is hit bears the name of our own shell, our terminal's shell and sshd.
// Each test gives its shells a name of their own, so that nobody else on the machine is ever meant.
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildsCli, cliFile } from '../commands/runCli.ts';
import { isAlive, processesWhere, statOf, waitUntil } from '../support/identity.ts';
import { adopt, findProgram, startProcess, tempFolder, type TestProcess } from '../support/liveProcess.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

buildsCli();

const tmux = findProgram('tmux');
const script = findProgram('script');

interface Hit {
  readonly targets: readonly {
    readonly pid: number;
    readonly outcome: string;
    readonly detail: string | null;
  }[];
}

let names = 0;

/** A shell of that name (by default one that nobody else has), and one such process that has nothing to do with us. */
async function shellNamed(
  name = `sh${process.pid}-${++names}`,
): Promise<{ readonly file: string; readonly name: string; readonly innocent: TestProcess }> {
  const folder = tempFolder();
  const file = join(folder, name);
  copyFileSync('/bin/sh', file);
  // A session of its own: a job of the test runner's is none of slotop's.
  return { file, name, innocent: await startProcess(file, []) };
}

/** The terminal's shell, waited for until it answers. */
async function openShell(file: string): Promise<TestTerminal> {
  const terminal = openTerminal({
    command: file,
    args: [],
    cols: 200,
    env: { TMUX: undefined, PS1: 'ready> ' },
  });
  await terminal.waitFor('ready> ');
  return terminal;
}

/** Types the sweep of all that is called so into the shell that is on the screen, and reads what became of whom. */
async function hitAll(terminal: TestTerminal, name: string): Promise<Hit> {
  const said = join(tempFolder(), 'said');
  terminal.type(
    `${process.execPath} ${cliFile()} signal KILL ${name} --json --yes >${said} 2>&1; echo >${said}.done\n`,
  );
  await waitUntil(() => existsSync(`${said}.done`), `the signals of ${name}`, 20_000);
  return JSON.parse(readFileSync(said, 'utf8')) as Hit;
}

function refused({ targets }: Hit): Map<number, string | null> {
  return new Map(
    targets.filter(({ outcome }) => outcome === 'refused').map(({ pid, detail }) => [pid, detail]),
  );
}

const childOf = (pid: number, comm: RegExp): Promise<number> =>
  waitUntil(
    () => processesWhere((stat) => stat.ppid === pid && comm.test(stat.comm))[0]?.pid,
    `a child of ${pid} called ${String(comm)}`,
  );

test('a plain terminal: its shell is spared, the shell of another session is not', async () => {
  const { file, name, innocent } = await shellNamed();
  const terminal = await openShell(file);
  // A job of this terminal, of the same name: in our session, but no ancestor of ours.
  terminal.type(`${file} -c 'read -r x </dev/tty' &\n`);
  const job = await childOf(terminal.pid, new RegExp(name));
  const hit = await hitAll(terminal, name);
  expect(refused(hit)).toEqual(
    new Map([
      [terminal.pid, `ancestor of slotop: ${name}`],
      [job, 'in the session of slotop (setsid slotop reaches it)'],
    ]),
  );
  expect(hit.targets).toHaveLength(3);
  await waitUntil(() => !isAlive(innocent), 'the other is gone');
  expect(statOf(job)).toBeDefined();
});

test.skipIf(script === undefined)('script: the shells on both of its terminals are spared', async () => {
  const { file, name, innocent } = await shellNamed();
  const terminal = await openShell(file);
  terminal.type(`SHELL=${file} ${script} -q /dev/null\n`);
  const inner = await childOf(await childOf(terminal.pid, /^script$/), new RegExp(name));
  await terminal.waitFor(/ready> .*\n+ready> /s);
  const hit = await hitAll(terminal, name);
  expect([...refused(hit).keys()].sort()).toEqual([terminal.pid, inner].sort());
  expect(hit.targets.find(({ pid }) => pid === innocent.pid)?.outcome).toMatch(/killed|survived/);
  expect(hit.targets).toHaveLength(3);
});

test('sshd: the listener and the session of our chain are spared, another sshd is not', async () => {
  const { file, innocent } = await shellNamed('sshd');
  const terminal = await openShell(file);
  // Listener, session and shell, as sshd forks them; each of the name in question.
  terminal.type(`${file}\n`);
  const session = await childOf(terminal.pid, /^sshd$/);
  await terminal.waitFor(/ready> .*\n+ready> /s);
  // By the whole path: the machine may have an sshd of its own.
  const hit = await hitAll(terminal, `'~^${file}$'`);
  const kept = refused(hit);
  expect(kept.get(terminal.pid)).toBe('ancestor of slotop: sshd');
  expect(kept.get(session)).toBe('ancestor of slotop: sshd');
  await waitUntil(() => !isAlive(innocent), 'the other is gone');
});

test.skipIf(tmux === undefined)(
  'tmux: our shell, the server, its client and the login shell that it runs in are spared',
  async () => {
    const { file, name, innocent } = await shellNamed();
    const socket = `slotop-${process.pid}-${names}`;
    const login = await openShell(file);
    login.type(`${tmux} -L ${socket} -f /dev/null new-session ${file}\n`);
    const client = await childOf(login.pid, /^tmux: client/);
    const server = await waitUntil(
      () =>
        processesWhere(
          ({ comm, ppid, starttime }) =>
            comm === 'tmux: server' && ppid === 1 && starttime >= (statOf(client)?.starttime ?? Infinity),
        )[0],
      'the server',
    );
    adopt(server.pid);
    const pane = await childOf(server.pid, new RegExp(name));
    await login.waitFor(/[#$>] *\n[^]*\[0\] 0:/);

    const hit = await hitAll(login, name);
    expect(refused(hit)).toEqual(
      new Map([
        [pane, `ancestor of slotop: ${name}`],
        [login.pid, `above slotop's terminal, tmux: client ${client}: ${name}`],
      ]),
    );
    expect(hit.targets).toHaveLength(3);
    await waitUntil(() => !isAlive(innocent), 'the innocent is gone');
    for (const pid of [pane, login.pid, client, server.pid]) expect(statOf(pid)).toBeDefined();
  },
);

const screens = [
  ['screen', (file: string) => `SCREENDIR=$PWD screen ${file}`],
  ['dtach', (file: string) => `dtach -A $PWD/socket ${file}`],
] as const;

test.each(screens.filter(([program]) => findProgram(program) !== undefined))(
  '%s: the shell in it, its server, its client and the shell around it are spared',
  async (program, start) => {
    const { file, name, innocent } = await shellNamed();
    const login = await openShell(file);
    const folder = tempFolder();
    chmodSync(folder, 0o700); // screen wants it so
    login.type(`cd ${folder}; ${start(file)}\n`);
    // A child of the shell around it has its name until it is the program.
    const inner = await waitUntil(
      () =>
        processesWhere(
          ({ comm, pid, ppid }) =>
            comm === name && ![login.pid, innocent.pid].includes(pid) && ppid !== login.pid,
        )[0],
      'the shell in it',
    );
    const server = adopt(inner.ppid);
    const client = await childOf(login.pid, new RegExp(`^${program}$`, 'i'));
    const hit = await hitAll(login, name);
    expect(refused(hit)).toEqual(
      new Map([
        [inner.pid, `ancestor of slotop: ${name}`],
        [
          login.pid,
          expect.stringMatching(new RegExp(`(above slotop's terminal|ancestor of slotop).*${name}`)),
        ],
      ]),
    );
    expect(hit.targets).toHaveLength(3);
    await waitUntil(() => !isAlive(innocent), 'the other one is gone');
    for (const pid of [inner.pid, login.pid, client, server.pid]) expect(statOf(pid)).toBeDefined();
  },
);
