// What holds for every sweep, whatever the table and whatever happens meanwhile.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sweep, sweepSteps } from '../../../src/signal/sweep/sweep.ts';
import type { ProcId, Report } from '../../../src/types.ts';
import { createFakeKernel, type FakeKernel } from '../../support/fakeKernel.ts';
import { CONT, KILL, requestFor, STOP, wired } from './rig.ts';

const SELF = 50;

/** Few pids (2 is the kernel's), so that parents, sessions and numbers that are given out again meet often. */
const processes = fc.uniqueArray(
  fc.record({
    pid: fc.integer({ min: 10, max: 40 }),
    ppid: fc.constantFrom(1, 1, ...Array.from({ length: 31 }, (_, n) => n + 10)),
    session: fc.integer({ min: 10, max: 45 }),
    comm: fc.constantFrom('rogue', 'rogue', 'innocent', 'rogue2'),
    state: fc.constantFrom('S', 'R', 'S', 'T', 'Z', 'D'),
    denied: fc.boolean(),
    uid: fc.constantFrom(0, 7),
  }),
  { selector: ({ pid }) => pid, minLength: 1, maxLength: 20 },
);

/** Something that happens to one process (the `who`th of those alive) at the `at`th call. */
const events = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 400 }),
    who: fc.nat(30),
    what: fc.constantFrom('fork', 'fork', 'hop', 'exit', 'replaced', 'continued', 'renamed', 'birth'),
  }),
  { maxLength: 40 },
);

type Event = typeof events extends fc.Arbitrary<readonly (infer E)[]> ? E : never;

/** @param rogues filled with the starttimes (unique here) of all that were ever called rogue */
function script(
  fake: FakeKernel,
  happenings: readonly Event[],
  rogues: Set<number>,
): (calls: number) => void {
  const note = (): void => {
    for (const { comm, starttime } of fake.processes.values()) if (comm === 'rogue') rogues.add(starttime);
  };
  note();
  return (calls) => {
    for (const { at, who, what } of happenings) {
      if (at !== calls) continue;
      const others = [...fake.processes.values()].filter(({ pid }) => pid > 1 && pid < 45);
      const one = others[who % Math.max(1, others.length)];
      if (one === undefined) continue;
      const isFrozen = ['T', 'Z', 'D'].includes(one.state);
      const birth = { comm: one.comm, ppid: one.pid, session: one.session ?? one.pid };
      // Never a number that somebody calls parent: the kernel leaves no child with a parent that is gone.
      const taken = new Set([...fake.processes.values()].flatMap(({ pid, ppid }) => [pid, ppid]));
      const pid = [...Array(30).keys()].map((n) => n + 10).find((n) => !taken.has(n)) ?? 0;
      if (what === 'birth' && pid > 0) fake.fork({ pid, comm: 'innocent', ppid: 1 });
      else if (what === 'continued' && one.comm === 'rogue') fake.receive(one, CONT);
      else if (isFrozen)
        continue; // it does nothing of its own
      else if (what === 'fork' && pid > 0) fake.fork({ ...birth, pid });
      else if (what === 'hop' && pid > 0) {
        fake.fork({ ...birth, pid });
        fake.exit(one.pid);
      } else if (what === 'exit') fake.exit(one.pid);
      else if (what === 'replaced') fake.replace(one.pid, { comm: 'innocent', ppid: 1 });
      else if (what === 'renamed') one.comm = one.comm === 'rogue' ? 'innocent' : 'rogue';
      note();
    }
  };
}

