// A sweep against programs that fight back, for real, each in a pid namespace of its own with a small table. Every one
// runs here once; `npm run adversaries` runs each ten times, beside pkill, killall and a KILL loop.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRing, whyNot } from './ring.mjs';
import { SCENARIOS, type Scenario } from './scenarios.ts';

// Two at a time: each spends most of its time in the last three seconds, in which it only watches.
vi.setConfig({ maxConcurrency: 2 });
const why = whyNot();
let ring: Awaited<ReturnType<typeof openRing>> | undefined;

const isBomb = ({ rogue }: Scenario): boolean => rogue[0] === 'bomb';

describe.skipIf(why !== undefined)(
  `a sweep leaves nobody of the group, and all others (${why ?? 'real'})`,
  () => {
    beforeAll(async () => {
      ring = await openRing();
    });
    afterAll(() => ring?.close());

    async function isWon(scenario: Scenario): Promise<void> {
      const result = await ring?.bout(scenario);
      expect(result).toMatchObject({ isClean: true, innocentDead: 0, innocentStopped: 0, respawned: 0 });
    }
    // A bomb takes all that it can get: one at a time.
    test.each(SCENARIOS.filter(isBomb))('$name', isWon, 60_000);
    test.concurrent.each(SCENARIOS.filter((one) => !isBomb(one)))('$name', isWon, 60_000);
  },
);
