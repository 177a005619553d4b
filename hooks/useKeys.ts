import { usePaste, useStdin } from 'ink';
import { emitKeypressEvents, type Interface } from 'node:readline';
import { useEffect } from 'react';
import { dispatch } from '../src/keys.ts';
import { pressOf, type ReadlineKey } from '../src/press.ts';
import { useApp } from './useApp.ts';

/** A lone Esc is told from the start of an escape sequence by this silence, in milliseconds. */
const ESCAPE_WAIT_MS = 40;
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/**
 * Keys come from the raw input: Ink's own hook knows no function keys. A bracketed paste is never a command,
 * so what stands between its marks goes nowhere but into a text field.
 */
export function useKeys(): void {
  const { stdin, setRawMode } = useStdin();
  const { store, effects } = useApp();

  usePaste(() => undefined); // keeps the marks around a paste asked for (src/terminal.ts); its text comes by the raw input
  useEffect(() => {
    let pasting = false;
    const onKey = (character: string | undefined, key: ReadlineKey): void => {
      if (key.sequence === PASTE_BEGINS || key.name === 'paste-start') return void (pasting = true);
      if (key.sequence === PASTE_ENDS || key.name === 'paste-end') return void (pasting = false);
      const press = pressOf(character, key);
      if (press === undefined) return;
      if (pasting && (store.getState().mode.kind !== 'prompt' || press.text === undefined)) return;
      dispatch({ store, effects }, press);
    };
    setRawMode(true);
    emitKeypressEvents(stdin, { escapeCodeTimeout: ESCAPE_WAIT_MS } as unknown as Interface);
    stdin.on('keypress', onKey);
    return () => {
      stdin.off('keypress', onKey);
      setRawMode(false);
    };
  }, [stdin, setRawMode, store, effects]);
}
