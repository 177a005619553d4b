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
  /** The terminal takes nothing more, and then all. */
  readonly busy: () => void;
  readonly drain: () => void;
  /** From now on it takes a while for everything. */
  readonly slow: () => void;
  /** What Ctrl-L begins with. */
  readonly erase: () => void;
  readonly done: () => void;
} {
  const terminal = new xterm.Terminal({ cols: 20, rows: ROWS, allowProposedApi: true, convertEol: true });
  let time = 0;
  let sent = 0;
  const write = (text: string): void => {
    sent += text.length;
    terminal.write(text);
  };
  let drained = (): void => undefined;
  const screen = {
    rows: ROWS,
    columns: 20,
    write,
    isTTY: false,
    writableNeedDrain: false,
    on: (_: 'drain', listener: () => void) => void (drained = listener),
  };
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
    busy: () => void (screen.writableNeedDrain = true),
    drain() {
      screen.writableNeedDrain = false;
      drained();
    },
    slow() {
      screen.write = (text) => {
        write(text);
        screen.writableNeedDrain = true;
      };
    },
    erase: () => render.clear(),
    done: () => render.done(),
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

test('a terminal that has not taken the last frame gets no other until it has, and then the newest, once', async () => {
  const { busy, drain, erase, frame, lines, sent } = scene();
  frame('first');
  busy();
  const before = sent();
  for (let count = 0; count < 50; count++) {
    frame(`frame ${count}`, count % ROWS);
    if (count % 10 === 0) erase();
  }
  expect(sent()).toBe(before);
  frame('last', 3);
  drain();
  expect(sent() - before).toBeLessThan(300);
  expect(await lines()).toEqual([
    'frame 48 0',
    'frame 49 1',
    'frame 44 2',
    'last 3',
    'frame 46 4',
    'frame 47 5',
  ]);
  const after = sent();
  drain();
  expect(sent()).toBe(after);
});

test('where a whole screen takes seconds it is drawn ever more seldom', () => {
  const { drain, frame, pass, sent, slow } = scene();
  const WHOLE = 20 * ROWS;
  const sentFor = (name: string): number => {
    const before = sent();
    frame(name, 2);
    return sent() - before;
  };
  frame('first');
  slow();
  pass(WHOLE_EVERY_MS);
  expect(sentFor('second')).toBeGreaterThan(WHOLE);
  pass(4_000);
  drain();
  pass(WHOLE_EVERY_MS);
  expect(sentFor('third')).toBeLessThan(WHOLE);
  drain();
  pass(200_000);
  expect(sentFor('fourth')).toBeGreaterThan(WHOLE);
});

test('nothing is sent where the newest frame is what stands there', () => {
  const { busy, drain, frame, sent } = scene();
  frame('first', 2);
  busy();
  const before = sent();
  frame('second', 2);
  frame('first', 2);
  drain();
  expect(sent()).toBe(before);
});

test('a frame that was missed is not drawn over the shell, which was given the screen meanwhile', () => {
  const { busy, done, drain, frame, sent } = scene();
  frame('first');
  busy();
  frame('second', 2);
  done();
  const before = sent();
  drain();
  expect(sent()).toBe(before);
});
