// What the screen writes, before a terminal that takes as little as it likes.
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openOutput, type Output } from '../src/output.ts';

interface Scene {
  readonly output: Output;
  /** What the terminal took so far. */
  readonly shown: () => string;
  /** It takes so many bytes more, in one call or several. */
  readonly room: (bytes: number) => void;
  readonly close: () => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Calls of write(2). */
  readonly tries: () => number;
  /** Times of sleeps, in milliseconds. */
  readonly slept: () => number;
  readonly pass: (ms: number) => void;
}

/** @param roomWhileAsleep bytes that become free with every fifth sleep */
function scene(roomWhileAsleep = 0, hear?: () => string | undefined): Scene {
  let sleeps = 0;
  let room = 0;
  let shown = '';
  let isClosed = false;
  let time = 0;
  let tries = 0;
  let size = { columns: 80, rows: 24 };
  const output = openOutput({
    door: {
      neverWaits: true,
      write(bytes, from) {
        tries++;
        if (isClosed) return 'gone';
        const count = Math.min(room, bytes.length - from);
        shown += Buffer.from(bytes).toString('latin1', from, from + count);
        room -= count;
        return count;
      },
    },
    size: () => size,
    now: () => time,
    hear,
    sleep(ms) {
      time += ms;
      if (++sleeps % 5 === 0) room += roomWhileAsleep;
    },
  });
  return {
    output,
    shown: () => shown,
    room: (bytes) => void (room = bytes),
    close: () => void (isClosed = true),
    resize(columns, rows) {
      size = { columns, rows };
      output.resized();
    },
    tries: () => tries,
    slept: () => time,
    pass: (ms) => void (time += ms),
  };
}

/** Pictures of lines with colours, and modes, which have one line only. */
const pictures = fc
  .array(fc.constantFrom('\x1b[31mred\x1b[39m', 'plain', '\x1b[2K', '\x1b[12;40H\x1b[7mrow'), {
    minLength: 2,
  })
  .map((lines) => lines.join('\n'));
const modes = fc.constantFrom('\x1b[?2026h', '\x1b[?2026l', '\x1b[?2004h', '\x1b[?1049h\x1b[?25l');

/** A sequence that was begun and not ended. */
const OPEN_SEQUENCE = /\x1b(\[[?;\d]*)?$/;

describe('a terminal that is slow', () => {
  test('gets what was written, each byte once and in order, and a drain after it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pictures, modes)),
        fc.array(fc.integer({ min: 0, max: 40 })),
        (texts, rooms) => {
          vi.useFakeTimers();
          const { output, room, shown } = scene();
          let drains = 0;
          output.on('drain', () => drains++);
          texts.forEach((text, at) => {
            room(rooms[at] ?? 0);
            output.write(text);
          });
          const all = texts.join('');
          expect(all.startsWith(shown())).toBe(true);
          const wasBehind = output.writableNeedDrain;
          expect(wasBehind).toBe(shown().length < all.length);
          while (output.writableNeedDrain) {
            room(7);
            vi.advanceTimersToNextTimer();
          }
          expect(shown()).toBe(all);
          expect(drains).toBe(wasBehind ? 1 : 0);
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
    );
    vi.useRealTimers();
  });

  test('is asked again ever more seldom: some fifteen times a second', () => {
    vi.useFakeTimers();
    const { output, room, shown, tries } = scene();
    output.write('text');
    vi.advanceTimersByTime(1_000);
    const before = tries();
    vi.advanceTimersByTime(10_000);
    expect(tries() - before).toBeLessThan(160);
    room(4);
    vi.advanceTimersByTime(64);
    expect(shown()).toBe('text');
    vi.useRealTimers();
  });

  test('keeps its size until it has taken all; then it is told once, before the drain', () => {
    vi.useFakeTimers();
    const { output, room, resize } = scene();
    const told: string[] = [];
    output.on('resize', () => told.push(`${output.columns}x${output.rows}`));
    output.on('drain', () => told.push('drain'));
    output.write('picture');
    resize(70, 20);
    resize(60, 10);
    expect([output.columns, output.rows, told]).toEqual([80, 24, []]);
    room(100);
    vi.advanceTimersByTime(64);
    expect(told).toEqual(['60x10', 'drain']);
    resize(60, 10);
    resize(61, 10);
    expect(told).toEqual(['60x10', 'drain', '61x10']);
    vi.useRealTimers();
  });
});

