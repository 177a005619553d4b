// slotop is killed itself in the middle of a sweep: whoever it has stopped is in its action log, newcomers too.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRing, whyNot } from './ring.mjs';

const CLI = join(import.meta.dirname, '../../dist/cli.cjs');
const why = whyNot();
let ring: Awaited<ReturnType<typeof openRing>> | undefined;

describe.skipIf(why !== undefined)(`SIGKILL to slotop in mid-sweep (${why ?? 'real'})`, () => {
  beforeAll(async () => {
    ring = await openRing();
  });
  afterAll(() => ring?.close());

  test.each([1, 10, 25])(
    'after %i newcomers: all that are stopped are listed',
    async (newcomers) => {
      let said = await ring?.testify(CLI, newcomers);
      // The sweep may be killing already, or over, before the witness acts, and who has his STOP may have no CPU to take
      // it: another try, not another truth.
      const isInTime = (): boolean => (said?.stopped ?? 0) > newcomers && (said?.found ?? 0) > 0;
      for (let tries = 25; tries > 0 && !isInTime(); tries--) {
        expect(said?.unlisted).toEqual([]);
        said = await ring?.testify(CLI, newcomers);
      }
      expect(said?.newcomers).toBeGreaterThanOrEqual(newcomers);
      expect(said?.found).toBeGreaterThan(0);
      expect(said?.stopped).toBeGreaterThan(newcomers);
      expect(said?.unlisted).toEqual([]);
    },
    120_000,
  );
});
