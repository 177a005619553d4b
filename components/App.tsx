import { Box, useApp as useInk } from 'ink';
import { useEffect, type ReactElement } from 'react';
import { AppContext, useApp, useScreen } from '../hooks/useApp.ts';
import { useKeys } from '../hooks/useKeys.ts';
import { Footer } from './Footer.tsx';
import { Meters } from './Meters.tsx';
import { Panel } from './Panel.tsx';
import { Table } from './Table.tsx';

/** The whole screen, never more lines than the terminal has. */
export function App({ context }: { readonly context: AppContext }): ReactElement {
  return (
    <AppContext value={context}>
      <Screen />
    </AppContext>
  );
}

function Screen(): ReactElement {
  useKeys();
  const { onTerminal } = useApp();
  const { suspendTerminal } = useInk();
  useEffect(() => onTerminal(suspendTerminal), [onTerminal, suspendTerminal]);
  const cols = useScreen((state) => state.cols);
  const height = useScreen((state) => state.height);
  return (
    <Box width={cols} height={height} flexDirection="column" overflow="hidden">
      <Meters />
      <Table />
      <Panel />
      <Footer />
    </Box>
  );
}
