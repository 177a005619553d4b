// A sweep against programs that fight back, for real, each in a pid namespace of its own with a small table. A part of
// them is fought here, once each; `npm run adversaries` fights all of them ten times, beside pkill, killall and a KILL loop.
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from 'vitest';
import { openRing, whyNot } from './ring.mjs';
import { SCENARIOS, type Scenario } from './scenarios.ts';

// Three at a time: each spends most of its time in the last three seconds, in which it only watches.
vi.setConfig({ maxConcurrency: 3 });
const why = whyNot();
let ring: Awaited<ReturnType<typeof openRing>> | undefined;

const isBomb = ({ name }: Scenario): boolean => /bomb|b\(\)/.test(name);
const chosen = SCENARIOS.filter(({ inCi }) => inCi === true);

describe.skipIf(why !== undefined)(
  `a sweep leaves nobody of the group, and all others (${why ?? 'real'})`,
  () => {
    beforeAll(async () => {
      ring = await openRing();
    });
    afterAll(() => ring?.close());

    async function isWon(scenario: Scenario, { skip }: Pick<TestContext, 'skip'>): Promise<void> {
      const result = await ring?.bout(scenario);
      if (result === undefined) return skip('needs control groups, and room in the table outside');
      expect(result).toMatchObject({ isClean: true, innocentDead: 0, innocentStopped: 0, respawned: 0 });
    }
    // A bomb takes all that it can get: one at a time.
    test.for(chosen.filter(isBomb))('$name', { timeout: 60_000 }, isWon);
    test.concurrent.for(chosen.filter((one) => !isBomb(one)))('$name', { timeout: 60_000 }, isWon);
  },
);
