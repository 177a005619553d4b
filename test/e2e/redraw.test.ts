import { expect, test } from 'vitest';
import { openSlotop } from '../support/slotop.ts';

test('Ctrl-L draws the screen while it is paused too, where nothing has changed', async () => {
  const terminal = await openSlotop();
  terminal.press('Z');
  await terminal.waitFor(/^SLOTS.*PAUSED/);
  const before = terminal.lines();
  const bytes = terminal.bytes.count;
  terminal.press('Ctrl-L');
  await terminal.waitFor(
    (lines) => terminal.bytes.count > bytes + 500 && lines.at(-1)?.startsWith('F1Help') === true,
    'the screen is drawn again',
  );
  expect(terminal.lines()).toEqual(before);
});
