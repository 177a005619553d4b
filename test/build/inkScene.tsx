// A program in Ink to compare and to measure: rows of SGR text as slotop draws them, and boxes, clips, borders,
// overlaps and wrapped text as its dialogs may. Bundled twice, with our replacements and without.
import { memo, useState, type ReactNode } from 'react';
import { Box, Text, Transform, render, renderToString } from 'ink';
import { random, randomText } from './randomText.ts';

const Row = memo(function Row({ text }: { text: string }) {
  return <Text wrap="truncate">{text}</Text>;
});

const NAMES = ['postgres: writer', 'nginx', 'java -jar /srv/app.jar', '├─ node server.js', 'sshd'];

/** A row of exactly `width` cells: padded, coloured, closed. */
function rowText(index: number, frame: number, width: number, selected: boolean, load = frame): string {
  const cpu = ((index * 7 + load * 13) % 1000) / 10;
  const head = `${String(index + frame * 3).padStart(7)} root     S ${String(index % 9).padStart(4)} `;
  const meter = `${cpu.toFixed(1).padStart(5)} ${'█'.repeat(cpu / 20).padEnd(5, '░')} 8080,443 `;
  const name = `${NAMES[index % NAMES.length]} --id=${index} --frame=${frame} `.repeat(8);
  const rest = name.slice(0, Math.max(0, width - head.length - meter.length));
  if (selected) return `\x1b[7m${head}${meter}${rest}\x1b[27m`;
  return `\x1b[36m${head}\x1b[39m\x1b[1;32m${meter}\x1b[22;39m${rest.slice(0, 20)}\x1b[2m${rest.slice(20)}\x1b[22m`;
}

/** `few`: a number here and there. */
export type Motion = 'full' | 'select' | 'few' | 'scroll';

function Table({
  frame,
  motion,
  rows,
  columns,
}: {
  frame: number;
  motion: Motion;
  rows: number;
  columns: number;
}) {
  const lines = Array.from({ length: rows - 2 }, (_, at) => {
    const index = motion === 'scroll' ? at + frame : at;
    return (
      <Row
        key={motion === 'scroll' ? index : at}
        text={rowText(
          index,
          motion === 'full' ? frame : 0,
          columns,
          motion === 'select' && at === frame % (rows - 2),
          motion === 'few' && at % 5 === 0 ? frame : undefined,
        )}
      />
    );
  });
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Text wrap="truncate">{`SLOTS ${frame}/32768 \x1b[42m${' '.repeat(frame % 30)}\x1b[49m`}</Text>
      {lines}
      <Text wrap="truncate">F1Help F9Kill F10Quit</Text>
    </Box>
  );
}

const WRAPS = ['wrap', 'hard', 'truncate', 'truncate-middle', 'truncate-start'] as const;
const COLOURS = [undefined, 'red', '#12ab34', 'cyanBright'];

/** Boxes at random, some clipped, bordered, overlapping, coloured, shifted; texts at random in them. */
export function randomTree(seed: number): ReactNode {
  const next = random(seed);
  const pick = <T,>(list: readonly T[]): T => list[next(list.length)]!;
  const chance = (percent: number): boolean => next(100) < percent;
  let key = 0;
  function text(): ReactNode {
    const kind = { odd: pick([0, 0, 4, 30]), newlines: chance(30) };
    const content = <>{randomText(next, 14, kind)}</>;
    const styled = (
      <Text
        key={key++}
        wrap={pick(WRAPS)}
        color={pick(COLOURS)}
        backgroundColor={chance(10) ? 'blue' : undefined}
        bold={chance(20)}
        dimColor={chance(10)}
        inverse={chance(10)}
      >
        {content}
        {chance(15) ? <Text italic>{randomText(next, 4, kind)}</Text> : null}
      </Text>
    );
    if (!chance(10)) return styled;
    return (
      <Transform key={key++} transform={(line, index) => `${index}\x1b[35m${line}`}>
        {styled}
      </Transform>
    );
  }
  function box(depth: number): ReactNode {
    const children = Array.from({ length: 1 + next(4) }, () =>
      depth > 0 && chance(40) ? box(depth - 1) : text(),
    );
    return (
      <Box
        key={key++}
        flexDirection={pick(['row', 'column', 'row-reverse', 'column-reverse'] as const)}
        width={chance(40) ? 1 + next(40) : undefined}
        height={chance(30) ? 1 + next(8) : undefined}
        overflow={chance(40) ? 'hidden' : undefined}
        overflowX={chance(10) ? 'hidden' : undefined}
        overflowY={chance(10) ? 'hidden' : undefined}
        contentOffsetX={chance(15) ? next(9) - 4 : undefined}
        contentOffsetY={chance(15) ? next(9) - 4 : undefined}
        borderStyle={chance(20) ? pick(['single', 'round', 'classic'] as const) : undefined}
        borderColor={pick(COLOURS)}
        backgroundColor={chance(10) ? 'yellow' : undefined}
        position={chance(15) ? 'absolute' : undefined}
        marginLeft={chance(20) ? next(7) - 3 : undefined}
        marginTop={chance(20) ? next(5) - 2 : undefined}
        paddingX={chance(15) ? next(3) : undefined}
      >
        {children}
      </Box>
    );
  }
  return box(3);
}

/** The random tree on a screen of `columns`, without a terminal. */
export function treeText(seed: number, columns: number): string {
  return renderToString(randomTree(seed), { columns });
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Runs frames on a terminal that isn't there.
 * @param scene a motion of the process table, or random trees
 * @returns what was written for each frame
 */
export async function play(scene: Motion | 'trees', frames: number, screen: Screen): Promise<string[]> {
  const written: string[] = [];
  let chunk = '';
  const stdout = {
    ...screen,
    isTTY: true,
    write(text: string) {
      chunk += text;
      return true;
    },
    on: () => stdout,
    off: () => stdout,
    once: () => stdout,
    removeListener: () => stdout,
  };
  let show: (frame: number) => void = () => undefined;
  let rendered: () => void = () => undefined;
  function App() {
    const [frame, setFrame] = useState(0);
    show = setFrame;
    if (scene === 'trees')
      return <Box {...{ width: screen.columns, height: screen.rows }}>{randomTree(frame)}</Box>;
    return <Table frame={frame} motion={scene} rows={screen.rows} columns={screen.columns} />;
  }
  let done = new Promise<void>((resolve) => (rendered = resolve));
  const app = render(<App />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: { isTTY: false, on: () => undefined, off: () => undefined } as unknown as NodeJS.ReadStream,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: 1000,
    patchConsole: false,
    exitOnCtrlC: false,
    onRender: () => rendered(),
  });
  for (let frame = 1; frame <= frames; frame++) {
    await done;
    // Ink writes right after it has told us, and throttles what comes within its millisecond.
    await new Promise((resolve) => setTimeout(resolve, 2));
    written.push(chunk);
    chunk = '';
    if (frame === frames) break;
    done = new Promise<void>((resolve) => (rendered = resolve));
    show(frame);
  }
  app.unmount();
  written.push(chunk);
  return written;
}
