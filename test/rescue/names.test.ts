// Whom a name means to the rescue script, and whom it never hits. Real processes, in a session of their own.
import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { runProgram } from '../commands/runCli.ts';
import { statOf, waitUntil } from '../support/identity.ts';
import { adopt, isRoot, NOBODY, startProcess, tempFolder, type TestProcess } from '../support/liveProcess.ts';
import { python, spawnIdle, spawnNamed } from '../support/procs.ts';
import { SCRIPT, SHELLS } from './stages.ts';

// On a machine with 30,000 processes each call of the script takes its seconds.
vi.setConfig({ testTimeout: 120_000 });

/** A name that nobody else on this machine has; 15 bytes fit into a comm. */
const unique = (what: string): string => `${what}${process.pid}`;
const isStopped = ({ pid }: TestProcess): boolean => statOf(pid)?.state === 'T';

describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'rescue.sh in $name',
  ({ shell }) => {
    const rescue = (...words: string[]) =>
      runProgram(shell[0] as string, [...shell.slice(1), SCRIPT, ...words], { env: { LC_ALL: 'C.UTF-8' } });

    test('comm, a name that was cut, and argv[0]; not their like', async () => {
      const name = unique('wo');
      const long = unique('a-worker-of-many-letters-');
      const meant = await spawnNamed(name);
      const cut = await spawnNamed(long);
      const byArgv0 = await startProcess('/bin/sh', [], { argv0: name });
      const others = await Promise.all([
        spawnNamed(`${name}2`),
        spawnNamed(`x${name}`),
        startProcess('/bin/sh', [], { argv0: `${name}-old` }),
        startProcess('/bin/sh', ['-s', name], { argv0: 'sh' }),
      ]);
      const { code, stdout } = await rescue('freeze', name, long);
      expect(stdout).toMatch(/^3 stopped, 0 not permitted;/);
      expect(code).toBe(0);
      expect([meant, cut, byArgv0].map(isStopped)).toEqual([true, true, true]);
      expect(others.map(isStopped)).toEqual(others.map(() => false));
      expect((await rescue('thaw', name)).stdout).toMatch(/^2 continued/);
      expect([meant, cut, byArgv0].map(isStopped)).toEqual([false, true, false]);
      expect((await rescue('kill', long)).stdout).toMatch(/^1 killed/);
      await waitUntil(() => ['Z', undefined].includes(statOf(cut.pid)?.state), 'the cut one is gone');
    });

    test('hostile names are printed safely, and hit by their own name only', async () => {
      const bare = unique('h');
      const hostile = [`${bare}\n1 (init`, `${bare}) R 1`, `\u001b[2J${bare}`];
      const victims = await Promise.all(hostile.map((name) => spawnNamed(name)));
      const { stdout, stderr } = await rescue('list');
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^\d+ processes of \d+ names, \d+ tasks$/m);
      expect(stdout).not.toMatch(/[^\n -~]/);
      expect((await rescue('freeze', bare)).code).toBe(1);
      for (const pattern of ['*', `${bare}*`, '-n', '[a-z]*', '']) await rescue('freeze', pattern);
      expect(victims.map(isStopped)).toEqual([false, false, false]);
      expect((await rescue('freeze', hostile[0] as string)).stdout).toMatch(/^1 stopped/);
      expect((await rescue('freeze', hostile[1] as string)).stdout).toMatch(/^1 stopped/);
      expect(victims.map(isStopped)).toEqual([true, true, false]);
    });

    test.skipIf(python === undefined)('the script of an interpreter, and a title with blanks', async () => {
      const folder = tempFolder();
      const script = `${unique('job')}.py`;
      for (const name of [script, `${script}x`]) {
        writeFileSync(join(folder, name), 'import sys; print("up", flush=True); sys.stdin.read()\n');
      }
      const run = async (args: string[]) => {
        const started = await startProcess(python ?? '', args, { cwd: folder });
        await started.line();
        return started;
      };
      const meant = [
        await run([join(folder, script)]),
        await run(['-u', join(folder, script), 'start']),
        await run([script, '--port', '80']),
      ];
      const other = await run([`${script}x`, 'a']);
      const title = `Passenger AppPreloader: /${unique('app')}`;
      const titled = await startProcess('/bin/sh', [], { argv0: title });
      expect((await rescue('freeze', script)).stdout).toMatch(/^3 stopped/);
      expect(meant.map(isStopped)).toEqual([true, true, true]);
      expect([other, titled].map(isStopped)).toEqual([false, false]);
      expect((await rescue('freeze', title)).stdout).toMatch(/^1 stopped/);
      expect(isStopped(titled)).toBe(true);
    });

    test.each([
      ['freeze', /^1 stopped, 0 not permitted;/m],
      // slotop spares its own session: start kills there, and ends without it.
      ['start', /^1 killed, 0 not permitted;/m],
    ] as const)(
      '%s: those above it are never hit, those beside it in its session are',
      async (verb, expected) => {
        // A shell of that name starts one of that name beside, and the script below itself.
        const name = unique(`up${verb.slice(0, 1)}${shell[0]?.slice(0, 2) ?? ''}`);
        const file = join(tempFolder(), name);
        copyFileSync('/bin/sh', file);
        const line = `"${file}" -c 'echo $$; read x' <&3 & ${shell.join(' ')} "${SCRIPT}" ${verb} ${name}; echo "above is here"; read x`;
        const child = spawn(file, ['-c', line], {
          detached: true,
          stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
        });
        adopt(child.pid ?? 0);
        let said = '';
        child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
        await waitUntil(() => said.includes('above is here'), 'the script has ended', 20_000);
        if (verb === 'freeze') adopt(Number(/^\d+$/m.exec(said)?.[0]));
        child.stdio[3]?.destroy(); // the one beside reads there
        expect(said).toMatch(expected);
      },
    );

    test.skipIf(!isRoot)('who may not signal them is told how to become root without a fork', async () => {
      const name = unique('ro');
      const process = await spawnNamed(name);
      const words = [...shell.slice(1), SCRIPT, 'kill', name];
      const { code, stdout } = await runProgram(shell[0] as string, words, { uid: NOBODY });
      expect(stdout).toMatch(/^0 killed, 1 not permitted/);
      expect(stdout).toMatch(/exec sudo sh rescue\.sh .*wrong password/);
      expect(code).toBe(4);
      expect(isStopped(process)).toBe(false);
    });

    test('what it is asked wrongly it answers with its help', async () => {
      const idle = await spawnIdle();
      for (const words of [['kill'], ['kill', ''], ['slay', 'x']]) {
        expect([words, (await rescue(...words)).code]).toEqual([words, 2]);
      }
      expect((await rescue('help')).code).toBe(0);
      expect(isStopped(idle)).toBe(false);
    });
  },
);
