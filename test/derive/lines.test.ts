// Every line of the screen is exactly as wide as the terminal, whatever it is made of.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barText } from '../../src/derive/barText.ts';
import { drawMeter } from '../../src/derive/meterLine.ts';
import { METERS } from '../../src/derive/meters.ts';
import { keyOf } from '../../src/derive/row.ts';
import { rowsOf } from '../../src/derive/rows.ts';
import { statusText } from '../../src/derive/statusText.ts';
import { USUAL_SETTINGS } from '../../src/derive/settings.ts';
import { themeOf } from '../../src/derive/style.ts';
import { drawTable, type TableLook } from '../../src/derive/tables.ts';
import type { Sample } from '../../src/types.ts';
import { anOutlook, anyProcs, anyText, aSample, aSocket, cellsOf } from './aSample.ts';

const THEMES = {
  colour: themeOf(true, false),
  mono: themeOf(false, false),
  ascii: themeOf(true, true),
  'mono ascii': themeOf(false, true),
};
const theme = fc.constantFrom(...Object.values(THEMES));
const width = fc.oneof(fc.integer({ min: 10, max: 250 }), fc.integer({ min: 10, max: 40 }));

const limit = fc.record({ used: fc.nat(5_000_000), limit: fc.nat(4_194_304) });
const anySample: fc.Arbitrary<Sample> = fc
  .record({
    procs: anyProcs,
    name: anyText,
    host: anyText,
    limit,
    forks: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: null }),
    full: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: null }),
    swap: fc.nat(),
    address: anyText,
    hidden: fc.boolean(),
  })
  .map(({ procs, name, host, limit: tight, forks, full, swap, address, hidden }) => {
    const base = aSample(procs);
    const holders = hidden ? [] : procs.slice(0, 3).map(({ pid, starttime }) => ({ pid, starttime, fd: 3 }));
    const sockets = [80, 443, 65535].map((port) => aSocket({ port, inode: port, address, holders, hidden }));
    return {
      ...base,
      machine: { ...base.machine, hostname: host, swapTotal: swap },
      slots: {
        ...base.slots,
        tightest: { kind: 'cgroup', name, ...tight },
        tasks: { ...base.slots.tasks, used: base.slots.visibleTasks + 100 },
        forksPerSecond: forks,
        fullInSeconds: full,
        users: [{ uid: 1000, user: name, tasks: tight.used, limit: tight.limit, exempt: hidden }],
        cgroups: [{ path: name, version: 2, current: tight.used, max: tight.limit, refused: tight.used }],
      },
      sockets,
      socketsOf: new Map(holders.map(({ pid }) => [pid, sockets])),
      births: procs.slice(0, 8),
      self: procs[0]?.pid ?? 1,
      userName: () => name,
    };
  });

const anyLook = fc.record({
  view: fc.constantFrom('processes', 'groups', 'ports', 'slots'),
  tree: fc.boolean(),
  reverse: fc.boolean(),
  fullPath: fc.boolean(),
  collapse: fc.boolean(),
  tag: fc.boolean(),
  index: fc.nat(10),
});

function drawn(
  sample: Sample,
  own: Partial<typeof anyLook extends fc.Arbitrary<infer T> ? T : never>,
  cols: number,
  look = THEMES.colour,
): string[] {
  const { view = 'processes', tree = true, reverse = false, fullPath = true, index = 0 } = own;
  const procs = [...sample.procs.values()];
  const outlook = anOutlook({
    view,
    tree,
    collapsed: new Set(own.collapse === true ? procs.slice(0, 5).map(keyOf) : []),
  });
  const sort = { ...outlook.sort, [view]: { ...outlook.sort[view], reverse } };
  const rows = rowsOf(sample, { ...outlook, sort }, undefined);
  const table: TableLook = {
    ...outlook,
    sort,
    rows,
    cursor: { index, top: 0 },
    tags: new Set(own.tag === true ? procs.slice(0, 5).map(keyOf) : []),
    fullPath,
    settings: USUAL_SETTINGS,
    cols,
  };
  const { head, lines } = drawTable(table, sample, 20, look);
  expect(lines.length).toBe(Math.min(20, rows.length));
  return [head, ...lines.map(({ text }) => text)];
}

const exactly = (lines: readonly string[], cols: number): void => {
  for (const line of lines) expect(cellsOf(line), JSON.stringify(line)).toBe(cols);
};

describe('exactly as many cells as the terminal has', () => {
  test('heads and rows of every view', () => {
    fc.assert(
      fc.property(anySample, anyLook, width, theme, (sample, look, cols, paint) => {
        exactly(drawn(sample, look, cols, paint), cols);
      }),
      { numRuns: 300 },
    );
  });

  test('meters', () => {
    fc.assert(
      fc.property(
        anySample,
        width,
        theme,
        fc.constantFrom('LIVE 1.5s', 'PAUSED'),
        (sample, cols, paint, live) => {
          const lines = METERS.map(({ line }) =>
            drawMeter(line({ sample, theme: paint, live }), cols, paint),
          );
          exactly(lines, cols);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the status line, and a prompt in it', () => {
    const status = {
      tags: new Set(['1@1']),
      uid: 1000,
      follow: { pid: 7 },
      rows: [],
      view: 'processes',
      tree: true,
      paused: true,
      heldOrder: new Map(),
      debt: [{}],
      back: undefined,
    };
    fc.assert(
      fc.property(anyText, anyText, width, theme, fc.boolean(), (message, text, cols, paint, typing) => {
        const prompt = typing ? { label: 'filter', text, error: message } : undefined;
        exactly(
          [statusText({ ...status, message, filterText: text, searchText: text }, prompt, cols, paint)],
          cols,
        );
      }),
    );
  });

  test('the function bar, with whole keys only', () => {
    const items = ['F1 Help', 'F3 Search', 'F4 Filter', 'g Group', 'F9 Signal', 'F10 Quit'].map((item) => {
      const [key = '', word = ''] = item.split(' ');
      return { key, word };
    });
    fc.assert(
      fc.property(width, theme, (cols, paint) => {
        const line = barText(items, cols, paint);
        exactly([line], cols);
        const words = line
          .replace(/\x1b\[[\d;]*m/g, '')
          .trim()
          .split(/ +/)
          .filter((word) => word !== '');
        for (const word of words) expect(items.map(({ key, word: label }) => key + label)).toContain(word);
      }),
    );
  });
});

test('--ascii: no other byte than printable ASCII and our own colours', () => {
  fc.assert(
    fc.property(
      anySample,
      anyLook,
      width,
      fc.constantFrom(THEMES.ascii, THEMES['mono ascii']),
      (sample, look, cols, paint) => {
        const meters = METERS.map(({ line }) =>
          drawMeter(line({ sample, theme: paint, live: 'LIVE' }), cols, paint),
        );
        for (const line of [...drawn(sample, look, cols, paint), ...meters]) {
          expect(line.replace(/\x1b\[[\d;]*m/g, '')).toMatch(/^[\x20-\x7e]*$/);
        }
      },
    ),
  );
});

test('nothing that a terminal would obey comes from a name: only our own colours are escape sequences', () => {
  fc.assert(
    fc.property(anySample, anyLook, width, (sample, look, cols) => {
      for (const line of drawn(sample, look, cols)) {
        expect(line.replace(/\x1b\[[\d;]*m/g, '')).not.toMatch(
          /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/,
        );
      }
    }),
  );
});
