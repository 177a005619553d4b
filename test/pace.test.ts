// A terminal that draws so many bytes a second, asked how far it is: a scripted clock, a scripted line.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPace, type Pace } from '../src/pace.ts';

const FRAME_MS = 33;
const LONGEST_MS = 15_000;

interface Line {
  readonly pace: Pace;
  /** Milliseconds until all that was sent is drawn. */
  readonly behindMs: () => number;
  /** Passes so much time, and draws a picture of so many bytes 30 times a second, where it may. @returns pictures sent */
  readonly hold: (ms: number, bytes: number) => number;
  speed: number;
}

/** @param speed bytes that are drawn in a millisecond @param wayMs to the terminal and back */
function line(speed: number, wayMs = 0): Line {
  const pace = createPace();
  let time = 0;
  let left = 0;
  let answerBehind: number | undefined;
  let answerAt: number | undefined;

  function send(bytes: number, isPicture: boolean): void {
    left += bytes;
    if (pace.sent(bytes, isPicture, time)) answerBehind = left;
  }
  function tick(): void {
    time++;
    const drawn = Math.min(left, scene.speed);
    left -= drawn;
    if (answerBehind !== undefined && (answerBehind -= drawn) <= 0) {
      answerBehind = undefined;
      answerAt = time + wayMs;
    }
    if (answerAt !== undefined && answerAt <= time) {
      answerAt = undefined;
      pace.answered(time);
    }
  }
  const scene: Line = {
    pace,
    speed,
    behindMs: () => left / scene.speed,
    hold(ms, bytes) {
      let pictures = 0;
      for (const until = time + ms; time < until; tick()) {
        if (time % FRAME_MS !== 0 || pace.heldFor(time) > 0) continue;
        send(bytes, true);
        pictures++;
      }
      return pictures;
    },
  };
  send(16, false);
  for (let ms = 0; ms < wayMs + 100; ms++) tick();
  return scene;
}

describe('a terminal that keeps up', () => {
  test('is never held back, on lines up to a third of a second long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1_500 }), fc.integer({ min: 0, max: 100 }), (bytes, wayMs) => {
        expect(line(2_000, wayMs).hold(5_000, bytes)).toBeGreaterThanOrEqual(Math.floor(5_000 / FRAME_MS));
      }),
      { numRuns: 20 },
    );
  });

  test('is asked once for every two thousand bytes, and no more', () => {
    const pace = createPace();
    let questions = 0;
    for (let now = 0; now < 10_000; now += 100)
      if (pace.sent(100, true, now)) {
        questions++;
        pace.answered(now + 1);
      }
    expect(questions).toBeLessThanOrEqual(6);
  });
});

describe('a terminal that is slow', () => {
  test('has one picture on the way, or what it draws in half a second', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.integer({ min: 300, max: 5_000 }),
        fc.integer({ min: 0, max: 100 }),
        (speed, bytes, wayMs) => {
          const slow = line(speed, wayMs);
          slow.hold(150_000, bytes); // until what was sent before the first answer is drawn
          for (let look = 0; look < 50; look++) {
            slow.hold(97, bytes);
            expect(slow.behindMs()).toBeLessThan(600 + (2 * bytes) / speed);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test('is found out before a screen lies in the buffers, and is fast again with the next answer', () => {
    const slow = line(2);
    let most = 0;
    for (let look = 0; look < 100; look++) {
      slow.hold(20, 1_000);
      most = Math.max(most, slow.behindMs());
    }
    expect(most).toBeLessThan(8_000);
    slow.hold(20_000, 1_000);
    expect(slow.behindMs()).toBeLessThan(1_500);
    slow.speed = 2_000;
    slow.hold(200, 1_000);
    expect(slow.hold(3_300, 1_000)).toBe(100);
  });

  test('that draws nothing for minutes gets a picture now and then, and is where its user is soon after', () => {
    const stalled = line(2);
    stalled.hold(5_000, 1_000);
    stalled.speed = 0;
    expect(stalled.hold(120_000, 1_000)).toBeLessThan(30);
    stalled.speed = 2;
    stalled.hold(20_000, 1_000);
    expect(stalled.behindMs()).toBeLessThan(1_500);
  });
});

describe('a terminal that does not answer', () => {
  test('is asked once, never held back, and not waited for', () => {
    const pace = createPace();
    const questions = Array.from({ length: 1_000 }, (_, at) => {
      expect(pace.heldFor(at * FRAME_MS)).toBe(0);
      return pace.sent(1_000, true, at * FRAME_MS);
    });
    expect(questions.filter(Boolean)).toHaveLength(1);
    expect(pace.owedFor(1_000)).toBe(0);
  });

  test('any more is written to again, and one answer that was lost delays two pictures, not all that follow', () => {
    const pace = createPace();
    let now = 0;
    const ask = (): void => expect(pace.sent(5_000, true, (now += 10))).toBe(true);
    pace.sent(16, false, now);
    pace.answered(1);
    ask();
    expect(pace.heldFor(now + 10_000)).toBe(LONGEST_MS - 10_000);
    expect(pace.heldFor((now += LONGEST_MS))).toBe(0);
    ask();
    pace.answered((now += 10)); // to this question, or to the one before: nobody can tell
    expect(pace.heldFor(now)).toBeGreaterThan(0);
    expect(pace.heldFor((now += LONGEST_MS))).toBe(0);
    ask();
    expect(pace.heldFor(now)).toBeGreaterThan(0);
    pace.answered((now += 10));
    expect(pace.heldFor(now)).toBe(0);
  });
});
