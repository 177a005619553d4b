/// <reference path="../../build/stock.d.ts" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPLACED } from '../../build/fastInk.mjs';
import Stock from 'stock:ink-output';
import Output, { rememberedRows } from '../../build/inkOutput.ts';
import { createScreen, type Screen } from '../support/screen.ts';
import { loadScene } from './bundleScene.mjs';
import type * as Scene from './inkScene.tsx';

const folder = mkdtempSync(join(tmpdir(), 'slotop-frames-'));
let fast: typeof Scene;
let stock: typeof Scene;

beforeAll(async () => {
  fast = await loadScene(folder, true);
  stock = await loadScene(folder, false);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('replaces each module in the one bundle and none in the other', () => {
  const source = {
    fast: readFileSync(join(folder, 'fast.mjs'), 'utf8'),
    stock: readFileSync(join(folder, 'stock.mjs'), 'utf8'),
  };
  for (const { by } of REPLACED) {
    expect(source.fast).toContain(`// build/${by}`);
    expect(source.stock).not.toContain(`// build/${by}`);
  }
});

it('draws 1,000 random trees as the published Ink does', () => {
  let drawn = 0;
  for (let seed = 0; seed < 1_000; seed++) {
    const columns = [80, 120, 33][seed % 3]!;
    const theirs = stock.treeText(seed, columns);
    const ours = fast.treeText(seed, columns);
    if (ours !== theirs) expect({ seed, text: ours }).toEqual({ seed, text: theirs });
    if (theirs.trim() !== '') drawn++;
  }
  expect(drawn).toBeGreaterThan(750);
});

/** The cursor is hidden and shown by src/terminal.ts, and not by our Ink's log-update (build/inkLogUpdate.ts). */
const withoutCursor = (frames: readonly string[]): string[] =>
  frames.map((frame) => frame.replaceAll(/\x1b\[\?25[hl]/g, ''));

const FRAMES = 16;
const SCREENS = [
  { columns: 200, rows: 50 },
  { columns: 80, rows: 24 },
];
/** Bytes of all frames but the first, ours in those of the published Ink. */
const SHARES = { full: 1, select: 1, trees: 1, few: 1 / 2, scroll: 1 / 2 };
for (const scene of ['full', 'select', 'trees', 'few', 'scroll'] as const) {
  it(`looks the same on the terminal, for no more bytes: ${scene}`, async () => {
    for (const screen of SCREENS) {
      const theirs = createScreen(screen.columns, screen.rows);
      const ours = createScreen(screen.columns, screen.rows);
      const stockFrames = withoutCursor(await stock.play(scene, FRAMES, screen));
      const frames = withoutCursor(await fast.play(scene, FRAMES, screen));
      expect(stockFrames.filter((frame) => frame !== '').length).toBeGreaterThan(FRAMES * 0.7);
      for (const [at, frame] of frames.entries())
        expect(await cellsAfter(ours, frame)).toEqual(await cellsAfter(theirs, stockFrames[at] ?? ''));
      const sizeOf = (all: readonly string[]): number => all.slice(1).join('').length;
      expect(sizeOf(frames)).toBeLessThanOrEqual(sizeOf(stockFrames) * SHARES[scene]);
    }
  });
}

async function cellsAfter(screen: Screen, bytes: string): Promise<unknown[]> {
  await new Promise<void>((resolve) => screen.write(bytes.replaceAll(/\r?\n/g, '\r\n'), resolve));
  return Array.from({ length: screen.cols * screen.rows }, (_, at) =>
    screen.cell(at % screen.cols, Math.floor(at / screen.cols)),
  );
}

it('tells the same writes on screens of different widths apart', () => {
  const text = (Class: typeof Stock, width: number, x: number) => {
    const output = new Class({ width, height: 2 });
    output.write(x, 0, 'behind the edge', { transformers: [] });
    output.write(x, 1, '文', { transformers: [] });
    return output.get();
  };
  for (const width of [5, 80, 0, 12]) {
    for (const x of [20, 0, -3]) expect(text(Output, width, x)).toEqual(text(Stock, width, x));
  }
});

it('holds a bounded number of rows, whatever comes', () => {
  for (let frame = 0; frame < 200; frame++) {
    const output = new Output({ width: 80, height: 50 });
    for (let y = 0; y < 50; y++) output.write(0, y, `row ${frame} ${y}`, { transformers: [] });
    for (let y = 0; y < 50; y++) output.write(40, y, `文 ${frame} ${y}`, { transformers: [] });
    output.get();
  }
  expect(rememberedRows()).toBeLessThanOrEqual(3 * 512);
  expect(rememberedRows()).toBeGreaterThan(0);
});
