// Frames on a real terminal emulator that somebody else writes to as well.
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { create, WHOLE_EVERY_MS } from '../../build/inkLogUpdate.ts';

const ROWS = 6;

function scene(): {
  readonly foreign: (text: string) => void;
  readonly frame: (name: string, changed?: number) => void;
  readonly lines: () => Promise<readonly string[]>;
  readonly pass: (ms: number) => void;
  readonly sent: () => number;
} {
  const terminal = new xterm.Terminal({ cols: 20, rows: ROWS, allowProposedApi: true });
  let time = 0;
  let sent = 0;
  const write = (text: string): void => {
    sent += text.length;
    terminal.write(text);
  };
  const screen = { rows: ROWS, columns: 20, write, isTTY: false };
  const render = create(screen, { incremental: true }, () => time);
  const content = Array.from({ length: ROWS }, (_, at) => `line ${at}`.padEnd(20));
  return {
    foreign: (text) => terminal.write(text),
    frame(name, changed) {
      if (changed !== undefined) content[changed] = `${name} ${changed}`.padEnd(20);
      render(content.join('\n'));
    },
    async lines() {
      await new Promise<void>((done) => terminal.write('', done));
      const { active } = terminal.buffer;
      return Array.from({ length: ROWS }, (_, at) =>
        (active.getLine(active.baseY + at)?.translateToString() ?? '').trimEnd(),
      );
    },
    pass: (ms) => void (time += ms),
    sent: () => sent,
  };
}

test('a line that changes stands where it belongs, wherever others left the cursor', async () => {
  const { foreign, frame, lines } = scene();
  frame('first');
  foreign('\x1b[3;5Hfrom elsewhere');
  frame('second', 1);
  frame('third', 5);
  expect((await lines())[1]).toBe('second 1');
  expect((await lines())[5]).toBe('third 5');
});

test('after a while the whole screen is as it should be, though others wrote over it and scrolled it', async () => {
  const { foreign, frame, lines, pass } = scene();
  frame('first');
  foreign(`\x1b[${ROWS};1H\n\nBroadcast message\x1b[1;31m`);
  pass(WHOLE_EVERY_MS);
  frame('second', 2);
  expect(await lines()).toEqual(['line 0', 'line 1', 'second 2', 'line 3', 'line 4', 'line 5']);
  // And what comes after it is sent line by line again.
  frame('third', 3);
  frame('line', 2);
  expect((await lines()).slice(2, 4)).toEqual(['line 2', 'third 3']);
});

test('until then only what changed is sent', () => {
  const { frame, sent } = scene();
  frame('first');
  const before = sent();
  frame('second', 2);
  expect(sent() - before).toBeLessThan(60);
  const after = sent();
  frame('second', 2);
  expect(sent()).toBe(after);
});
