// What readline makes of bytes, and which key of ours that is.
import { emitKeypressEvents, type Interface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ANSWER } from '../src/pace.ts';
import { pressOf, type ReadlineKey } from '../src/press.ts';

/** The keys of what comes in one read. */
function pressed(bytes: string): (string | undefined)[] {
  const stdin = new PassThrough();
  const names: (string | undefined)[] = [];
  emitKeypressEvents(stdin, { escapeCodeTimeout: 0 } as unknown as Interface);
  stdin.on('keypress', (character: string | undefined, key: ReadlineKey) =>
    names.push(pressOf(character, key)?.name),
  );
  stdin.emit('data', Buffer.from(bytes));
  return names;
}

test.each([
  ['\x1b[A', ['Up']],
  ['\x1b\x1b[A', ['Up']], // Alt
  ['\x1bOP', ['F1']],
  ['k', ['k']],
])('%j', (bytes, names) => {
  expect(pressed(bytes)).toEqual(names);
});

test('the terminal’s answer is no key, and takes none with it: neither the Esc before it nor what follows', () => {
  expect(pressed(ANSWER)).toEqual([undefined]);
  expect(pressed(`\x1b${ANSWER}`)).toEqual(['Esc']);
  expect(pressed(`\x1b[B${ANSWER}k`)).toEqual(['Down', undefined, 'k']);
});
