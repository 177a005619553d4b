// One record a view: its columns at a width, and what a line of it shows. Turns rows into lines of the screen.
import type { Need, Proc, Sample } from '../types.ts';
import { columnOf, type Column } from './column.ts';
import type { Cell } from './cell.ts';
import { COLUMNS, DEFAULT_COLUMNS } from './columns.ts';
import { commandLine, nameOf } from './name.ts';
import { GROUP_COLUMNS, portColumns } from './otherColumns.ts';
import { oursAmong, type Ours } from './ours.ts';
import { isDescending } from './order.ts';
import type { Outlook } from './outlook.ts';
import { keyOf, procsOfRow, type ProcessRow, type Row, type ThreadRow } from './row.ts';
import type { Settings } from './settings.ts';
import { fitTable, headText, rowText, type Fitted, type Marks } from './rowText.ts';
import { slotColumns } from './slotColumns.ts';
import type { Theme } from './style.ts';
import { treeLead } from './treeLead.ts';

/** What of the state decides how lines look. */
export interface TableLook extends Outlook {
  readonly rows: readonly Row[];
  readonly cursor: { readonly index: number; readonly top: number };
  readonly tags: ReadonlySet<string>;
  readonly fullPath: boolean;
  readonly settings: Pick<Settings, 'columns'>;
  readonly cols: number;
}

export interface DrawnTable {
  readonly head: string;
  readonly lines: readonly { readonly key: string; readonly text: string }[];
}

/** The path before the program's name is left out of a command: `/usr/bin/python3 app.py` is `python3 app.py`. */
function withoutPath(command: string): string {
  return command.replace(/^\/\S*\/(?=[^\s/]+(\s|$))/, '');
}

/** The columns of the Processes view: pids as wide as this machine's, the command with or without its path. */
export function processColumns(
  ids: readonly string[],
  sample: Sample,
  fullPath: boolean,
): readonly Column<Cell>[] {
  const pidWidth = String(sample.slots.pidMax - 1).length;
  return ids.map((id) => {
    const column = columnOf(COLUMNS, id) as Column<Cell>;
    if (id === 'PID') return { ...column, width: Math.max(pidWidth, 3) };
    if (id === 'COMMAND') return commandColumn(column, ids, fullPath);
    return column;
  });
}

/** Cells of the command where other columns than the usual ones were asked for: they were asked for to be seen. */
const LEAST_BESIDE_OTHERS = 16;

function commandColumn(column: Column<Cell>, ids: readonly string[], fullPath: boolean): Column<Cell> {
  const isUsual = ids.every((id) => DEFAULT_COLUMNS.includes(id));
  return {
    ...column,
    ...(isUsual ? {} : { least: LEAST_BESIDE_OTHERS }),
    ...(fullPath ? {} : { value: ({ proc }: Cell) => withoutPath(commandLine(proc)) }),
  };
}

const OUR_MARKS = { self: '(self) ', yours: '(yours) ' } as const;

/** What stands before the command: the lines of the tree, and words for what must not be overlooked. */
function processLead(row: ProcessRow, ours: Ours, table: Fitted<Cell>, theme: Theme): string {
  const lines = row.node === undefined ? '' : treeLead(row.node, table.rest, theme.glyphs);
  const mark = ours.get(row.proc.pid);
  const zombie = row.proc.state === 'Z' ? `<zombie of ${row.proc.ppid}> ` : '';
  const hidden = row.node?.branch;
  const folded = hidden === undefined ? '' : `[${hidden.length} ${commonName(hidden)}] `;
  return lines + (mark === undefined ? '' : OUR_MARKS[mark]) + zombie + folded;
}

function threadLead({ node }: ThreadRow, table: Fitted<Cell>, theme: Theme): string {
  const lines = node === undefined ? '  ' : treeLead(node, table.rest, theme.glyphs);
  return `${lines}thread `;
}

/** `processes`, or the name when all are called the same and it can be printed as it is. */
function commonName([first, ...others]: readonly Proc[]): string {
  const name = first === undefined ? '' : nameOf(first);
  return /^[\w.+-]+$/.test(name) && others.every((proc) => nameOf(proc) === name) ? name : 'processes';
}

function isTagged(row: Row, sample: Sample, tags: ReadonlySet<string>): boolean {
  if (tags.size === 0) return false;
  if (row.kind === 'process') return tags.has(row.key);
  const procs = procsOfRow(row, sample);
  return procs.length > 0 && procs.every((proc) => tags.has(keyOf(proc)));
}

/** The head and the lines on the screen; nothing else of the table is ever made into text. */
export function drawTable(look: TableLook, sample: Sample, height: number, theme: Theme): DrawnTable {
  const { cursor, view, sort } = look;
  const rows = look.rows.slice(cursor.top, cursor.top + height);
  const marksOf = (row: Row, index: number): Marks => ({
    cursor: cursor.top + index === cursor.index,
    tagged: isTagged(row, sample, look.tags),
  });

  function draw<Item>(
    columns: readonly Column<Item>[],
    itemOf: (row: Row) => Item | undefined,
    leadOf: (row: Row, table: Fitted<Item>) => string = () => '',
  ): DrawnTable {
    const table = fitTable(columns, look.cols);
    const lines = rows.flatMap((row, index) => {
      const item = itemOf(row);
      if (item === undefined) return [];
      return [
        { key: row.key, text: rowText(table, item, sample, marksOf(row, index), leadOf(row, table), theme) },
      ];
    });
    const column = columnOf(columns, sort[view].column);
    const descending = column !== undefined && isDescending(column, sort[view]);
    return { head: headText(table, column?.id ?? '', descending, theme), lines };
  }

  switch (view) {
    case 'processes': {
      const ours = oursAmong(sample.procs, sample.self);
      return draw(
        processColumns(look.settings.columns, sample, look.fullPath),
        (row) => (row.kind === 'process' || row.kind === 'thread' ? row.cell : undefined),
        (row, table) => {
          if (row.kind === 'thread') return threadLead(row, table, theme);
          return row.kind === 'process' ? processLead(row, ours, table, theme) : '';
        },
      );
    }
    case 'groups':
      return draw(GROUP_COLUMNS, (row) => (row.kind === 'group' ? row.group : undefined));
    case 'ports':
      return draw(portColumns(look.cols), (row) => (row.kind === 'port' ? row.socket : undefined));
    case 'slots':
      return draw(slotColumns(theme.glyphs, look.cols), (row) =>
        row.kind === 'limit' ? row.limit : undefined,
      );
  }
}

/** What has to be read of every process for this outlook, and what of the rows on the screen only. */
export function needsOf(
  look: Pick<Outlook, 'filter' | 'sort' | 'view' | 'tree'> & Pick<TableLook, 'settings'>,
): {
  readonly all: readonly Need[];
  readonly shown: readonly Need[];
} {
  const all = new Set<Need>(look.filter?.needs);
  for (const need of columnOf(COLUMNS, look.sort.processes.column)?.needs ?? []) all.add(need);
  // Names come from the command line where comm is cut short; groups are made of names.
  all.add('cmdline');
  const shown = new Set<Need>(look.settings.columns.flatMap((id) => columnOf(COLUMNS, id)?.needs ?? []));
  return { all: [...all], shown: [...shown] };
}
