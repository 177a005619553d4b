// What the signal box says of a port that can't simply be freed, before anything is sent: at 80 columns and at 60.
import { copyFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, python, startHolder } from '../support/holders.ts';
import { isAlive } from '../support/identity.ts';
import { isRoot, NOBODY, startProcess, tempFolder } from '../support/liveProcess.ts';
import { openSlotop, rowOf } from '../support/slotop.ts';
import { stateHome } from '../support/stateHome.ts';

/** Lines of a pane as one text, however they were broken. */
const joined = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .join(' ')
    .replace(/\s+/g, ' ');

describe.skipIf(python === undefined)('the signal box on a port', () => {
  test.skipIf(!isRoot)(
    "another user's: whose it is, and the command that may; nothing can be sent",
    async () => {
      const holder = await startHolder('plain');
      const terminal = await openSlotop({
        ...{ filter: `:${holder.port}`, uid: NOBODY, cols: 60, rows: 15 },
        env: { XDG_STATE_HOME: stateHome(NOBODY) },
      });
      terminal.press('Tab', 'Tab');
      await terminal.waitFor(/\(hidden, uid 0\)/);
      terminal.press('k');
      const words = `:${holder.port} is held for root (uid 0) by nobody who can be seen from here: exec sudo slotop free ${holder.port}`;
      await terminal.waitFor((lines) => joined(lines).includes(words));
      expect(joined(terminal.lines())).toContain('0 processes: nobody');
      terminal.press('p', 'F');
      await terminal.waitFor(/nobody in this scope may be signalled: the box says/);
      expect(joined(terminal.lines())).not.toMatch(/there is no port here|\[T\]ERM|\[F\]ree/);
      // What was said of one box is not said in the next.
      terminal.press('Esc');
      await terminal.waitFor(/F1Help/);
      terminal.press('k');
      await terminal.waitFor(/0 processes: nobody/);
      expect(joined(terminal.lines())).not.toContain('the box says');
      expect(isAlive(holder)).toBe(true);
    },
  );

  test('docker-proxy: that F leaves it alone, and how its container is stopped', async () => {
    const proxy = join(tempFolder(), 'docker-proxy');
    copyFileSync(realpathSync(python ?? ''), proxy);
    const port = await freePort();
    const script = `import socket,sys,time
s=socket.socket(); s.bind(("127.0.0.1", ${port})); s.listen()
print("up", flush=True); time.sleep(1000)`;
    const args = ['-host-port', String(port), '-container-ip', '172.17.0.254', '-container-port', '80'];
    const holder = await startProcess(proxy, ['-S', '-c', script, ...args]);
    expect(await holder.line()).toBe('up');
    const terminal = await openSlotop({ filter: `:${port}`, env: { XDG_STATE_HOME: tempFolder() } });
    await terminal.waitFor((lines) => rowOf(lines, holder.pid) !== undefined);
    terminal.press('k', 'p');
    const words = `docker-proxy (${holder.pid}) stays when :${port} is freed: docker-proxy: stands for port 80 of the container at 172.17.0.254: docker stop $(docker ps -q --filter publish=${port})`;
    await terminal.waitFor((lines) => joined(lines).includes(words));
    terminal.press('F');
    await terminal.waitFor(/Report: /, 'the report', 15_000);
    expect(isAlive(holder)).toBe(true);
  });
});
