// The user's keys, from the terminal to the registry. Ink's own hook knows no function keys, and keys are pressed before Ink
// is loaded: so it is not asked for any, and never reads the terminal.
import { emitKeypressEvents, type Interface } from 'node:readline';
import { dispatch, type KeyContext } from './keys.ts';
import { pressOf, type ReadlineKey } from './press.ts';

/** A lone Esc is told from the start of an escape sequence by this silence, in milliseconds. */
const ESCAPE_WAIT_MS = 40;
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/**
 * Answers every key that is pressed from now on. A bracketed paste is never a command, so what stands between its marks
 * goes nowhere but into a text field.
 * @param input in raw mode @returns how to stop
 */
export function listenToKeys(
  input: NodeJS.ReadStream,
  { store, effects }: Pick<KeyContext, 'store' | 'effects'>,
): () => void {
  let pasting = false;
  const onKey = (character: string | undefined, key: ReadlineKey): void => {
    if (key.sequence === PASTE_BEGINS || key.name === 'paste-start') return void (pasting = true);
    if (key.sequence === PASTE_ENDS || key.name === 'paste-end') return void (pasting = false);
    const press = pressOf(character, key);
    if (press === undefined) return;
    if (pasting && (store.getState().mode.kind !== 'prompt' || press.text === undefined)) return;
    dispatch({ store, effects }, press);
  };
  emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_WAIT_MS } as unknown as Interface);
  input.on('keypress', onKey);
  return () => void input.off('keypress', onKey);
}
