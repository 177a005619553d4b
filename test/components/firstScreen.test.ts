// The first look is painted as text before React and Ink are loaded, and then Ink draws the same over it: nothing may move,
// blink or change its colour, in any terminal.
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { mount } from '../../components/mount.tsx';
import { screenLines } from '../../components/screenLines.ts';
import type { AppContext } from '../../hooks/useApp.ts';
import { parseFilter, type Filter } from '../../src/derive/match.ts';
import { USUAL_SETTINGS, type Settings } from '../../src/derive/settings.ts';
import { themeOf } from '../../src/derive/style.ts';
import { createAppStore, type Beginning, type State } from '../../src/store.ts';
import { sampled } from '../../src/store/sampled.ts';
import { openTerminal } from '../../src/terminal.ts';
import type { Sample } from '../../src/types.ts';
import { aProc } from '../derive/aProc.ts';
import { aSample, aSocket, anyProcs } from '../derive/aSample.ts';
import { createScreen, type Cell } from '../support/screen.ts';

/** vitest compiles components for the other build of React than the one that is tested. */
vi.mock('react/jsx-dev-runtime', async () => {
  const { Fragment, jsx } = await import('react/jsx-runtime');
  return { Fragment, jsxDEV: jsx };
});

const SIZES = [
  [80, 24],
  [120, 35],
  [60, 15],
  [40, 10],
  [200, 50],
] as const;

interface Shown {
  readonly picture: string;
  readonly cells: readonly Cell[];
}

/** What a new terminal of that size shows when these bytes come. */
async function shown(bytes: string, { cols, height }: Beginning): Promise<Shown> {
  const screen = createScreen(cols, height);
  // Of what a real terminal's driver does with output (termios(3), ONLCR), an emulator does nothing.
  await new Promise<void>((resolve) => screen.write(bytes.replaceAll('\n', '\r\n'), resolve));
  const cells = Array.from({ length: cols * height }, (_, at) =>
    screen.cell(at % cols, Math.floor(at / cols)),
  );
  return { picture: screen.picture(), cells };
}

/**
 * Paints the first screen, then lets Ink draw it: where nothing stands, and where that does. @returns the bytes of each
 */
async function sentFor(sample: Sample, beginning: Beginning, patch: Partial<State> = {}) {
  let sent = '';
  const output = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: beginning.cols,
    rows: beginning.height,
    write: (text: string) => ((sent += text), true),
  }) as unknown as NodeJS.WriteStream;
  const store = createAppStore(beginning);
  sampled(store, sample);
  store.setState(patch);
  const live = () => 'LIVE 1.5s';
  const { colour, ascii } = store.getState().settings;
  const terminal = openTerminal(process.stdin, output);
  terminal.enter();
  const entered = sent;
  sent = '';
  const standing = terminal.paint(screenLines(store.getState(), live(), themeOf(colour, ascii)));
  const painted = sent;
  sent = '';
  const context = { store, effects: {}, onTerminal: () => undefined, live } as unknown as AppContext;
  async function drawnOn(stdout: NodeJS.WriteStream): Promise<string> {
    sent = '';
    const instance = mount(context, { stdout });
    await new Promise((resolve) => setImmediate(resolve)); // its effects
    const bytes = sent;
    instance.unmount();
    return bytes;
  }
  return {
    entered,
    painted,
    drawn: await drawnOn(output),
    drawnOver: await drawnOn(Object.create(output, { standing: { value: standing } }) as NodeJS.WriteStream),
  };
}

