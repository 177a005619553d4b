// Lines that are made where they are in sight are the same lines, and no others are made.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { below, lineEach, linesEach } from '../../src/derive/panes/inSight.ts';
import { boxPane } from '../../src/derive/panes/box.ts';
import { drawPane } from '../../src/derive/panes/pane.ts';
import { reportPane } from '../../src/derive/panes/report.ts';
import { safe } from '../../src/derive/safe.ts';
import { themeOf } from '../../src/derive/style.ts';
import type { Plan, Report, TargetReport } from '../../src/types.ts';

const theme = themeOf(true, false);

function endsOf(blocks: readonly (readonly string[])[]): Uint32Array {
  let end = 0;
  return Uint32Array.from(blocks, (lines) => (end += lines.length));
}

const someBlocks = fc.array(fc.array(fc.string(), { maxLength: 4 }), { maxLength: 12 });

test('law: any part of lazy lines is that part of all of them', () => {
  fc.assert(
    fc.property(someBlocks, someBlocks, fc.nat(60), fc.nat(60), (blocks, others, from, to) => {
      const singles = others.flat();
      const lazy = below([
        singles,
        linesEach(blocks, endsOf(blocks), (lines) => lines),
        lineEach(singles, (line) => line),
        [],
      ]);
      const all = [...singles, ...blocks.flat(), ...singles];
      expect(lazy.length).toBe(all.length);
      expect(lazy.slice()).toEqual(all);
      expect(lazy.slice(from, to)).toEqual(all.slice(from, to));
    }),
  );
});

/** Targets that count how often somebody asks for the owner, which every line of one does. */
function targets(count: number, asked: () => void, name = 'worker'): TargetReport[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ pid: 1000 + i, starttime: i, ppid: 1, comm: 'worker', name, uid: 0, state: 'S', nlwp: 1 },
    ...{ ports: [], matched: 'comm', outcome: 'killed', detail: null },
    get user() {
      asked();
      return 'root';
    },
  }));
}

function reportOn(all: readonly TargetReport[]): Report {
  const counts = { matched: all.length, killed: all.length, stopped: 0, signalled: 0, gone: 0 };
  return {
    ...{ action: 'sweep', signal: { name: 'KILL', number: 9 }, label: 'worker', targets: all },
    counts: { ...counts, recycled: 0, denied: 0, refused: 0, survived: 0 },
    ...{ passes: 9, elapsedMs: 900, slots: { before: 1, after: 2 }, respawned: [], at: 0 },
  };
}

test('a report on 20,000 makes the lines in sight and no more, wherever it is scrolled to', () => {
  let asked = 0;
  const report = reportOn(targets(20_000, () => asked++));
  for (const top of [0, 10_000, 19_980, 1e9]) {
    asked = 0;
    expect(drawPane(reportPane(report, theme, 120), 120, 21, top, theme)).toHaveLength(21);
    expect(asked).toBeLessThanOrEqual(20);
  }
});

test('a box on 20,000 too, but for the tally of owners', () => {
  const commands: number[] = [];
  const all = targets(20_000, () => undefined);
  const plan: Plan = { ...reportOn(all), action: 'signal', scope: 'group', refused: [] };
  const plans = { selection: undefined, tree: undefined, group: plan, port: undefined };
  const look = { plans, forced: undefined, scope: 'group', careful: false, withRespawner: false } as const;
  const commandOf = ({ pid }: { readonly pid: number }): string => `worker ${commands.push(pid)}`;
  drawPane(boxPane(look, { label: 'a', help: 'b' }, commandOf, theme, 80), 80, 21, 0, theme);
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.length).toBeLessThanOrEqual(20);
});

const oddText = fc.oneof(
  fc.string({ maxLength: 90 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.constantFrom('x'.repeat(50), 'x'.repeat(51), 'web \u{1f600}', 'a\nb', '\u65e5'.repeat(30)),
);

const bare = (words: string): string => words.replace(/\s/gu, '');

test('law: a report is told to its end, whatever names and details are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: oddText, detail: fc.option(oddText), killed: fc.boolean() }), {
        maxLength: 8,
      }),
      fc.oneof(fc.constant(80), fc.integer({ min: 20, max: 130 })),
      fc.boolean(),
      (given, cols, ascii) => {
        const all = given.map(({ name, detail, killed }): TargetReport => {
          const [one] = targets(1, () => undefined, name) as [TargetReport];
          return { ...one, detail, outcome: killed ? 'killed' : 'denied' };
        });
        const lines = reportPane(reportOn(all), themeOf(false, ascii), cols).lines.slice();
        const text = bare(lines.join(''));
        for (const { name, detail } of all) {
          expect(text).toContain(
            bare(safe(name, ascii) + (detail === null ? '' : `: ${safe(detail, ascii)}`)),
          );
        }
      },
    ),
  );
});
