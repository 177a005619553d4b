import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_SUSPICION, suspicionAfter, type Suspect } from '../../src/derive/suspect.ts';
import type { Proc, Sample, SlotLimit } from '../../src/types.ts';
import { aProc } from './aProc.ts';
import { aLimit, aSample } from './aSample.ts';

/** Slots by name at one look. */
type Scene = Readonly<Record<string, number>>;

/** What is suspected after each look, at looks so far apart. */
function told(scenes: readonly Scene[], limit: number | SlotLimit, everyMs = 1500): (Suspect | undefined)[] {
  let suspicion = NO_SUSPICION;
  let before: number | undefined;
  return scenes.map((scene, turn) => {
    const procs: Proc[] = Object.entries(scene).flatMap(([comm, slots], place) =>
      slots === 0 ? [] : [aProc({ pid: 10 + place, comm, nlwp: slots, uid: comm === 'rogue' ? 7 : 0 })],
    );
    const used = procs.reduce((sum, { nlwp }) => sum + nlwp, 0);
    const tightest =
      typeof limit === 'number' ? ({ kind: 'host', name: 'pid_max', used, limit } as const) : limit;
    const growth = before === undefined ? 0 : ((used - before) / everyMs) * 1000;
    before = used;
    const sample = aSample(procs, { at: turn * everyMs });
    const fullInSeconds = growth > 0 ? (tightest.limit - tightest.used) / growth : null;
    const users = [{ uid: 7, user: 'bob', tasks: scene['rogue'] ?? 0, limit: 100, exempt: false }];
    suspicion = suspicionAfter(suspicion, {
      ...sample,
      slots: { ...sample.slots, tightest, fullInSeconds, users },
    });
    return suspicion.suspect;
  });
}

const turns = (count: number, scene: (turn: number) => Scene): Scene[] =>
  Array.from({ length: count }, (_, turn) => scene(turn));
const names = (suspects: readonly (Suspect | undefined)[]): (string | undefined)[] =>
  suspects.map((suspect) => suspect?.name);