const cases = fc.record({
  processes,
  happenings: events,
  parent: fc.integer({ min: 1, max: 40 }),
  tree: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Found by CI: the number of one whom the plan names goes to an innocent between the look at it and its STOP. */
const REPLACED_AT_ITS_STOP: Case = {
  processes: [
    { pid: 10, ppid: 1, session: 10, comm: 'rogue', state: 'T', denied: false, uid: 0 },
    { pid: 12, ppid: 1, session: 10, comm: 'rogue2', state: 'S', denied: false, uid: 0 },
    { pid: 13, ppid: 1, session: 10, comm: 'rogue', state: 'T', denied: false, uid: 0 },
    { pid: 11, ppid: 1, session: 10, comm: 'rogue', state: 'R', denied: true, uid: 0 },
  ],
  happenings: [
    { at: 101, who: 6, what: 'replaced' },
    { at: 65, who: 26, what: 'continued' },
  ],
  parent: 1,
  tree: false,
};

function run({ processes: specs, happenings, parent, tree }: Case): {
  fake: FakeKernel;
  report: Report;
  blind: readonly string[];
  stoppedBefore: ReadonlySet<number>;
  rogues: ReadonlySet<number>;
  planned: ReadonlySet<number>;
  /** Newcomers by starttime, and how many signals had been sent when slotop said that it would stop them. */
  told: ReadonlyMap<number, number>;
} {
  const fake = createFakeKernel({
    self: SELF,
    processes: [...specs, { pid: SELF, ppid: parent, comm: 'slotop', session: SELF }],
  });
  const stoppedBefore = new Set(
    [...fake.processes.values()].filter(({ state }) => state === 'T').map((p) => p.starttime),
  );
  const wire = wired(fake);
  const request = requestFor(wire.kernel, ['rogue'], { tree });
  const rogues = new Set<number>();
  wire.meanwhile = script(fake, happenings, rogues);
  const planned = new Set(request.plan.targets.map(({ starttime }) => starttime));
  const told = new Map<number, number>();
  const intend = ({ starttime }: ProcId): void => void told.set(starttime, fake.kills.length);
  const report = sweep(wire.kernel, request, { intend });
  expect(fake.heldOpen).toBe(0);
  return { fake, report, blind: wire.blind, stoppedBefore, rogues, planned, told };
}

function ancestors(fake: FakeKernel): Set<number> {
  const above = new Set<number>();
  for (
    let pid = fake.processes.get(SELF)?.ppid;
    pid !== undefined && !above.has(pid);
    pid = fake.processes.get(pid)?.ppid
  ) {
    above.add(pid);
  }
  return above;
}

const RUNS = { numRuns: 300 };

describe('laws of a sweep', () => {
  test('nobody is signalled unseen, and nobody that is protected', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fake, blind } = run(one);
        expect(blind).toEqual([]);
        const above = ancestors(fake);
        for (const { pid, met } of fake.kills) {
          expect(pid).toBeGreaterThan(1);
          expect(pid).not.toBe(SELF);
          if (met !== undefined)
            expect(above.has(pid) && fake.processes.get(pid)?.starttime === met.starttime).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test('nobody innocent dies, and nobody is left stopped who is not reported', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fake, report, stoppedBefore, rogues } = run({ ...one, tree: false });
        for (const { signal, met } of fake.kills) {
          if (signal === KILL && met !== undefined) expect(rogues).toContain(met.starttime);
        }
        const said = new Set(
          report.targets.filter(({ outcome }) => outcome === 'survived').map(({ starttime }) => starttime),
        );
        for (const { state, starttime } of fake.processes.values()) {
          if (state === 'T' && !stoppedBefore.has(starttime)) expect(said).toContain(starttime);
        }
      }),
      { ...RUNS, examples: [[REPLACED_AT_ITS_STOP]] },
    );
  });

  test('whoever is stopped was a target of the plan, or said to be stopped before it was', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fake, report, planned, told } = run(one);
        const meant = new Set(report.targets.map(({ starttime }) => starttime));
        fake.kills.forEach(({ signal, met }, at) => {
          if (signal !== STOP || met === undefined || planned.has(met.starttime)) return;
          // Somebody who got the number in that very moment is continued at once, and is nobody's target.
          if (meant.has(met.starttime)) expect(told.get(met.starttime)).toBeLessThanOrEqual(at);
        });
      }),
      RUNS,
    );
  });

  test('each target has one outcome, and the counts add up', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { report } = run(one);
        const ids = report.targets.map(({ pid, starttime }) => `${pid}/${starttime}`);
        expect(new Set(ids).size).toBe(ids.length);
        const { matched, ...outcomes } = report.counts;
        expect(matched).toBe(ids.length);
        expect(Object.values(outcomes).reduce((a, b) => a + b)).toBe(matched);
      }),
      RUNS,
    );
  });

  test('a sweep ends, and what may be signalled and was called rogue at the end is gone', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fake, report } = run({
          ...one,
          happenings: one.happenings.filter(({ what }) => what !== 'renamed'),
        });
        expect(fake.now()).toBeLessThan(60_000);
        const spared = new Set(
          report.targets.filter(({ outcome }) => outcome === 'refused').map(({ pid }) => pid),
        );
        for (const { pid, comm, state, denied } of fake.processes.values()) {
          if (comm !== 'rogue' || denied || state === 'Z' || state === 'D') continue;
          expect(spared).toContain(pid);
        }
      }),
      RUNS,
    );
  });

  test('broken off after any number of steps, nobody stays stopped by us', () => {
    fc.assert(
      fc.property(cases, fc.nat(20), (one, steps) => {
        const fake = createFakeKernel({
          self: SELF,
          processes: [...one.processes, { pid: SELF, comm: 'slotop' }],
        });
        const before = new Set(
          [...fake.processes.values()].filter(({ state }) => state === 'T').map((p) => p.pid),
        );
        const { kernel } = wired(fake);
        let left = steps;
        const walk = sweepSteps(kernel, requestFor(kernel, ['rogue'], one), {
          abort: () => left-- <= 0,
        });
        for (let step = walk.next(); step.done !== true; step = walk.next()) kernel.sleep(step.value.waitMs);
        for (const { pid, state } of fake.processes.values()) {
          if (state === 'T') expect(before).toContain(pid);
        }
        expect(fake.kills.every(({ signal }) => [STOP, CONT, KILL].includes(signal))).toBe(true);
      }),
      RUNS,
    );
  });
});