describe('leaving', () => {
  test('cuts a picture between two lines, never in a sequence, and drops none of the modes', () => {
    fc.assert(
      fc.property(pictures, modes, fc.integer({ min: 0, max: 60 }), (picture, mode, first) => {
        const { output, room, shown } = scene(5);
        room(first);
        output.write(picture);
        output.write(mode);
        output.endPictures(0);
        output.write('a picture\nthat nobody sees');
        output.write('\x1b[?1049l');
        output.finish(500, 'last words\n');
        const isWhole = shown().startsWith(picture);
        expect(shown()).toMatch(/\x1b\[\?1049llast words\n$/);
        expect(shown()).toContain(mode);
        expect(shown()).not.toContain('nobody');
        if (isWhole) return;
        const cutAt = shown().indexOf(mode);
        const before = shown().slice(0, cutAt);
        expect(picture.startsWith(before)).toBe(true);
        expect(before).not.toMatch(OPEN_SEQUENCE);
        // Not more of it than the line in hand.
        expect(before.slice(first)).not.toContain('\n');
        expect(shown()).toContain('\x1b[0m\x1b[?2026l');
      }),
    );
  });

  test('waits as long as the terminal takes something', () => {
    const { output, shown, slept } = scene(10);
    output.write('\x1b[?1049l'.repeat(100));
    output.finish(500);
    expect(shown().length).toBe(800);
    expect(slept()).toBeGreaterThan(5_000);
  });

  test('gives a terminal up that takes nothing, and waits for it once only', () => {
    const { output, slept } = scene(0);
    output.write('\x1b[?1049l');
    output.finish(500);
    expect(slept()).toBeGreaterThanOrEqual(500);
    const before = slept();
    expect(before).toBeLessThan(700);
    output.finish(500, 'last words\n');
    expect(slept()).toBe(before);
  });

  test('and never says when it has drawn, gets its end too, and is waited for from the beginning on', () => {
    const slow = scene(7, () => '');
    slow.room(5);
    slow.output.write(`a picture of ${'a long line '.repeat(50)}\nand a short one`);
    slow.output.endPictures(490); // it takes nothing at the moment when that is over
    slow.output.write('\x1b[?1049l');
    slow.output.finish(500);
    expect(slow.shown()).toMatch(/\x1b\[\?1049l(\x1b\[5n)?$/);

    const dead = scene(0, () => '');
    dead.output.write('a picture of\ntwo lines');
    dead.output.endPictures(500);
    dead.output.endPictures(500);
    dead.output.finish(500);
    expect(dead.slept()).toBeGreaterThanOrEqual(500);
    expect(dead.slept()).toBeLessThan(700);
  });
});

test('a terminal that is gone is told once, not in the middle of a write, and keeps nothing', async () => {
  const { output, close } = scene();
  let errors = 0;
  output.on('error', () => errors++);
  close();
  output.write('picture');
  expect(errors).toBe(0);
  await Promise.resolve();
  output.write('picture');
  await Promise.resolve();
  expect([errors, output.writableNeedDrain]).toEqual([1, false]);
});

describe('a terminal that says when it has drawn', () => {
  const QUESTION = '\x1b[5n';
  const ANSWER = '\x1b[0n';
  const PICTURE = 'a line\n'.repeat(400);

  function asked(hear: () => string | undefined = () => ''): Scene {
    const asking = scene(0, hear);
    asking.room(1e6);
    asking.output.write('\x1b[?2004h');
    asking.output.heard(ANSWER);
    asking.output.write(PICTURE);
    expect(asking.shown()).toBe(`\x1b[?2004h${QUESTION}${PICTURE}${QUESTION}`);
    return asking;
  }

  test.each([
    ['its word', ANSWER],
    ['its word behind an Esc that was pressed', `\x1b${ANSWER}`],
  ])('is behind when it is late, though it takes all, and up to date with %s', (_, word) => {
    const { output, pass } = asked();
    let drains = 0;
    output.on('drain', () => drains++);
    expect(output.writableNeedDrain).toBe(false);
    pass(400);
    expect(output.writableNeedDrain).toBe(true);
    output.heard('j');
    expect(output.writableNeedDrain).toBe(true);
    output.heard(word);
    expect([output.writableNeedDrain, drains]).toEqual([false, 1]);
  });

  test('is not waited for for ever', () => {
    vi.useFakeTimers();
    const { output, pass } = asked();
    let drains = 0;
    output.on('drain', () => drains++);
    pass(400);
    expect(output.writableNeedDrain).toBe(true);
    pass(15_000);
    vi.advanceTimersByTime(15_000);
    expect([output.writableNeedDrain, drains, vi.getTimerCount()]).toEqual([false, 1, 0]);
    vi.useRealTimers();
  });

  test('says its last word to us, not to the shell', () => {
    const words = ['', 'x\x1b[', '0n', 'for the shell'];
    const { output, slept } = asked(() => words.shift() ?? '');
    output.endPictures(3_000);
    expect(words).toEqual(['for the shell']);
    expect(slept()).toBeLessThan(50);
    output.endPictures(3_000);
    expect(words).toEqual(['for the shell']);
  });

  test('is waited for with patience, and not at all when nothing is owed or nothing can be heard', () => {
    const silent = asked();
    silent.output.endPictures(500);
    expect(silent.slept()).toBeGreaterThanOrEqual(500);
    expect(silent.slept()).toBeLessThan(600);
    const deaf = asked(() => undefined);
    deaf.output.endPictures(500);
    expect(deaf.slept()).toBe(0);
    const quick = asked();
    quick.output.heard(ANSWER);
    quick.output.endPictures(500);
    expect(quick.slept()).toBe(0);
    expect(asked(() => ANSWER).slept()).toBe(0);
  });
});
