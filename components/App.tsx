import { Box, useApp as useInk } from 'ink';
import { useEffect, useMemo, type ReactElement } from 'react';
import { useStore } from 'zustand';
import { AppContext, useApp, useScreen } from '../hooks/useApp.ts';
import { themeOf } from '../src/derive/style.ts';
import { Footer } from './Footer.tsx';
import { Meters } from './Meters.tsx';
import { Panel } from './Panel.tsx';
import { Table } from './Table.tsx';

/** The whole screen, never more lines than the terminal has. */
export function App({ context }: { readonly context: AppContext }): ReactElement {
  const colour = useStore(context.store, ({ settings }) => settings.colour);
  const ascii = useStore(context.store, ({ settings }) => settings.ascii);
  const drawn = useMemo(() => ({ ...context, theme: themeOf(colour, ascii) }), [context, colour, ascii]);
  return (
    <AppContext value={drawn}>
      <Screen />
    </AppContext>
  );
}

function Screen(): ReactElement {
  const { onTerminal } = useApp();
  const { suspendTerminal } = useInk();
  useEffect(() => onTerminal(suspendTerminal), [onTerminal, suspendTerminal]);
  const cols = useScreen((state) => state.cols);
  const height = useScreen((state) => state.height);
  const redraws = useScreen((state) => state.redraws);
  return (
    <Box key={redraws} width={cols} height={height} flexDirection="column" overflow="hidden">
      <Meters />
      <Table />
      <Panel />
      <Footer />
    </Box>
  );
}
