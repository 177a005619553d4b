import { Text } from 'ink';
import { memo, type ReactElement } from 'react';

/** One line of the screen: an exactly padded string. Drawn again only when its text changes. */
export const Line = memo(function Line({ text }: { readonly text: string }): ReactElement {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

export function Lines({ lines }: { readonly lines: readonly string[] }): ReactElement {
  return (
    <>
      {lines.map((text, index) => (
        <Line key={index} text={text} />
      ))}
    </>
  );
}
