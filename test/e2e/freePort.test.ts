// A port freed from the keyboard, and from servers as Debian has them: judged by who can take the port afterwards. From
// under real supervisors: test/real/supervisedPorts.test.ts.
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildsCli, cliFile, runProgram } from '../commands/runCli.ts';
import { canListen, freePort, holdersScript, python, startHolder } from '../support/holders.ts';
import { isAlive, processesWhere, waitUntil } from '../support/identity.ts';
import { adopt, findProgram, isRoot, NOBODY, startProcess, tempFolder } from '../support/liveProcess.ts';
import { spawnServer } from '../support/servers.ts';
import { openSlotop, rowOf } from '../support/slotop.ts';

buildsCli();

const env = (): { readonly XDG_STATE_HOME: string } => ({ XDG_STATE_HOME: tempFolder() });

describe.skipIf(python === undefined)('in the UI', () => {
  test('k p Enter on a row: all holders of its port, progress, proof', async () => {
    const server = await spawnServer('prefork');
    const terminal = await openSlotop({ filter: `:${server.port}`, env: env(), cols: 100 });
    await terminal.waitFor((lines) => server.holders.every(({ pid }) => rowOf(lines, pid) !== undefined));
    terminal.press('k', 'p');
    await terminal.waitFor(/>\[p\]ort<[^]*targets +5 processes[^]*Enter +FREE PORT/);
    terminal.press('Enter');
    await terminal.waitFor(new RegExp(`:${server.port} free; watching`), 'the watch', 15_000);
    await terminal.waitFor(new RegExp(`Report: [^]*:${server.port} is free after`), 'the report', 15_000);
    expect(server.holders.some(isAlive)).toBe(false);
    expect(await canListen(server.port)).toBe(true);
  });

  test('k F in the Ports view; who brings it back is in the report', async () => {
    const port = await freePort();
    const line = `while :; do ${python} -S -E ${holdersScript()} plain ${port}; done`;
    const loop = await startProcess('/bin/sh', ['-c', line]);
    await loop.line();
    const terminal = await openSlotop({ filter: `:${port}`, env: env(), cols: 140 });
    terminal.press('Tab', 'Tab');
    await terminal.waitFor(
      new RegExp(`PORT.*SERVICE.*HOLDER[^]*${port} +tcp +127\\.0\\.0\\.1 lo .* python3`),
    );
    terminal.press('k', 'F');
    await terminal.waitFor(
      new RegExp(`:${port} was freed, and is held again by .*started by sh \\(${loop.pid}, shell loop\\)`),
      'the report',
      15_000,
    );
    expect(terminal.lines().join('\n')).toContain(`what to do: slotop sweep ${loop.pid} --tree`);
    expect(isAlive(loop)).toBe(true);
    // Without its loop the server would stay behind.
    const children = processesWhere(({ ppid }) => ppid === loop.pid).map(({ pid }) => adopt(pid));
    await loop.stop();
    await Promise.all(children.map((child) => child.stop()));
  });

  test('Esc stops it before SIGKILL', async () => {
    const holder = await startHolder('stubborn');
    const terminal = await openSlotop({ filter: `:${holder.port}`, env: env() });
    await terminal.waitFor((lines) => rowOf(lines, holder.pid) !== undefined);
    terminal.press('k', 'F');
    await terminal.waitFor(/SIGTERM sent, 1 left, SIGKILL in/);
    terminal.press('Esc');
    await terminal.waitFor(/interrupted; slotop free/, 'the report', 15_000);
    expect(isAlive(holder)).toBe(true);
  });
});

/** Programs of Debian's postgresql package stand outside of PATH. */
const POSTGRES = [18, 17, 16, 15, 14, 13]
  .map((version) => `/usr/lib/postgresql/${version}/bin/`)
  .find((folder) => existsSync(`${folder}postgres`));

async function freed(port: number): Promise<string> {
  const env = { XDG_STATE_HOME: tempFolder() };
  const { stdout } = await runProgram(process.execPath, [cliFile(), 'free', String(port), '--yes'], { env });
  return stdout;
}

describe.skipIf(!isRoot)('servers as Debian has them', () => {
  test.skipIf(findProgram('nginx') === undefined)('nginx: the master and its workers', async () => {
    const folder = tempFolder();
    const port = await freePort();
    const conf = [
      `worker_processes 2; daemon off; pid ${folder}/pid; error_log ${folder}/err;`,
      `events {} http { access_log off; server { listen ${port}; listen [::]:${port}; root ${folder}; } }`,
    ];
    writeFileSync(join(folder, 'nginx.conf'), conf.join('\n'));
    const master = await startProcess(findProgram('nginx') ?? '', ['-c', `${folder}/nginx.conf`]);
    await waitUntil(() => processesWhere(({ ppid }) => ppid === master.pid).length === 2, 'two workers');
    const workers = processesWhere(({ ppid }) => ppid === master.pid).map(({ pid }) => adopt(pid));
    expect(await freed(port)).toContain(`:${port} is free after`);
    expect([master, ...workers].some(isAlive)).toBe(false);
    expect(await canListen(port)).toBe(true);
  });

  test.skipIf(POSTGRES === undefined)(
    'PostgreSQL with a client: by its fast shutdown, so that it has nothing to repair',
    async () => {
      const folder = tempFolder();
      chownSync(folder, NOBODY, NOBODY);
      const port = await freePort();
      const own = { env: { LC_ALL: 'C', PGDATA: `${folder}/data` }, uid: NOBODY };
      expect((await runProgram(`${POSTGRES}initdb`, [], own)).code).toBe(0);
      const server = await startProcess(`${POSTGRES}postgres`, ['-p', String(port), '-k', folder], own);
      let log = '';
      server.child.stderr.on('data', (data: Buffer) => (log += data.toString()));
      await waitUntil(() => log.includes('ready to accept'), 'the server is ready', 20_000);
      const words = ['-h', '127.0.0.1', '-p', String(port), '-d', 'postgres', '-c', 'select pg_sleep(1000)'];
      await startProcess(`${POSTGRES}psql`, words, own);
      await waitUntil(
        () => processesWhere(({ ppid, comm }) => ppid === server.pid && comm === 'postgres').length > 5,
        'the client is connected',
      );
      expect(await freed(port)).toContain('its fast shutdown, ended it');
      expect(log).toContain('database system is shut down');
      expect(isAlive(server)).toBe(false);
    },
    60_000,
  );
});
