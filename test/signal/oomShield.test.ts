import { expect, test } from 'vitest';
import { createOomShield } from '../../src/signal/oomShield.ts';
import type { Kernel } from '../../src/kernel.ts';

/** Our own score, and the lowest that may be written. */
function own(score: string, lowest: number) {
  const written: string[] = [];
  const kernel = {
    read: (path: string) => (path === 'self/oom_score_adj' ? Buffer.from(`${score}\n`) : 'gone'),
    write: (path: string, text: string) => {
      if (path !== 'self/oom_score_adj') throw new Error(path);
      if (Number(text) < lowest) return 'denied';
      written.push((score = text));
      return 'written';
    },
  } as unknown as Kernel;
  return { shield: createOomShield(kernel), written, score: () => score };
}

test('lowered, put back, and lowered again after a suspension', () => {
  const { shield, written } = own('250', -1000);
  shield.up();
  shield.up();
  shield.down();
  shield.down();
  shield.up();
  shield.down();
  expect(written).toEqual(['-900', '250', '-900', '250']);
});

test('an ordinary user comes back to 0 where somebody was raised, and no further', () => {
  const { shield, written } = own('500', 0);
  shield.up();
  shield.down();
  expect(written).toEqual(['0', '500']);
});

test.each([
  ['an ordinary user at 0', '0', 0],
  ['who is lower already', '-1000', -1000],
  ['nothing permitted at all', '500', 501],
])('%s: nothing is written', (_, score, lowest) => {
  const { shield, written } = own(score, lowest);
  shield.up();
  shield.down();
  expect(written).toEqual([]);
});
