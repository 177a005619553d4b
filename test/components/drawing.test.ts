// What a look costs in drawing, by counts, which no busy machine changes: the table is made into text once a look, a line
// that did not change is not drawn again, and one look is one frame.
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from '../../components/App.tsx';
import type { AppContext } from '../../hooks/useApp.ts';
import { sampled } from '../../src/store/sampled.ts';
import { createAppStore } from '../../src/store.ts';
import type { Proc, Sample } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample } from '../derive/aSample.ts';

const counts = vi.hoisted(() => ({ tables: 0, rows: 0, texts: 0 }));

/** vitest compiles components for the other build of React than the one that is tested. */
vi.mock('react/jsx-dev-runtime', async () => {
  const { Fragment, jsx } = await import('react/jsx-runtime');
  return { Fragment, jsxDEV: jsx };
});
vi.mock(import('../../src/derive/tables.ts'), async (original) => {
  const real = await original();
  return { ...real, drawTable: (...args) => (counts.tables++, real.drawTable(...args)) };
});
vi.mock(import('../../src/derive/tree.ts'), async (original) => {
  const real = await original();
  return { ...real, familySteps: (...args) => (counts.rows++, real.familySteps(...args)) };
});
/** Ink reads each text that was changed once: how many lines React drew. */
vi.mock(import('ink'), async (original) => {
  const real = await original();
  const Text: typeof real.Text = (props) => (counts.texts++, real.Text(props));
  return { ...real, Text };
});

const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

/** 200 processes in a screen of 120x35. */
function aScreen() {
  const store = createAppStore({ cols: 120, height: 35 });
  const procs = Array.from({ length: 200 }, (_, at) => aProc({ pid: at + 1, ppid: at === 0 ? 0 : 1 }));
  const table = new Map(procs.map((proc) => [proc.pid, proc]));
  const first: Sample = { ...aSample(procs, { shape: 1 }), procs: table };
  let version = 1;
  sampled(store, first);
  const live = () => 'LIVE 1.5s';
  const context = { store, effects: {}, onTerminal: () => undefined, live } as unknown as AppContext;
  const screen = render(createElement(App, { context }));
  ended.push(screen.unmount);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    /** A look that finds `change`. @returns what it took to draw it */
    async look(change: (procs: readonly Proc[]) => void = () => undefined) {
      await turn();
      const frames = screen.frames.length;
      Object.assign(counts, { tables: 0, rows: 0, texts: 0 });
      change(procs);
      version++;
      sampled(store, { ...first, version, at: first.at + 1500 * version });
      await vi.waitFor(() => expect(counts.tables).toBeGreaterThan(0), { timeout: 20_000 });
      for (let more = 0; more < 5; more++) await turn(); // a second drawing would come now
      return { ...counts, frames: screen.frames.length - frames };
    },
  };
}

let screen: ReturnType<typeof aScreen>;
beforeEach(async () => {
  screen = aScreen();
  await screen.look();
});

test('a look that found all as it was makes no rows and draws no line', async () => {
  const { tables, rows, texts, frames } = await screen.look();
  expect({ rows, texts }).toEqual({ rows: 0, texts: 0 });
  expect(tables).toBe(1);
  expect(frames).toBeLessThanOrEqual(1);
});

test('of a look in which one row on the screen works, that line is drawn', async () => {
  const taken = await screen.look(([first]) => void (first !== undefined && (first.cpu = 50)));
  expect(taken).toEqual({ tables: 1, rows: 0, texts: 1, frames: 1 });
});

test('a look in which every row works is still one drawing of the table and one frame', async () => {
  const taken = await screen.look((procs) => procs.forEach((proc) => (proc.cpu = 12)));
  expect(taken).toMatchObject({ tables: 1, rows: 0, frames: 1 });
  expect(taken.texts).toBeLessThanOrEqual(35);
});
