// A bug in slotop must not leave the user with a broken terminal: the real UI over a kernel door that fails.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtProgram } from '../support/builtProgram.ts';
import { openTerminal } from '../support/terminal.ts';

const SOURCE = join(import.meta.dirname, '../../src');

/** cli.ts catches what runUi throws and prints one line; this does the same with a door that breaks at a call to it. */
const PROGRAM = `
import { openKernel } from '${SOURCE}/kernel.ts';
import { runUi } from '${SOURCE}/tui.tsx';
const kernel = openKernel('/proc');
const [, , call, at, times] = process.argv;
let calls = 0;
const broken = { ...kernel, [call](path, ...rest) { if (path === at && ++calls > Number(times)) throw new TypeError('a bug of ours'); return kernel[call](path, ...rest); } };
try {
  await runUi({ kernel: broken, filter: undefined, readOnly: false, asked: { delay: 0.1 } });
} catch (error) {
  process.stderr.write('slotop: internal error: ' + error.message + '\\n');
  process.exit(1);
}
`;

let program = '';

beforeAll(async () => {
  program = await builtProgram(PROGRAM);
});

test.each([
  // Each tick reads loadavg; a key that is about a set lists all processes.
  ['in the loop', ['read', 'loadavg', '20'], []],
  ['under a key', ['list', '.', '0'], ['Z', 'k']],
] as const)(
  'an exception %s restores the terminal, prints one line and ends with code 1',
  async (_, fault, keys) => {
    const terminal = openTerminal({ command: process.execPath, args: [program, ...fault] });
    if (keys.length > 0) {
      await terminal.waitFor(/^F1Help/m);
      terminal.press(...keys);
    }
    expect((await terminal.exit).exitCode).toBe(1);
    expect(terminal.buffer).toBe('normal');
    expect(terminal.cursorVisible).toBe(true);
    expect(terminal.lines().join('\n').trim()).toBe('slotop: internal error: a bug of ours');
  },
);
