import type { ReactElement } from 'react';
import { useApp, useScreen } from '../hooks/useApp.ts';
import { barText } from '../src/derive/barText.ts';
import { statusText } from '../src/derive/statusText.ts';
import { barItems } from '../src/keys.ts';
import { PROMPTS } from '../src/keys/prompting.ts';
import { Line } from './Lines.tsx';

/** The status line and the function bar. */
export function Footer(): ReactElement {
  const { theme } = useApp();
  const state = useScreen((whole) => whole);
  const { mode, cols } = state;
  const prompt =
    mode.kind === 'prompt'
      ? { label: PROMPTS[mode.prompt].label, text: mode.text, error: mode.error }
      : undefined;
  return (
    <>
      <Line text={statusText(state, prompt, cols, theme)} />
      <Line text={barText(barItems(state), cols, theme)} />
    </>
  );
}