describe('named', () => {
  test('a group that grows and grows, within a few looks, with its growth and its slots', () => {
    const suspects = told(
      turns(8, (turn) => ({ init: 300, web: 200, worker: turn * 1218 })),
      32_768,
    );
    expect(suspects.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(suspects.at(-1)).toEqual({ name: 'worker', slots: 8526, growth: 812 });
  });

  test('one that filled the table between two looks, and it stays named while it holds it', () => {
    const suspects = told(
      turns(60, (turn) => ({ init: 8, worker: turn < 3 ? 0 : 391 })),
      400,
    );
    expect(suspects[2]).toBeUndefined();
    expect(suspects[3]).toEqual({ name: 'worker', slots: 391, growth: 260.6666666666667 });
    expect(suspects.at(-1)).toEqual({ name: 'worker', slots: 391, growth: 0 });
  });

  test('a process whose threads leak', () => {
    expect(
      names(
        told(
          turns(6, (turn) => ({ init: 100, java: 50 + turn * 300 })),
          9_000,
        ),
      ).at(-1),
    ).toBe('java');
  });

  test('who filled a limit that was not the tightest before', () => {
    const before = aSample([aProc({ pid: 5, comm: 'init', nlwp: 16_000 })], { at: 0 });
    const host = { kind: 'host', name: 'pid_max', used: 16_000, limit: 32_768 } as const;
    const bob = (used: number): Partial<Sample['slots']> => ({
      limits: [aLimit(host), aLimit({ kind: 'user', name: 'bob', used, limit: 60 })],
      users: [{ uid: 7, user: 'bob', tasks: used, limit: 60, exempt: false }],
    });
    const quiet = suspicionAfter(NO_SUSPICION, {
      ...before,
      slots: { ...before.slots, ...bob(6), tightest: host },
    });
    const after = aSample([aProc({ pid: 9, comm: 'rogue', uid: 7, nlwp: 60 })], { at: 1500 });
    const tightest = { kind: 'user', name: 'bob', used: 60, limit: 60 } as const;
    const filled = suspicionAfter(quiet, {
      ...after,
      slots: { ...after.slots, ...bob(60), tightest, fullInSeconds: 0 },
    });
    expect(filled.suspect).toEqual({ name: 'rogue', slots: 60, growth: 40 });
  });

  test("only among those whom the limit binds: a build of root's explains nothing of bob's limit", () => {
    const scenes = turns(6, (turn) => ({ cc1: turn * 500, rogue: turn * 15 }));
    let used = -15;
    let suspicion = NO_SUSPICION;
    for (const [turn, scene] of scenes.entries()) {
      used += 15;
      const procs = Object.entries(scene).map(([comm, slots], place) =>
        aProc({ pid: 10 + place, comm, nlwp: Math.max(1, slots), uid: comm === 'rogue' ? 7 : 0 }),
      );
      const sample = aSample(procs, { at: turn * 1500 });
      suspicion = suspicionAfter(suspicion, {
        ...sample,
        slots: {
          ...sample.slots,
          tightest: { kind: 'user', name: 'bob', used, limit: 100 },
          fullInSeconds: (100 - used) / 10,
          users: [{ uid: 7, user: 'bob', tasks: used, limit: 100, exempt: false }],
        },
      });
    }
    expect(suspicion.suspect?.name).toBe('rogue');
  });
});

describe('under the limit of a control group', () => {
  const group = { kind: 'cgroup', name: '/app', limit: 70 } as const;
  /** Looks at a group with 30 tasks and then 70, beside a build that grows much faster elsewhere. */
  function filled(own: (scene: { procs: Proc[]; members: Set<number> }) => void): Suspect | undefined {
    let suspicion = NO_SUSPICION;
    for (const [turn, used] of [30, 70, 70].entries()) {
      const scene = {
        procs: [aProc({ pid: 5, comm: 'cc1', nlwp: 1 + turn * 900 })],
        members: new Set<number>(),
      };
      if (turn > 0) own(scene);
      const sample = aSample(scene.procs, { at: turn * 1500 });
      const slots = { ...sample.slots, tightest: { ...group, used }, fullInSeconds: 0 };
      const tightestMembers = turn === 0 ? undefined : scene.members;
      suspicion = suspicionAfter(suspicion, { ...sample, slots: { ...slots, tightestMembers } });
    }
    return suspicion.suspect;
  }

  test('only its members count', () => {
    const suspect = filled(({ procs, members }) => {
      procs.push(aProc({ pid: 9, comm: 'worker', nlwp: 42 }));
      members.add(9);
    });
    expect(suspect).toEqual({ name: 'worker', slots: 42, growth: 0 });
  });

  test('who held more than has come may have been there all along', () => {
    const suspect = filled(({ procs, members }) => {
      procs.push(aProc({ pid: 9, comm: 'java', nlwp: 65 }));
      members.add(9);
    });
    expect(suspect).toBeUndefined();
  });

  test('where its members are not known nobody is named for it', () => {
    expect(filled(() => undefined)).toBeUndefined();
  });
});

describe('nobody is named', () => {
  test('on a quiet machine, however full', () => {
    expect(
      names(
        told(
          turns(40, () => ({ init: 300, java: 31_000 })),
          32_768,
        ),
      ),
    ).toEqual(Array(40).fill(undefined));
  });

  test('while a make -j64 runs: it grows at once, and stays at its height', () => {
    const make = turns(40, (turn) => ({
      init: 90,
      sh: turn < 2 ? 0 : 64,
      cc1: turn < 2 ? 0 : 55 + (turn % 10),
    }));
    expect(new Set(names(told(make, 400)))).toEqual(new Set([undefined]));
    expect(new Set(names(told(make, 32_768)))).toEqual(new Set([undefined]));
  });

  test('while a server starts its pool of 400', () => {
    const pool = turns(20, (turn) => ({ init: 200, 'php-fpm': Math.min(400, turn * 200) }));
    expect(new Set(names(told(pool, 32_768)))).toEqual(new Set([undefined]));
  });

  test('while something starts within less than a second, however often we look', () => {
    const start = turns(30, (turn) => ({ init: 200, web: Math.min(300, turn * 40) }));
    expect(new Set(names(told(start, 1_000, 100)))).toEqual(new Set([undefined]));
  });

  test('for one rise between two looks that are far apart', () => {
    const start = turns(10, (turn) => ({ init: 200, web: turn < 4 ? 0 : 300 }));
    expect(new Set(names(told(start, 1_000, 6_000)))).toEqual(new Set([undefined]));
  });

  test('while there is an hour to go, though it grows at every look and holds much', () => {
    const slow = turns(40, (turn) => ({ init: 200, java: 5_000 + turn * 10 }));
    expect(new Set(names(told(slow, 32_768)))).toEqual(new Set([undefined]));
  });

  test('in the ups and downs of short-lived processes', () => {
    const loop = turns(40, (turn) => ({ init: 200, sleep: [3, 40, 0, 80, 12][turn % 5] ?? 0 }));
    expect(new Set(names(told(loop, 1_000)))).toEqual(new Set([undefined]));
  });

  test('where it would take hours', () => {
    const leak = turns(40, (turn) => ({ init: 200, cron: 100 + turn * 2 }));
    expect(new Set(names(told(leak, 4_194_304)))).toEqual(new Set([undefined]));
  });

  test('when many names grow together', () => {
    const all = turns(10, (turn) => ({ a: turn * 100, b: turn * 100, c: turn * 100, d: turn * 100 }));
    expect(new Set(names(told(all, 9_000)))).toEqual(new Set([undefined]));
  });

  test('once the group has left', () => {
    const gone = turns(20, (turn) => ({ init: 8, worker: turn < 3 ? 0 : turn < 10 ? 391 : 0 }));
    expect(names(told(gone, 400)).slice(9, 12)).toEqual(['worker', undefined, undefined]);
  });
});

test('names are counted anew when the census moves, however the whole grows', () => {
  const grown = (used: number, census: number, ...comms: string[]): Sample => {
    const sample = aSample(
      comms.map((comm, place) => aProc({ pid: 10 + place, comm, nlwp: 10 })),
      { at: used },
    );
    const tightest = { kind: 'host', name: 'pid_max', used, limit: 32_768 } as const;
    return { ...sample, census, slots: { ...sample.slots, tightest } };
  };
  const namesAfter = (suspicion: typeof NO_SUSPICION): string[] => [
    ...(suspicion.marks.at(-1)?.names.keys() ?? []),
  ];
  const first = suspicionAfter(NO_SUSPICION, grown(100, 1, 'java'));
  const same = suspicionAfter(first, grown(200, 1, 'java', 'unseen'));
  expect(namesAfter(same)).toEqual(['java']);
  expect(same.marks.at(-1)?.used.get('host pid_max')).toBe(200);
  expect(namesAfter(suspicionAfter(same, grown(300, 2, 'java', 'node')))).toEqual(['java', 'node']);
});

test('whoever is named holds slots now, and explains most of a growth', () => {
  const scene = fc.record({ a: fc.nat(500), b: fc.nat(500), c: fc.nat(500) });
  fc.assert(
    fc.property(
      fc.array(scene, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 100, max: 3000 }),
      (scenes, limit) => {
        for (const [turn, suspect] of told(scenes, limit).entries()) {
          if (suspect === undefined) continue;
          expect(suspect.slots).toBe(scenes[turn]?.[suspect.name as 'a']);
          expect(suspect.slots).toBeGreaterThan(0);
        }
      },
    ),
  );
});
