// TABLES: what becomes of the measured parts on the page, one record a table. `kind` is that of the parts (parts.mjs).
import { churnTable, firstFrameTable, pairTable, programsTable } from './besideTables.mjs';
import { framesTable, hugeTable, keysTable, memoryTable, slowTable } from './ownTables.mjs';

export const TABLES = [
  {
    kind: 'refresh',
    title: 'CPU per refresh, whole program with drawing, ms',
    of: (parts) => programsTable(parts, 'cpuMs'),
  },
  {
    kind: 'refresh',
    title: 'Bytes to the terminal per refresh, idle',
    of: (parts) => programsTable(parts, 'bytes'),
  },
  {
    kind: 'refresh',
    title: 'Seconds from refresh to refresh',
    of: (parts) => programsTable(parts, 'seconds'),
  },
  {
    kind: 'refresh',
    title: 'Memory at the end, MB',
    of: (parts) => programsTable(parts, 'rss', 1e6),
  },
  {
    kind: 'churn',
    title: 'CPU per refresh with 1,000 births and deaths a second',
    of: churnTable,
  },
  {
    kind: 'keys',
    title: 'An arrow key held at 30 a second, 50x200',
    of: keysTable,
    text: `Milliseconds are p50 / p95 from the key to the bytes that show the cursor on its new row: after 17 s, in the first 5 s, and with a look at everybody every 3 s; \`cat\` sends each key back, beside it at the same time.`,
  },
  {
    kind: 'answer',
    title: 'One answer, CPU ms',
    of: (parts) =>
      pairTable(parts, ['list --json', 'ps aux'], (result) => [result['list --json'], result['ps aux']]),
  },
  {
    kind: 'first',
    title: 'First frame with real rows, wall ms',
    of: firstFrameTable,
  },
  {
    kind: 'memory',
    title: 'Memory over many frames',
    of: memoryTable,
    text: 'Frames are driven by keys, through all views, orders and a filter, and by a look every 0.1 s; the slope is that of the second half.',
  },
  { kind: 'slow', title: 'A terminal that is slow, with an arrow key held, 50x200', of: slowTable },
  { kind: 'huge', title: 'A made-up proc root on tmpfs, 50x200', of: hugeTable },
  { kind: 'frame', title: 'A frame of 50x200, CPU ms: Ink as published and with our parts', of: framesTable },
];
