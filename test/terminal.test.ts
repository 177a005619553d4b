// What the terminal is told when slotop takes it, paints it and gives it back: a terminal emulator listens.
import { expect, test } from 'vitest';
import { openTerminal } from '../src/terminal.ts';
import { createScreen } from './support/screen.ts';

/** An emulator with our side of it. */
function aTerminal(cols = 20, rows = 4) {
  const screen = createScreen(cols, rows);
  const raw: boolean[] = [];
  let sent = '';
  const terminal = openTerminal(
    { setRawMode: (isRaw) => (raw.push(isRaw), process.stdin) },
    {
      write: (bytes: string | Uint8Array) => {
        sent += bytes.toString();
        screen.write(bytes);
        return true;
      },
    },
  );
  const settled = () => new Promise<void>((resolve) => screen.write('', resolve));
  return { terminal, screen, raw, settled, sent: () => sent };
}

test('keys come one by one and a paste between marks, before anything is drawn', async () => {
  const { terminal, screen, raw, settled } = aTerminal();
  terminal.listen();
  await settled();
  expect([raw, screen.bracketedPaste, screen.buffer]).toEqual([[true], true, 'normal']);
});

test('lines are painted from the top, full ones too, and the cursor waits on the last', async () => {
  const { terminal, screen, settled } = aTerminal();
  terminal.enter();
  const standing = terminal.paint(['x'.repeat(20), 'two  ', '\x1b[7mthree\x1b[0m', 'four']);
  screen.write('HERE');
  await settled();
  expect([screen.buffer, screen.cursorVisible, screen.midFrame]).toEqual(['alternate', false, false]);
  expect(screen.lines()).toEqual(['x'.repeat(20), 'two', 'three', 'fourHERE']);
  expect([screen.cell(0, 2).inverse, screen.cell(0, 3).inverse]).toEqual([true, false]);
  expect(standing).toBe(`${'x'.repeat(20)}\ntwo\n\x1b[7mthree\x1b[0m\nfour`);
});

test('what is painted anew leaves nothing of what stood there', async () => {
  const { terminal, screen, settled } = aTerminal();
  terminal.enter();
  terminal.paint(['x'.repeat(20), 'two', 'three', 'y'.repeat(20)]);
  terminal.paint(['one', 'z'.repeat(20), '', 'four']);
  await settled();
  expect(screen.lines()).toEqual(['one', 'z'.repeat(20), '', 'four']);
});

test('what a resize left beyond the new edge is erased', async () => {
  const { terminal, screen, settled } = aTerminal();
  terminal.enter();
  terminal.paint(['x'.repeat(20), 'two', 'three', 'y'.repeat(20)]);
  await settled();
  screen.resize(10, 4);
  terminal.paint(['one', 'two', '', 'four'], true);
  await settled();
  expect(screen.lines()).toEqual(['one', 'two', '', 'four']);
});

test('keys come in lines again when it is given back, and one by one when it is taken again', () => {
  const { terminal, raw } = aTerminal();
  terminal.leave();
  terminal.listen();
  terminal.leave();
  terminal.leave();
  terminal.listen();
  expect(raw).toEqual([true, false, true]);
});

test('however far it was taken, it is given back', async () => {
  for (const taken of [[], ['listen'], ['listen', 'enter'], ['enter']] as const) {
    const { terminal, screen, settled } = aTerminal();
    for (const step of taken) terminal[step]();
    terminal.leave();
    await settled();
    expect([taken, screen.buffer, screen.cursorVisible, screen.bracketedPaste]).toEqual([
      taken,
      'normal',
      true,
      false,
    ]);
  }
});

test('it is given back once, and can be taken again: a second leaving would move the cursor of the shell', () => {
  const { terminal, sent } = aTerminal();
  terminal.enter();
  terminal.leave();
  const once = sent();
  terminal.leave();
  expect(sent()).toBe(once);
  terminal.enter();
  terminal.leave();
  expect(sent()).toBe(once + once);
});