async function expectSame(sample: Sample, beginning: Beginning, patch?: Partial<State>) {
  const { entered, painted, drawn, drawnOver } = await sentFor(sample, beginning, patch);
  expect(drawnOver).not.toMatch(/\x1b\[(\?1049h|2J|3J|J)/); // nothing is cleared before it is drawn
  const first = await shown(entered + painted, beginning);
  for (const bytes of [entered + drawn, entered + painted + drawnOver]) {
    const then = await shown(bytes, beginning);
    expect(then.picture).toBe(first.picture);
    expect(then.cells).toEqual(first.cells);
  }
  return { picture: first.picture, painted, drawnOver };
}

const SAMPLE = aSample([
  aProc({ pid: 1, ppid: 0, comm: 'init', cmdline: ['/sbin/init'] }),
  aProc({ pid: 2, state: 'R', cpu: 99.5, rss: 5e8, cmdline: ['java', '-jar', '/srv/ünïcödé 中文 .jar'] }),
  aProc({ pid: 3, ppid: 2, state: 'Z', comm: 'dead' }),
  aProc({ pid: 4, ppid: 2, state: 'T', cmdline: ['sh', '-c', 'x'.repeat(300)], uid: 1000 }),
  aProc({ pid: 5, ppid: 4, state: 'D', cpu: undefined, cmdline: ['👨‍👩‍👧 e\u0301 \x1b[2J \u202e'] }),
  ...Array.from({ length: 60 }, (_, at) => aProc({ pid: 100 + at, cmdline: ['worker', String(at)] })),
]);
const SOCKET = aSocket({ holders: [{ pid: 2, starttime: 100, fd: 3 }] });
const HELD: Sample = { ...SAMPLE, sockets: [SOCKET], socketsOf: new Map([[2, [SOCKET]]]) };
const filter = (text: string): Filter => parseFilter(text) as Filter;
const settings = (own: Partial<Settings>): Settings => ({ ...USUAL_SETTINGS, ...own });

/** What a first screen may have to show: of the machine, of the command line, of the store. */
const SCENES: readonly [string, Sample, Partial<Beginning>, Partial<State>][] = [
  ['everything', HELD, {}, {}],
  ['no colours', HELD, { settings: settings({ colour: false }) }, {}],
  ['ASCII', HELD, { settings: settings({ ascii: true }) }, {}],
  ['a list', HELD, { settings: settings({ tree: false }) }, {}],
  ['a message', HELD, {}, { message: 'stopped by an earlier slotop: 2 processes (kill -CONT 12 13)' }],
  ['a message longer than the line', HELD, {}, { message: '中文 '.repeat(60) }],
  ['a filter', HELD, { filter: filter('worker') }, {}],
  ['a filter that nothing matches', HELD, { filter: filter(`~nosuch${'x'.repeat(200)}`) }, {}],
  ['a part of a large machine', { ...HELD, isPartial: true, oldestMs: 900 }, {}, {}],
  ['nobody', aSample([]), {}, {}],
  ['the help, by a key that came first', HELD, {}, { mode: { kind: 'help', top: 3 } }],
  ['a prompt', HELD, {}, { mode: { kind: 'prompt', prompt: 'filter', text: 'py', error: undefined } }],
];

describe.each(SIZES)('at %ix%i', (cols, height) => {
  test.each(SCENES)('%s: Ink draws what stands there already', async (_, sample, beginning, patch) => {
    const { picture, painted, drawnOver } = await expectSame(sample, { cols, height, ...beginning }, patch);
    expect(picture).toContain('SLOTS');
    // Lines with wide letters are drawn again, all others are known to stand there.
    expect(drawnOver.length).toBeLessThan(painted.length / 3);
  });
});

test('any processes, in a terminal of any size from 20x4 up', async () => {
  const size = fc.record({
    cols: fc.integer({ min: 20, max: 130 }),
    height: fc.integer({ min: 4, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(anyProcs, size, async (procs, room) => {
      await expectSame(aSample(procs), room);
    }),
    { numRuns: 60 },
  );
});

test('no more lines than the terminal has are painted: they would scroll it', async () => {
  for (const height of [1, 2, 3, 4]) {
    const { painted } = await sentFor(SAMPLE, { cols: 40, height });
    expect(painted.split('\n')).toHaveLength(height);
  }
});
